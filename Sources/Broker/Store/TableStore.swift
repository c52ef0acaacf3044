internal import Alerts
internal import Avro
internal import DataLayout
internal import Foundation
internal import SQLite
internal import Pipeline

/// Stores one survey's alerts in tables: a row for each alert, and each point of its history once over all alerts.
///
/// The alert table has the survey's own columns. A schema that brings a field the table lacks adds the column.
final class TableStore {
    /// Longest encoded list or map that the table has as text, bytes; the text may be six times as long.
    private static let longestList = 1 << 20

    private let database: Database
    private let tables: SurveyTables
    private let survey: Survey
    private var columns: AlertTableColumns
    /// The statement of each writer schema; each keeps its schema alive, since another could get the same address.
    private var inserts = RecentValues<AlertInsert>(most: 64, bytes: 32 << 20)
    private var history: [HistoryInsert] = []

    init(survey: Survey, stages: StageList, database: Database) throws(BrokerError) {
        self.survey = survey
        self.database = database
        tables = survey.tables
        do {
            for sql in Self.definitions(tables, survey: survey, stages: stages) { try database.execute(sql) }
            columns = AlertTableColumns(tables, added: stages.columns(of: survey))
            try Self.complete(tables, in: database)
            for name in try database.columns(of: tables.alerts) { columns.insert(name) }
            // A stage that the folder was not created with.
            for column in stages.columns(of: survey) where columns.insert(column.name) {
                try database.execute(
                    "ALTER TABLE \(tables.alerts) ADD COLUMN \(sqlName(column.name)) \(column.sqlType)")
            }
            if let sql = try Self.passedIndex(tables, in: database) { try database.execute(sql) }
            for table in tables.history {
                try HistoryDefinition.complete(table, in: database)
                history.append(try HistoryInsert(table, of: tables, database: database))
            }
        } catch { throw BrokerError(error) }
    }

    // MARK: - Rows

    /// The outcome of inserting an alert's own row.
    enum AlertRow {
        /// It is in the table, without so many of the packet's values.
        case stored(withoutColumn: Int)
        /// The table can never hold it.
        case refused(AlertError)
    }

    /// Inserts the alert's own row; its id must not be in the table yet.
    func insertAlert(_ alert: ProcessedAlert) throws(BrokerError) -> AlertRow {
        let decoded = alert.decoded
        do throws(SQLiteError) {
            let insert = try insert(for: decoded.schema)
            var withoutColumn = insert.withoutColumn
            insert.statement.bind(0, decoded.alert.id)
            insert.statement.bind(1, decoded.alert.night)
            for (index, value) in alert.values.enumerated() { insert.statement.bind(2 + index, value) }
            if tables.derivesObject {
                bindObject(decoded.alert.objectId, to: insert.statement, insert.firstField - 1)
            }
            try decoded.text.span.bytes.withUnsafeBytes { (body) throws(SQLiteError) in
                withoutColumn += bindFields(of: decoded, body, to: insert)
                try insert.statement.run()
            }
            return .stored(withoutColumn: withoutColumn)
        } catch {
            guard error.isOfValues else { throw BrokerError(error) }
            return .refused(AlertError(.unstorable, detail: "table \(tables.alerts): \(error.message)"))
        }
    }

    /// Binds the packet's fields.
    ///
    /// - Returns: The number of fields that the table cannot hold.
    private func bindFields(of decoded: DecodedAlert, _ body: UnsafeRawBufferPointer, to insert: AlertInsert) -> Int {
        var withoutValue = 0
        for (offset, index) in insert.indexes.enumerated() {
            let (value, parameter) = (decoded.fields.columns[index], insert.firstField + offset)
            switch value {
            case .bytes where insert.isPlain[offset], .encoded where insert.isPlain[offset]:
                insert.statement.bindNull(parameter)
                withoutValue += 1
            case .encoded(_, let count):
                if count <= Self.longestList {
                    insert.statement.bind(parameter, json(value, insert.columns[offset], in: decoded.text))
                } else {
                    insert.statement.bindNull(parameter)
                    withoutValue += 1
                }
            case .symbol:
                // Its enum in the union is unknown.
                insert.statement.bindNull(parameter)
                withoutValue += 1
            default: insert.statement.bind(parameter, value, in: body)
            }
        }
        for (offset, domain) in insert.checked {
            insert.statement.bind(
                insert.firstField + offset, decoded.fields.columns[insert.indexes[offset]], checked: domain,
                in: decoded.text)
        }
        return withoutValue
    }

    /// Inserts the points of the alert's history that the tables lack, the alert's own detection among them.
    ///
    /// - Returns: The number of points with a time that the tables cannot hold: LSST detections without an id.
    func insertHistory(_ decoded: DecodedAlert) throws(BrokerError) -> Int {
        // Two prototype schemas name no object; without one a point belongs to no light curve.
        guard let object = decoded.alert.objectId else { return 0 }
        var refused = 0
        let alert = HistoryInsert.Provenance(
            id: decoded.alert.id, time: survey.time.given(decoded.alert.detection.epoch))
        do {
            for (number, insert) in history.enumerated() {
                for statement in insert.ofObject { bindObject(object, to: statement, 0) }
                try decoded.text.span.bytes.withUnsafeBytes { (bytes) throws(SQLiteError) in
                    let record = decoded.text
                    let own = decoded.schema.ownIndexes[number]
                    refused += try insert.run(
                        of: record, bytes, by: alert, own: own.map { decoded.fields.columns[$0] },
                        decoded.fields.lists[insert.table.list])
                }
            }
        } catch { throw BrokerError(error) }
        return refused
    }

    private func bindObject(_ object: String?, to statement: Statement, _ parameter: Int) {
        guard let object else { return statement.bindNull(parameter) }
        if tables.objectKind == .integer, let number = Int64(object) {
            statement.bind(parameter, number)
        } else {
            statement.bind(parameter, object)
        }
    }

    /// A list or map as JSON text; empty where its bytes do not follow the schema, which the projection does not check.
    private func json(_ scalar: AvroScalar, _ column: AlertColumn, in body: ArraySlice<UInt8>) -> String {
        guard let bytes = scalar.slice(of: body), let type = column.type else { return "" }
        var text: [UInt8] = []
        guard (try? AvroJSON.append(bytes, type: type, to: &text)) != nil else { return "" }
        return String(decoding: text, as: UTF8.self)
    }

    // MARK: - Statements

    /// The statement that inserts the alerts of one schema. Its parameters are the id, the columns that Nightjar adds, and
    /// then the schema's fields.
    private struct AlertInsert {
        let schema: AlertSchema
        let statement: Statement
        let firstField: Int
        /// For each field, its index among the projection's columns.
        let indexes: [Int]
        let columns: [AlertColumn]
        /// For each field, whether its column is one of the survey's own, which have numbers and texts only.
        let isPlain: [Bool]
        /// The fields with restricted values, by their offsets.
        let checked: [(offset: Int, domain: AlertColumn.Domain)]
        let withoutColumn: Int
    }

    private func insert(for schema: AlertSchema) throws(SQLiteError) -> AlertInsert {
        if let known = inserts.first(where: { $0.schema === schema }) { return known }
        let assignments = columns.assignments(of: schema)
        for assignment in assignments where columns.insert(assignment.name) {
            let kind = schema.columns[assignment.field].kind
            try database.execute("ALTER TABLE \(tables.alerts) ADD COLUMN \(kind.definition(assignment.name))")
        }
        let own =
            [tables.idColumn] + columns.own + (tables.derivesObject ? [AlertTableColumns.object] : [])
        let names = own + assignments.map(\.name)
        let sql = """
            INSERT INTO \(tables.alerts) (\(names.map(sqlName).joined(separator: ", ")))
            VALUES (\(names.map { _ in "?" }.joined(separator: ", ")))
            """
        let fields = assignments.map { schema.columns[$0.field] }
        let plain = Set(tables.firstColumns.map(\.name))
        let insert = AlertInsert(
            schema: schema, statement: try database.prepare(sql), firstField: own.count,
            indexes: assignments.map { schema.columnIndexes[$0.field] }, columns: fields,
            isPlain: assignments.map { plain.contains($0.name) },
            checked: fields.enumerated().filter { $0.element.domain != .any }.map { ($0.offset, $0.element.domain) },
            withoutColumn: schema.withoutColumn + schema.columns.count - assignments.count)
        // SQLite's compiled statement is a few times as large as its text.
        inserts.add(insert, bytes: schema.bytesInMemory + 8 * sql.utf8.count)
        return insert
    }

    // MARK: - Definitions

    /// Adds the survey's columns that a table lacks which an older Nightjar made.
    private static func complete(_ tables: SurveyTables, in database: Database) throws(SQLiteError) {
        let present = Set(try database.columns(of: tables.alerts).map { $0.lowercased() })
        let lacking =
            tables.firstColumns.filter { !present.contains($0.name.lowercased()) }.map(\.definition)
            + (present.contains(DataKind.column) ? [] : HistoryDefinition.dataKind(tables.dataKind))
        for column in lacking { try database.execute("ALTER TABLE \(tables.alerts) ADD COLUMN \(column)") }
    }

    /// The alerts that passed the survey's own filter, which are few, with all that lists of them are sorted and chosen by. `nil` where
    /// the table lacks a column of it.
    private static func passedIndex(_ tables: SurveyTables, in database: Database) throws(SQLiteError) -> String? {
        let (name, listing) = (tables.alerts, tables.listing)
        let columns = [
            tables.timeColumn, tables.idColumn, AlertTableColumns.object, listing.brightness.column, listing.filter,
            "night", FilterVerdict.all,
        ]
        guard try database.columns(of: name).isSuperset(of: columns) else { return nil }
        return """
            CREATE INDEX IF NOT EXISTS \(name)_passed ON \(name) (\(columns.joined(separator: ", ")))
            WHERE \(FilterVerdict.all)
            """
    }

    private static func definitions(_ tables: SurveyTables, survey: Survey, stages: StageList) -> [String] {
        let object = tables.objectKind.definition(AlertTableColumns.object)
        var columns = ["\(sqlName(tables.idColumn)) INTEGER PRIMARY KEY"]
        if tables.derivesObject { columns.append(object) }
        columns += tables.firstColumns.map(\.definition)
        columns.append("\(sqlName("night")) INTEGER NOT NULL")
        columns += stages.columns(of: survey).map {
            "\(sqlName($0.name)) \($0.sqlType)" + ($0.isRequired ? " NOT NULL" : "")
        }
        columns += HistoryDefinition.dataKind(tables.dataKind)
        let name = tables.alerts
        let statements = [
            "CREATE TABLE IF NOT EXISTS \(name) (\(columns.joined(separator: ", ")))",
            "CREATE INDEX IF NOT EXISTS \(name)_object ON \(name) (objectId, \(tables.timeColumn))",
            "CREATE INDEX IF NOT EXISTS \(name)_time ON \(name) (\(tables.timeColumn))",
            SkyZones.definition(tables),
        ]
        return statements + tables.history.map { HistoryDefinition.sql($0, of: tables) }
            + (tables.split.map { [SplitView.sql(tables, $0)] } ?? [])
    }
}

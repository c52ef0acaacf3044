internal import Alerts
internal import Avro
internal import Foundation
internal import SQLite
internal import Stages

/// Puts one survey's alerts in tables: a row for each alert, and each point of its history once over all alerts.
///
/// The alert table has the survey's own columns. A schema that brings a field the table lacks adds the column.
final class TableStore {
    /// Insert statements kept, one for a writer schema.
    private static let schemasKept = 64
    /// Columns that Nightjar adds to each alert.
    private static let ownColumns = ["night"] + FilterVerdict.names

    private let database: Database
    private let tables: SurveyTables
    private let survey: Survey
    private var columns: Set<String> = []
    private var inserts: [ObjectIdentifier: Statement] = [:]
    private let insertSky: Statement
    private var history: [HistoryInsert] = []

    init(survey: Survey, database: Database) throws(BrokerError) {
        self.survey = survey
        self.database = database
        tables = survey.tables
        do {
            for sql in Self.definitions(tables, survey: survey) { try database.execute(sql) }
            let names = try database.prepare("SELECT lower(name) FROM pragma_table_info('\(tables.alerts)')")
            while try names.step() { columns.insert(names.text(0) ?? "") }
            insertSky = try database.prepare("INSERT INTO \(survey.rawValue)_sky VALUES (?, ?, ?, ?, ?, ?, ?)")
            history = try tables.history.map { try HistoryInsert($0, database: database) }
        } catch let error as SQLiteError {
            throw BrokerError(error)
        } catch {
            throw BrokerError(.table, path: database.path, detail: "\(error)")
        }
    }

    // MARK: - Rows

    /// Inserts the alert's own row; its id must not be in the table yet.
    func insertAlert(_ decoded: DecodedAlert, verdict: FilterVerdict) throws(BrokerError) {
        let schema = decoded.schema
        do {
            let insert = try statement(for: schema)
            let fields = decoded.fields.columns
            try decoded.body.withUnsafeBytes { body in
                for (parameter, index) in schema.columnIndexes.enumerated() {
                    if case .encoded = fields[index] {
                        insert.bind(parameter, json(fields[index], schema.columns[parameter], in: decoded.body))
                    } else {
                        insert.bind(parameter, fields[index], in: body)
                    }
                }
                var parameter = schema.columnIndexes.count
                if tables.derivesObject {
                    bindObject(decoded.alert.objectId, to: insert, parameter)
                    parameter += 1
                }
                insert.bind(parameter, decoded.alert.night)
                for value in verdict.values {
                    parameter += 1
                    insert.bind(parameter, value ? 1 : 0)
                }
                try insert.run()
            }
            try insertPlace(of: decoded.alert)
        } catch let error as SQLiteError {
            throw BrokerError(error)
        } catch {
            throw BrokerError(.table, path: database.path, detail: "\(error)")
        }
    }

    /// Inserts the points of the alert's history that the tables lack, the alert's own detection among them.
    func insertHistory(_ decoded: DecodedAlert) throws(BrokerError) {
        // Two prototype schemas name no object; without one a point belongs to no light curve.
        guard let object = decoded.alert.objectId else { return }
        do {
            for (number, insert) in history.enumerated() {
                bindObject(object, to: insert.statement, 0)
                try decoded.body.withUnsafeBytes { body in
                    let own = decoded.schema.ownIndexes[number]
                    if !own.isEmpty {
                        try insert.run(in: body) { column in decoded.fields.columns[own[column]] }
                    }
                    let list = decoded.fields.lists[insert.table.list]
                    for row in 0..<list.count {
                        let start = row * list.width
                        try insert.run(in: body) { column in list.values[start + column] }
                    }
                }
            }
        } catch let error as SQLiteError {
            throw BrokerError(error)
        } catch {
            throw BrokerError(.table, path: database.path, detail: "\(error)")
        }
    }

    private func bindObject(_ object: String?, to statement: Statement, _ parameter: Int) {
        guard let object else { return statement.bindNull(parameter) }
        if tables.objectKind == .integer, let number = Int64(object) {
            statement.bind(parameter, number)
        } else {
            statement.bind(parameter, object)
        }
    }

    /// A list or map as JSON text; empty where its bytes do not follow the schema, which the projection has not checked.
    private func json(_ scalar: AvroScalar, _ column: AlertColumn, in body: ArraySlice<UInt8>) -> String {
        guard let bytes = scalar.slice(of: body), let type = column.type else { return "" }
        var text: [UInt8] = []
        guard (try? AvroJSON.append(bytes, type: type, to: &text)) != nil else { return "" }
        return String(decoding: text, as: UTF8.self)
    }

    /// The place as a unit vector, which has no seam at 0 h and no pole.
    private func insertPlace(of alert: Alert) throws(SQLiteError) {
        guard let ra = alert.detection.ra, let dec = alert.detection.dec, ra.isFinite, dec.isFinite else { return }
        let vector = UnitVector(ra: ra, dec: dec)
        insertSky.bind(0, alert.id)
        for (axis, value) in [vector.x, vector.y, vector.z].enumerated() {
            insertSky.bind(1 + 2 * axis, value)
            insertSky.bind(2 + 2 * axis, value)
        }
        try insertSky.run()
    }

    private func statement(for schema: AlertSchema) throws(SQLiteError) -> Statement {
        if let known = inserts[ObjectIdentifier(schema)] { return known }
        for column in schema.columns where columns.insert(column.name.lowercased()).inserted {
            try database.execute("ALTER TABLE \(tables.alerts) ADD COLUMN \(column.definition)")
        }
        let names =
            schema.columns.map { "\"\($0.name)\"" } + (tables.derivesObject ? ["objectId"] : []) + Self.ownColumns
        let marks = names.map { _ in "?" }.joined(separator: ", ")
        let sql = "INSERT INTO \(tables.alerts) (\(names.joined(separator: ", "))) VALUES (\(marks))"
        let statement = try database.prepare(sql)
        if inserts.count >= Self.schemasKept { inserts.removeAll() }
        inserts[ObjectIdentifier(schema)] = statement
        return statement
    }

    // MARK: - Definitions

    private static func definitions(_ tables: SurveyTables, survey: Survey) -> [String] {
        let object = "objectId \(tables.objectKind.sqlType)"
        var columns = ["\(tables.idColumn) INTEGER PRIMARY KEY"]
        if tables.derivesObject { columns.append(object) }
        columns += tables.firstColumns.map(\.definition)
        columns += ownColumns.map { "\($0) INTEGER NOT NULL" }
        let name = tables.alerts
        var statements = [
            "CREATE TABLE IF NOT EXISTS \(name) (\(columns.joined(separator: ", ")))",
            "CREATE INDEX IF NOT EXISTS \(name)_object ON \(name) (objectId, \(tables.timeColumn))",
            "CREATE INDEX IF NOT EXISTS \(name)_time ON \(name) (\(tables.timeColumn))",
            """
            CREATE VIRTUAL TABLE IF NOT EXISTS \(survey.rawValue)_sky
            USING rtree (id, xmin, xmax, ymin, ymax, zmin, zmax)
            """,
        ]
        for table in tables.history {
            let columns = table.columns.map { $0.definition + (table.key.contains($0.name) ? " NOT NULL" : "") }
            let key = (["objectId"] + table.key).joined(separator: ", ")
            statements.append(
                """
                CREATE TABLE IF NOT EXISTS \(table.name)
                (\(object) NOT NULL, \(columns.joined(separator: ", ")), PRIMARY KEY (\(key))) WITHOUT ROWID
                """)
        }
        return statements
    }
}

/// The statement that fills a history table.
private struct HistoryInsert {
    let table: HistoryTable
    let statement: Statement
    private let keyColumns: [Int]

    init(_ table: HistoryTable, database: Database) throws(SQLiteError) {
        self.table = table
        keyColumns = table.columns.indices.filter { table.key.contains(table.columns[$0].name) }
        let names = table.columns.map { "\"\($0.name)\"" }
        let marks = Array(repeating: "?", count: names.count + 1).joined(separator: ", ")
        var sql = "INSERT INTO \(table.name) (objectId, \(names.joined(separator: ", "))) VALUES (\(marks)) "
        sql += "ON CONFLICT (objectId, \(table.key.joined(separator: ", "))) DO "
        if let mark = table.detectionColumn {
            // A detection takes the place of an upper limit, whichever came first.
            let changes = names.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
            sql += "UPDATE SET \(changes) WHERE \(table.name).\(mark) IS NULL AND excluded.\(mark) IS NOT NULL"
        } else {
            sql += "NOTHING"
        }
        statement = try database.prepare(sql)
    }

    /// Inserts one row, whose object is bound already; a row without a time is no point.
    func run(in body: UnsafeRawBufferPointer, _ value: (Int) -> AvroScalar) throws(SQLiteError) {
        for column in table.columns.indices {
            let scalar = value(column)
            statement.bind(column + 1, scalar, in: body)
            guard !scalar.isPresent, keyColumns.contains(column) else { continue }
            guard table.columns[column].kind == .text else { return }
            // A key column takes no null: an unnamed band is the empty one.
            statement.bind(column + 1, "")
        }
        try statement.run()
    }
}

extension AlertColumn {
    var definition: String { "\"\(name.replacing("\"", with: ""))\" \(kind.sqlType)" }
}

extension AlertColumn.Kind {
    var sqlType: String {
        switch self {
        case .integer: "INTEGER"
        case .real: "REAL"
        case .text, .json: "TEXT"
        case .blob: "BLOB"
        }
    }
}

extension Statement {
    /// Binds a field where it lies in the record's body, without copying it.
    func bind(_ parameter: Int, _ scalar: AvroScalar, in body: UnsafeRawBufferPointer) {
        switch scalar {
        case .absent, .null: bindNull(parameter)
        case .boolean(let value): bind(parameter, value ? 1 : 0)
        case .long(let value): bind(parameter, value)
        case .float(let value): bind(parameter, Double(value))
        case .double(let value): bind(parameter, value)
        case .symbol(let index): bind(parameter, Int(index))
        case .string(let offset, let count):
            bindText(
                parameter, borrowing: UnsafeRawBufferPointer(rebasing: body[Int(offset)..<Int(offset) + Int(count)]))
        case .bytes(let offset, let count), .encoded(let offset, let count):
            bindBlob(
                parameter, borrowing: UnsafeRawBufferPointer(rebasing: body[Int(offset)..<Int(offset) + Int(count)]))
        }
    }
}

internal import Alerts
internal import DataLayout
internal import SQLite
internal import Pipeline

/// An object's name as a survey's tables have it: a text or a whole number.
struct ObjectName {
    private enum Value { case text(String), number(Int64) }

    let survey: Survey
    let name: String
    private let value: Value
    private var tables: SurveyTables { survey.tables }

    /// - Returns: `nil` for what is no name of the survey's objects.
    init?(_ name: String, of survey: Survey) {
        self.survey = survey
        self.name = name
        if survey.tables.objectKind == .integer {
            guard let number = Int64(name) else { return nil }
            value = .number(number)
        } else {
            value = .text(name)
        }
    }

    /// Binds the name to a statement's first parameter.
    func bind(to statement: Statement) {
        switch value {
        case .text(let text): statement.bind(0, text)
        case .number(let number): statement.bind(0, number)
        }
    }

    /// Whether a folder has alerts of it that are of an object which moves.
    func moves(in folder: OpenFolder, _ rule: SplitRule) throws(BrokerError) -> Bool {
        guard try folder.hasTable(tables.alerts) else { return false }
        do {
            let query = try folder.database.prepare(
                """
                SELECT 1 FROM \(tables.alerts) AS a WHERE a.objectId = ? AND (\(rule.isFixed("a"))) IS NOT 1 LIMIT 1
                """)
            bind(to: query)
            defer { query.reset() }
            return try query.step()
        } catch { throw BrokerError(error) }
    }

    /// Its alerts in a folder, by time.
    func alerts(in folder: OpenFolder) throws(BrokerError) -> [ObjectRecord.AlertRow] {
        guard try folder.hasTable(tables.alerts) else { return [] }
        let verdict = FilterVerdict.columns.map(\.name)
        do {
            // An older Nightjar's table lacks it.
            let hasKind = try folder.database.columns(of: tables.alerts).contains(DataKind.column)
            let kind = tables.dataKind != nil && hasKind ? DataKind.column : "NULL"
            let query = try folder.database.prepare(
                """
                SELECT \(tables.idColumn), \(tables.timeColumn), night, \(tables.positionColumns.ra),
                \(tables.positionColumns.dec), \(kind), \(verdict.joined(separator: ", "))
                FROM \(tables.alerts) WHERE objectId = ? ORDER BY \(tables.timeColumn)
                """)
            bind(to: query)
            var rows: [ObjectRecord.AlertRow] = []
            while try query.step() {
                rows.append(ObjectRecord.AlertRow(query, survey, verdict: 6..<6 + verdict.count, kind: 5, folder))
            }
            return rows
        } catch { throw BrokerError(error) }
    }

    /// The time and id of its newest alert in a folder.
    func newestAlert(in folder: OpenFolder) throws(BrokerError) -> (time: Double, id: Int64)? {
        guard try folder.hasTable(tables.alerts) else { return nil }
        do {
            let query = try folder.database.prepare(
                """
                SELECT \(tables.timeColumn), \(tables.idColumn) FROM \(tables.alerts) WHERE objectId = ?
                ORDER BY 1 DESC, 2 DESC LIMIT 1
                """)
            bind(to: query)
            defer { query.reset() }
            return try query.step() ? (query.double(0), query.integer(1)) : nil
        } catch { throw BrokerError(error) }
    }

    /// A fit with the id and the time of its alert.
    typealias DatedFit = (id: Int64, mjd: Double, fit: ObjectRecord.Fit)

    /// Its fits in a folder, in no order.
    func fits(in folder: OpenFolder) throws(BrokerError) -> [DatedFit] {
        let table = "\(survey.name)_salt2"
        guard try folder.hasTable(table) else { return [] }
        do {
            // An older Nightjar's table may lack the last of them.
            let names = try folder.database.prepare("SELECT name FROM pragma_table_info('\(table)')")
            var present: Set<String> = []
            while try names.step() { if let name = names.text(0) { present.insert(name) } }
            let columns = Salt2Row.columns.filter { present.contains($0.name) }
            let query = try folder.database.prepare(
                "SELECT candid, jd, \(columns.map(\.name).joined(separator: ", ")) FROM \(table) WHERE objectId = ?")
            query.bind(0, name)
            var fits: [DatedFit] = []
            while try query.step() {
                let values = columns.enumerated().map { index, column in
                    (column.name, Self.value(query, 2 + index, column.kind))
                }
                fits.append((query.integer(0), query.double(1), ObjectRecord.Fit(values: values)))
            }
            return fits
        } catch { throw BrokerError(error) }
    }

    private static func value(_ row: Statement, _ column: Int, _ kind: ProductColumn.Kind) -> ProductValue {
        if row.isNull(column) { return .null }
        return switch kind {
        case .text: ProductValue(row.text(column))
        case .integer: .integer(row.integer(column))
        case .real: .real(row.double(column))
        case .boolean: .boolean(row.integer(column) != 0)
        }
    }

    // MARK: - Other names

    /// Names of a folder that are looked at.
    private static let mostNames = 1_000

    /// The names of a folder that are this one but for capitals, or for the last two characters.
    static func names(like name: String, of survey: Survey, in folder: OpenFolder) throws(BrokerError) -> [String] {
        let table = survey.tables.alerts
        // Without wild cards, and with all that begins like it but for the end.
        let start = String(name.prefix(64).dropLast(2))
        guard start.count >= 3 else { return [] }
        do {
            let query = try folder.database.prepare(
                """
                SELECT DISTINCT objectId FROM \(table)
                WHERE objectId = ?1 COLLATE NOCASE OR substr(objectId, 1, length(?2)) = ?2 COLLATE NOCASE
                LIMIT \(mostNames)
                """)
            query.bind(0, name)
            query.bind(1, start)
            var names: [String] = []
            while try query.step() { if let name = query.text(0) { names.append(name) } }
            return names
        } catch { throw BrokerError(error) }
    }

    /// The name of the object that an alert is of.
    static func ofAlert(_ id: Int64, of survey: Survey, in folder: OpenFolder) throws(BrokerError) -> String? {
        do {
            let query = try folder.database.prepare(
                "SELECT objectId FROM \(survey.tables.alerts) WHERE \(survey.tables.idColumn) = ?")
            query.bind(0, id)
            defer { query.reset() }
            return try query.step() ? query.text(0) : nil
        } catch { throw BrokerError(error) }
    }
}

internal import Alerts
internal import SQLite

/// The SQL definition of a history table.
enum HistoryDefinition {
    /// The columns that Nightjar adds: the alert whose packet had the point first (null where an older Nightjar stored it), and
    /// whether the point is later than that alert.
    static func provenance(_ tables: SurveyTables) -> [String] { ["alert_\(tables.idColumn)", "after_alert"] }

    static func sql(_ table: HistoryTable, of tables: SurveyTables) -> String {
        var required = Set(table.keyNames + [table.columns[table.timeColumn].name])
        if let column = table.filterColumn { required.insert(table.columns[column].name) }
        let columns =
            [tables.objectKind.definition(AlertTableColumns.object) + " NOT NULL"]
            + table.columns.map { $0.definition + (required.contains($0.name) ? " NOT NULL" : "") }
            + provenance(tables).map { "\($0) INTEGER" } + dataKind(table.dataKind)
        let key = ([AlertTableColumns.object] + table.keyNames).joined(separator: ", ")
        return """
            CREATE TABLE IF NOT EXISTS \(table.name)
            (\(columns.joined(separator: ", ")), PRIMARY KEY (\(key))) WITHOUT ROWID
            """
    }

    /// The column that says what kind of data a row is; it takes no room, since it is computed when it is read.
    static func dataKind(_ sql: String?) -> [String] {
        sql.map { ["\(DataKind.column) TEXT GENERATED ALWAYS AS (\($0)) VIRTUAL"] } ?? []
    }

    /// Adds the columns that a table lacks which an older Nightjar made; they are null in its rows.
    static func complete(_ table: HistoryTable, in database: Database) throws(SQLiteError) {
        let present = try database.columns(of: table.name)
        for column in table.columns where !present.contains(column.name) {
            try database.execute("ALTER TABLE \(table.name) ADD COLUMN \(column.definition)")
        }
        for column in dataKind(table.dataKind) where !present.contains(DataKind.column) {
            try database.execute("ALTER TABLE \(table.name) ADD COLUMN \(column)")
        }
    }
}

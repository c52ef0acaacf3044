internal import Alerts
internal import SQLite

/// Upgrades the tables from layout 2 to layout 3, row by row.
///
/// In layout 2 each point was keyed by its time and filter, so that the second of two detections in one exposure had no row;
/// the packet of a point was not stored; and positions and flags had the packet's form.
enum HistoryUpgrade {
    static func run(_ database: Database) throws(SQLiteError) {
        // Views of the user keep referring to the table of that name.
        try database.execute("PRAGMA legacy_alter_table = ON")
        for survey in Survey.all {
            let tables = survey.tables
            for table in tables.history { try rebuild(table, of: tables, in: database) }
            try correct(tables, in: database)
        }
        try database.execute("PRAGMA legacy_alter_table = OFF")
    }

    private static func rebuild(
        _ table: HistoryTable, of tables: SurveyTables, in database: Database
    ) throws(SQLiteError) {
        let old = try database.columns(of: table.name)
        guard !old.isEmpty else { return }
        let kept = table.columns.filter { old.contains($0.name) }
        let names = ([AlertTableColumns.object] + kept.map { sqlName($0.name) }).joined(separator: ", ")
        let values = ([AlertTableColumns.object] + kept.map { value($0, of: table) }).joined(separator: ", ")
        let before = "\(table.name)_of_layout_2"
        try database.execute("ALTER TABLE \(table.name) RENAME TO \(before)")
        try database.execute(HistoryDefinition.sql(table, of: tables))
        let insert = "INSERT OR IGNORE INTO \(table.name) (\(names)) SELECT \(values) FROM \(before)"
        if case .exposureAndId(_, let exposure, let id, let brightness) = table.key {
            try database.execute("\(insert) WHERE \(brightness) IS NOT NULL")
            try database.execute("\(insert) WHERE \(brightness) IS NULL")
            try database.execute(
                """
                DELETE FROM \(table.name) WHERE \(id) = 0 AND EXISTS (
                    SELECT 1 FROM \(table.name) AS other
                    WHERE other.objectId = \(table.name).objectId AND other.\(exposure) = \(table.name).\(exposure)
                        AND other.\(id) <> 0)
                """)
        } else {
            try database.execute(insert)
        }
        try database.execute("DROP TABLE \(before)")
    }

    /// A column's value in the new layout.
    private static func value(_ column: AlertColumn, of table: HistoryTable) -> String {
        let name = sqlName(column.name)
        switch table.key {
        case .exposureAndId(let filter, column.name, _, _):
            let time = table.columns[table.timeColumn].name
            return "coalesce(\(name), \(HistoryTable.exposureSQL(time: time, filter: filter)))"
        case .exposureAndId(_, _, column.name, _): return "coalesce(\(name), 0)"
        // The id was not in the key: a row without one gets a unique number.
        case .id(column.name): return "coalesce(\(name), -row_number() OVER ())"
        default: return allowed(column)
        }
    }

    private static func allowed(_ column: AlertColumn) -> String {
        let name = sqlName(column.name)
        switch column.domain {
        case .any: return name
        case .flag:
            let text = "lower(trim(\(name)))"
            return """
                CASE WHEN \(text) IN ('t', 'true', 'y', 'yes', '1', '1.0') THEN 't'
                WHEN \(text) IN ('f', 'false', 'n', 'no', '0', '0.0') THEN 'f' END
                """
        case .within(let range):
            return "CASE WHEN \(name) BETWEEN \(range.lowerBound) AND \(range.upperBound) THEN \(name) END"
        }
    }

    /// Corrects the alerts' own rows.
    private static func correct(_ tables: SurveyTables, in database: Database) throws(SQLiteError) {
        let present = try database.columns(of: tables.alerts)
        for column in tables.firstColumns where column.domain != .any && present.contains(column.name) {
            let name = sqlName(column.name)
            try database.execute(
                """
                UPDATE \(tables.alerts) SET \(name) = \(allowed(column))
                WHERE \(name) IS NOT NULL AND \(name) IS NOT (\(allowed(column)))
                """)
        }
    }
}

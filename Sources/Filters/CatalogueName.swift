internal import Alerts
internal import SQLite

/// The names that a catalogue may have for filters: each is a table's, beside those that filters have already.
package enum CatalogueName {
    /// Looks at a name, `[a-z][a-z0-9_]{0,30}`.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - computed: The names of the tables of what is computed of alerts.
    /// - Returns: What is wrong with it; `nil` for nothing.
    package static func fault(in name: String, besides computed: [String]) -> String? {
        for survey in Survey.all {
            let reader = AlertReader(survey)
            guard (["alert"] + reader.histories.map(\.name)).contains(name) else { continue }
            return "filters of \(survey.title)'s alerts have a table '\(name)' of the alert's own"
        }
        if computed.contains(name) { return "filters have a table '\(name)' of what is computed of an alert" }
        if ofSQLite.contains(name) || ["sqlite_", "pragma_"].contains(where: { name.hasPrefix($0) }) {
            return "'\(name)' is a name of SQLite's own"
        }
        return isWordOfSQL(name) ? "'\(name)' is a word of SQL" : nil
    }

    /// Schemas, and tables that SQLite may have built in.
    private static let ofSQLite: Set = [
        "main", "temp", "json_each", "json_tree", "generate_series", "dbstat", "bytecode", "tables_used",
    ]

    /// Whether SQL takes a name for a table only in quotes. SQLite itself says so: some of its keywords are names as well.
    private static func isWordOfSQL(_ name: String) -> Bool {
        do throws(SQLiteError) {
            _ = try Database(FilterFunctions.sandbox).prepare("SELECT \(name).a FROM \(name) WHERE \(name).a")
            return false
        } catch { return error.message.contains("syntax error") }
    }
}

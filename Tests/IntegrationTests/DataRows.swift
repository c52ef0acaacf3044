import SQLite

/// Rows of a data folder's tables.
enum DataRows {
    /// The rows of a statement, each a line of its values; `-` stands for null.
    static func of(_ sql: String, in folder: String) throws -> [String] {
        let statement = try Database(path: "\(folder)/nightjar.db", mode: .readOnly).prepare(sql)
        var rows: [String] = []
        while try statement.step() {
            rows.append((0..<statement.columnCount).map { statement.text($0) ?? "-" }.joined(separator: " "))
        }
        return rows
    }
}

package import DataLayout
internal import SQLite

/// A SQL statement over the databases of one or several data folders, which it cannot change.
///
/// Of several folders each table's name means the rows of all of them, folder by folder; a column that a folder's table lacks is
/// null there. One folder's own table is `main.TABLE` for the first, `folder2.TABLE` for the second, and so on.
package struct FolderQuery {
    /// A value of a row.
    package enum Value: Sendable, Hashable {
        /// No value.
        case null
        /// A whole number.
        case integer(Int64)
        /// A floating-point number.
        case real(Double)
        /// A text.
        case text(String)
        /// Bytes.
        case blob([UInt8])
    }

    /// SQLite attaches ten databases to the first.
    package static let mostFolders = 11

    /// The names of the columns.
    package let columns: [String]
    private let statement: Statement

    /// Prepares a statement.
    ///
    /// - Parameters:
    ///   - sql: One statement.
    ///   - paths: At least one folder, and at most ``mostFolders``.
    /// - Throws: ``DataLayout/BrokerError`` where a path is no data folder, or the statement makes no sense.
    package init(_ sql: String, folders paths: [String]) throws(BrokerError) {
        precondition((1...Self.mostFolders).contains(paths.count), "there are folders, and not too many")
        let database = try FolderDatabase.open(paths[0])
        // Each is looked at as a data folder before it is attached.
        for path in paths.dropFirst() { _ = try FolderDatabase.open(path) }
        do {
            try Self.attach(paths, to: database)
            statement = try database.prepare(sql)
        } catch { throw BrokerError(error) }
        columns = (0..<statement.columnCount).map { [statement] in statement.name($0) }
    }

    /// The next row; `nil` after the last.
    package func next() throws(BrokerError) -> [Value]? {
        do {
            guard try statement.step() else { return nil }
        } catch { throw BrokerError(error) }
        return columns.indices.map { column in
            switch statement.kind(column) {
            case .null: .null
            case .integer: .integer(statement.integer(column))
            case .real: .real(statement.double(column))
            case .text: .text(statement.text(column) ?? "")
            case .blob: .blob(statement.blob(column) ?? [])
            }
        }
    }

    // MARK: - Several folders

    /// Attaches all but the first, and makes views of the tables of all.
    private static func attach(_ paths: [String], to database: Database) throws(SQLiteError) {
        guard paths.count > 1 else { return }
        var schemas = ["main"]
        for (number, path) in paths.enumerated().dropFirst() {
            let attaching = try database.prepare("ATTACH ? AS folder\(number + 1)")
            attaching.bind(0, "\(path)/nightjar.db")
            try attaching.run()
            schemas.append("folder\(number + 1)")
        }
        var columns: [String: [(schema: String, names: [String])]] = [:]
        for schema in schemas {
            for table in try texts("SELECT name FROM \(schema).sqlite_schema WHERE \(isTable)", database) {
                let names = try texts(
                    "SELECT name FROM pragma_table_xinfo(\(quoted(table)), '\(schema)') WHERE hidden <> 1", database)
                columns[table, default: []].append((schema, names))
            }
        }
        for (table, parts) in columns.sorted(by: { $0.key < $1.key }) {
            try database.execute(view(table, parts))
        }
    }

    /// Not the tables that SQLite keeps, nor those in which an R*Tree lies.
    private static let isTable = """
        type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '%\\_sky\\__%' ESCAPE '\\'
        """

    private static func view(_ table: String, _ parts: [(schema: String, names: [String])]) -> String {
        var all: [String] = []
        for name in parts.flatMap(\.names) where !all.contains(name) { all.append(name) }
        let selects = parts.map { schema, names in
            let columns = all.map { names.contains($0) ? sqlName($0) : "NULL AS \(sqlName($0))" }
            return "SELECT \(columns.joined(separator: ", ")) FROM \(schema).\(sqlName(table))"
        }
        return "CREATE TEMP VIEW IF NOT EXISTS \(sqlName(table)) AS " + selects.joined(separator: " UNION ALL ")
    }

    private static func texts(_ sql: String, _ database: Database) throws(SQLiteError) -> [String] {
        let query = try database.prepare(sql)
        var texts: [String] = []
        while try query.step() { if let text = query.text(0) { texts.append(text) } }
        return texts
    }

    private static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }
}

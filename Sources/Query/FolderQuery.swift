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
    private let isGuarded: Bool
    /// What may stand behind a statement.
    private static let ends = Set(" \t\r\n;".utf8)

    /// Prepares a statement.
    ///
    /// - Parameters:
    ///   - sql: One statement.
    ///   - paths: At least one folder, and at most ``mostFolders``.
    ///   - deadline: When a statement from outside is ended, which then reads in bounded memory and may do nothing else; `nil` for
    ///     one of the folders' owner.
    /// - Throws: ``DataLayout/BrokerError`` where a path is no data folder, or the statement makes no sense.
    package init(
        _ sql: String, folders paths: [String], until deadline: ContinuousClock.Instant? = nil
    ) throws(BrokerError) {
        try self.init(sql, folders: paths, until: deadline) { _ in }
    }

    /// The same with more on the connection, such as functions, that is added while that is allowed.
    init(
        _ sql: String, folders paths: [String], until deadline: ContinuousClock.Instant?,
        adding add: (Database) throws(SQLiteError) -> Void
    ) throws(BrokerError) {
        precondition((1...Self.mostFolders).contains(paths.count), "there are folders, and not too many")
        let vfs = deadline.map { _ in Database.withoutTemporaryFiles }
        let database = try FolderDatabase.open(paths[0], vfs: vfs)
        // Each is looked at as a data folder before it is attached.
        for path in paths.dropFirst() { _ = try FolderDatabase.open(path) }
        do {
            if let deadline {
                try database.guardReading { () throws(SQLiteError) in
                    try Self.attach(paths, to: database)
                    try add(database)
                }
                database.setDeadline(deadline)
            } else {
                try Self.attach(paths, to: database)
                try add(database)
            }
            statement = try database.prepare(sql)
        } catch {
            if let refusal = database.guardRefusal { throw BrokerError(.refused, path: "", detail: refusal) }
            throw Self.failure(error, isGuarded: deadline != nil)
        }
        isGuarded = deadline != nil
        if deadline != nil, sql.utf8.dropFirst(statement.end).contains(where: { !Self.ends.contains($0) }) {
            throw BrokerError(.refused, path: "", detail: "one statement at a time is allowed here")
        }
        columns = (0..<statement.columnCount).map { [statement] in statement.name($0) }
    }

    /// The next row; `nil` after the last.
    package func next() throws(BrokerError) -> [Value]? {
        do {
            guard try statement.step() else { return nil }
        } catch { throw Self.failure(error, isGuarded: isGuarded) }
        return columns.indices.map(statement.queryValue)
    }

    /// What is wrong with a statement is its writer's to mend where it comes from outside; the rest is not.
    private static func failure(_ error: SQLiteError, isGuarded: Bool) -> BrokerError {
        let failure = BrokerError(error)
        guard isGuarded else { return failure }
        switch error.code {
        case .other, .tooBig, .mismatch:
            return BrokerError(.refused, path: "", detail: failure.detail)
        case .cannotOpen:
            return BrokerError(
                .refused, path: "",
                detail:
                    "it sorts or groups more than is kept in memory; ask for fewer rows, or in the order of an index")
        default: return failure
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
    static let isTable = """
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

extension Statement {
    /// What the row has in a column.
    func queryValue(_ column: Int) -> FolderQuery.Value {
        switch kind(column) {
        case .null: .null
        case .integer: .integer(integer(column))
        case .real: .real(double(column))
        case .text: .text(text(column) ?? "")
        case .blob: .blob(blob(column) ?? [])
        }
    }
}

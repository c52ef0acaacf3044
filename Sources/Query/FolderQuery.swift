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
        if let word = Self.changingWord(sql) {
            throw Self.refusal("\(word) is not allowed: data is only read here; say a SELECT")
        }
        let vfs = deadline.map { _ in Database.temporaryFilesInMemory }
        let database = try FolderDatabase.open(paths[0], vfs: vfs)
        // Each is looked at as a data folder before it is attached.
        for path in paths.dropFirst() { _ = try FolderDatabase.open(path) }
        do {
            if let deadline {
                var views: FolderViews?
                try database.guardReading { () throws(SQLiteError) in
                    views = try FolderViews(attaching: paths, to: database)
                    try add(database)
                }
                database.setDeadline(deadline)
                statement = try Self.prepared(sql, database, views)
            } else {
                _ = try FolderViews(attaching: paths, to: database)
                try add(database)
                statement = try database.prepare(sql)
            }
        } catch {
            if let refusal = database.guardRefusal { throw Self.refusal(refusal) }
            throw Self.failure(error, isGuarded: deadline != nil)
        }
        isGuarded = deadline != nil
        if sql.utf8.dropFirst(statement.end).contains(where: { !Self.ends.contains($0) }) {
            throw Self.refusal("one statement at a time is allowed here")
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

    /// What statements begin with that would change a database; SQLite itself says of them things such as that a view cannot be
    /// modified.
    private static let changing: Set = [
        "ALTER", "ANALYZE", "ATTACH", "BEGIN", "COMMIT", "CREATE", "DELETE", "DETACH", "DROP", "END", "INSERT",
        "REINDEX",
        "RELEASE", "REPLACE", "ROLLBACK", "SAVEPOINT", "UPDATE", "VACUUM",
    ]

    private static func changingWord(_ sql: String) -> String? {
        let word = sql.split(maxSplits: 1) { !$0.isLetter }.first?.uppercased() ?? ""
        return changing.contains(word) || word == "PRAGMA" && sql.contains("=") ? word : nil
    }

    private static func refusal(_ detail: String) -> BrokerError { BrokerError(.refused, path: "", detail: detail) }

    private static func prepared(
        _ sql: String, _ database: Database, _ views: FolderViews?
    ) throws(SQLiteError) -> Statement {
        let statement = try database.prepare(sql)
        guard let views, FolderViews.canNarrow(sql) else { return statement }
        var isNarrower = false
        try database.liftGuard { () throws(SQLiteError) in
            isNarrower = try views.narrow(to: database.columnsOfViews, in: database)
        }
        return isNarrower ? try database.prepare(sql) : statement
    }

    /// What is wrong with a statement is its writer's to mend where it comes from outside; the rest is not.
    private static func failure(_ error: SQLiteError, isGuarded: Bool) -> BrokerError {
        let failure = BrokerError(error)
        guard isGuarded else { return failure }
        switch error.code {
        case .other, .tooBig, .mismatch:
            return refusal(failure.detail)
        case .full:
            return refusal(
                "it sorts, groups or joins more than the 32 MB that it may keep at a time; ask for fewer rows or columns"
            )
        default: return failure
        }
    }
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

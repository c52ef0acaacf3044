internal import CSQLite
internal import Escaping

/// One open SQLite database, used by one thread at a time and closed when its owner lets go.
///
/// `@unchecked Sendable` so that the thread that owns it may change. The library is opened in its multi-thread mode: "SQLite
/// can be safely used by multiple threads provided that no single database connection … is used simultaneously in two or
/// more threads".
package final class Database: @unchecked Sendable {
    /// What may be done with a file.
    package enum Mode: Sendable {
        case readWriteCreate, readWrite, readOnly
        /// A file on a medium that nobody can write to: read without the lock and log files, which cannot be made there.
        case immutable
    }

    /// Milliseconds to wait for another program's lock.
    package static let standardBusyTimeout: Int32 = 10_000

    /// The file's path, as it was opened.
    package let path: String
    let handle: OpaquePointer
    /// Tables of rows in memory, which the connection keeps.
    var tables: [RowTable] = []
    /// Of a connection for statements from outside.
    var state: SandboxState?
    /// Of a connection to a file that statements from outside read.
    var readGuard: ReadGuard?
    /// When statements that still run are ended.
    var deadline: ContinuousClock.Instant?
    /// Set before the library is first used, as it asks; nobody reads the statistics.
    private static let omitsStatistics = nightjar_sqlite_omit_memory_statistics() == SQLITE_OK

    /// Opens a database file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - mode: What may be done with it.
    ///   - busyTimeout: Milliseconds to wait for another program's lock.
    ///   - vfs: SQLite's name of the file system that opens it; `nil` for the usual one.
    /// - Throws: ``SQLiteError`` where the file cannot be opened or is no database.
    package init(
        path: String, mode: Mode, busyTimeout: Int32 = Database.standardBusyTimeout, vfs: String? = nil
    ) throws(SQLiteError) {
        let flags: CInt =
            switch mode {
            case .readWriteCreate: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            case .readWrite: SQLITE_OPEN_READWRITE
            case .readOnly: SQLITE_OPEN_READONLY
            case .immutable: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
            }
        _ = Self.omitsStatistics
        var opened: OpaquePointer?
        let name = mode == .immutable ? Self.address(path) + "?immutable=1" : path
        let status = sqlite3_open_v2(name, &opened, flags | SQLITE_OPEN_NOMUTEX, vfs)
        guard status == SQLITE_OK, let opened else {
            // SQLite hands out a handle even when it cannot open the file.
            defer { sqlite3_close_v2(opened) }
            throw Self.error(status, of: opened, path: path, sql: "")
        }
        self.path = path
        handle = opened
        sqlite3_extended_result_codes(opened, 1)
        sqlite3_busy_timeout(opened, busyTimeout)
        // Opening reads nothing; this does, and so a file that is no database is refused here.
        _ = try integer("PRAGMA schema_version")
    }

    /// Opens a connection in memory.
    init(vfs: String) throws(SQLiteError) {
        _ = Self.omitsStatistics
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX
        let status = sqlite3_open_v2(":memory:", &opened, flags, vfs)
        guard status == SQLITE_OK, let opened else {
            defer { sqlite3_close_v2(opened) }
            throw Self.error(status, of: opened, path: ":memory:", sql: "")
        }
        path = ":memory:"
        handle = opened
        sqlite3_extended_result_codes(opened, 1)
    }

    deinit { sqlite3_close_v2(handle) }

    /// A path as SQLite reads it in a `file:` address.
    private static func address(_ path: String) -> String {
        "file:" + PercentEncoding.escape(path.utf8, keeping: "/-._~")
    }

    /// Runs one or more statements that give no rows.
    package func execute(_ sql: String) throws(SQLiteError) {
        let status = sqlite3_exec(handle, sql, nil, nil, nil)
        guard status == SQLITE_OK else { throw error(status, sql: sql) }
    }

    /// Copies the whole database, in one state, into a file that is made anew; others may write to it meanwhile.
    ///
    /// - Throws: ``SQLiteError`` where a page cannot be read or written.
    package func copy(to path: String) throws(SQLiteError) {
        let copy = try Database(path: path, mode: .readWriteCreate)
        guard let backup = sqlite3_backup_init(copy.handle, "main", handle, "main") else {
            throw copy.error(sqlite3_errcode(copy.handle), sql: "")
        }
        // All pages in one step: the read lock that is held for so long keeps the state as it is.
        let step = sqlite3_backup_step(backup, -1)
        let finish = sqlite3_backup_finish(backup)
        guard step == SQLITE_DONE, finish == SQLITE_OK else {
            throw copy.error(finish == SQLITE_OK ? step : finish, sql: "")
        }
    }

    /// Prepares a statement to be run any number of times.
    package func prepare(_ sql: String) throws(SQLiteError) -> Statement {
        try Statement(database: self, sql: sql)
    }

    /// The first column of the first row.
    package func integer(_ sql: String) throws(SQLiteError) -> Int64? {
        let statement = try prepare(sql)
        return try statement.step() ? statement.integer(0) : nil
    }

    /// The first column of the first row.
    package func text(_ sql: String) throws(SQLiteError) -> String? {
        let statement = try prepare(sql)
        return try statement.step() ? statement.text(0) : nil
    }

    /// Whether there is a table, view or index of a name.
    package func hasTable(_ name: String) throws(SQLiteError) -> Bool {
        let query = try prepare("SELECT 1 FROM sqlite_schema WHERE name = ?")
        query.bind(0, name)
        return try query.step()
    }

    /// The names of a table's or view's columns; none where there is no such table.
    package func columns(of table: String) throws(SQLiteError) -> Set<String> {
        let query = try prepare("SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 1")
        query.bind(0, table)
        var names: Set<String> = []
        while try query.step() { names.insert(query.text(0) ?? "") }
        return names
    }

    /// Rows that the last INSERT, UPDATE or DELETE changed.
    package var changes: Int { Int(sqlite3_changes64(handle)) }

    /// The key of the row that was inserted last.
    package var lastInsertRowID: Int64 { sqlite3_last_insert_rowid(handle) }

    func error(_ status: CInt, sql: String) -> SQLiteError {
        Self.error(status, of: handle, path: path, sql: sql)
    }

    private static func error(_ status: CInt, of handle: OpaquePointer?, path: String, sql: String) -> SQLiteError {
        SQLiteError(
            status: status, path: path, message: String(cString: sqlite3_errmsg(handle)), sql: sql,
            systemError: handle.map { sqlite3_system_errno($0) } ?? 0)
    }
}

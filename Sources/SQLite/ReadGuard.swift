internal import CSQLite
internal import Foundation

/// What statements from outside may do on a connection to a database file: read every table, for as long as the connection's
/// deadline allows, in bounded memory, and nothing else.
final class ReadGuard {
    /// Why the statement that was prepared last was refused.
    fileprivate(set) var refusal: String?

    /// What says which tables there are.
    fileprivate static let pragmas: Set = ["table_info", "table_xinfo", "table_list"]
    /// Functions that reach out of the database, or that only SQLite's own shell needs.
    private static let denied: Set = ["load_extension", "fts3_tokenizer", "readfile", "writefile", "edit"]

    fileprivate func allows(_ action: CInt, _ first: String?, _ second: String?) -> Bool {
        switch action {
        case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE: return true
        case SQLITE_FUNCTION:
            if second.map({ !Self.denied.contains($0.lowercased()) }) == true { return true }
            refusal = "the function \(second ?? "") is not allowed here"
        case SQLITE_PRAGMA:
            if first.map({ Self.pragmas.contains($0.lowercased()) }) == true { return true }
            refusal = "PRAGMA is not allowed here"
        case SQLITE_ATTACH, SQLITE_DETACH: refusal = "ATTACH is not allowed here"
        default: refusal = "only SELECT is allowed here"
        }
        return false
    }
}

extension Database {
    /// The longest text or blob of a row, bytes.
    private static let longestValue = 4 << 20
    /// What a statement may keep in memory while it sorts and groups, KiB; more fails, since no temporary file can be made.
    private static let workingMemory = 32_768

    /// From here on statements can only read; the connection was opened with ``withoutTemporaryFiles``.
    ///
    /// - Parameter attach: Attaches other databases and makes views, while that is still allowed. What was made before is gone:
    ///   SQLite drops its temporary views where it is told to keep others in files.
    /// - Throws: ``SQLiteError`` where SQLite refuses a setting, and what the closure throws.
    package func guardReading(attaching attach: () throws(SQLiteError) -> Void = {}) throws(SQLiteError) {
        try execute(
            "PRAGMA temp_store = FILE; PRAGMA trusted_schema = OFF; PRAGMA cache_size = -\(Self.workingMemory)")
        try attach()
        let limits: [(CInt, Int)] = [
            (SQLITE_LIMIT_LENGTH, Self.longestValue), (SQLITE_LIMIT_SQL_LENGTH, 1 << 16),
            (SQLITE_LIMIT_EXPR_DEPTH, 100), (SQLITE_LIMIT_COMPOUND_SELECT, 50), (SQLITE_LIMIT_VDBE_OP, 50_000),
            (SQLITE_LIMIT_FUNCTION_ARG, 32), (SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1_000),
            (SQLITE_LIMIT_VARIABLE_NUMBER, 0), (SQLITE_LIMIT_TRIGGER_DEPTH, 0), (SQLITE_LIMIT_WORKER_THREADS, 0),
        ]
        for (limit, value) in limits { sqlite3_limit(handle, limit, CInt(value)) }
        // SQLite makes these tables when they are first named, and would ask the guard.
        for name in ReadGuard.pragmas { _ = try prepare("SELECT 1 FROM pragma_\(name)") }
        let readGuard = ReadGuard()
        self.readGuard = readGuard
        sqlite3_set_authorizer(
            handle,
            { box, action, first, second, _, _ in
                guard let box else { return SQLITE_DENY }
                let readGuard = Unmanaged<ReadGuard>.fromOpaque(box).takeUnretainedValue()
                func text(_ pointer: UnsafePointer<CChar>?) -> String? { pointer.map { String(cString: $0) } }
                return readGuard.allows(action, text(first), text(second)) ? SQLITE_OK : SQLITE_DENY
            }, Unmanaged.passUnretained(readGuard).toOpaque())
    }

    /// Why the guard refused a statement; `nil` where something else did.
    package var guardRefusal: String? { readGuard?.refusal }

    /// Ends statements that still run at a time: they fail with an error of code `interrupted`.
    ///
    /// - Parameter deadline: The time; `nil` for never.
    package func setDeadline(_ deadline: ContinuousClock.Instant?) {
        self.deadline = deadline
        guard deadline != nil else { return sqlite3_progress_handler(handle, 0, nil, nil) }
        sqlite3_progress_handler(
            handle, 10_000,
            { box in
                guard let box else { return 1 }
                let deadline = Unmanaged<Database>.fromOpaque(box).takeUnretainedValue().deadline
                return deadline.map { ContinuousClock.now > $0 } ?? false ? 1 : 0
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// The name of a file system that opens databases and their logs, and makes no temporary file.
    package static let withoutTemporaryFiles: String = {
        guard let system = sqlite3_vfs_find(nil) else { return "" }
        let own = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        own.initialize(to: system.pointee)
        own.pointee.zName = UnsafePointer(strdup("nightjar-no-temporary-files"))
        own.pointee.pNext = nil
        own.pointee.xOpen = { own, name, file, flags, opened in
            let temporary =
                SQLITE_OPEN_TEMP_DB | SQLITE_OPEN_TRANSIENT_DB | SQLITE_OPEN_TEMP_JOURNAL | SQLITE_OPEN_SUBJOURNAL
            guard flags & temporary == 0, let open = sqlite3_vfs_find(nil)?.pointee.xOpen else {
                file?.pointee.pMethods = nil
                return SQLITE_CANTOPEN
            }
            return open(own, name, file, flags, opened)
        }
        sqlite3_vfs_register(own, 0)
        return "nightjar-no-temporary-files"
    }()
}

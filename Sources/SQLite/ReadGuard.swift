internal import CSQLite
internal import Foundation

/// What statements from outside may do on a connection to a database file: read every table, for as long as the connection's
/// deadline allows, in bounded memory, and nothing else.
final class ReadGuard {
    /// Why the statement that was prepared last was refused.
    fileprivate(set) var refusal: String?
    /// The columns of temporary views that statements named, by view.
    fileprivate(set) var columnsOfViews: [String: Set<String>] = [:]

    /// What says which tables there are.
    fileprivate static let pragmas: Set = ["table_info", "table_xinfo", "table_list"]
    /// Functions that reach out of the database, or that only SQLite's own shell needs.
    private static let denied: Set = ["load_extension", "fts3_tokenizer", "readfile", "writefile", "edit"]

    fileprivate func allows(_ action: CInt, _ first: String?, _ second: String?, _ schema: String?) -> Bool {
        switch action {
        case SQLITE_READ:
            if schema == "temp", let first, let second { columnsOfViews[first, default: []].insert(second) }
            return true
        case SQLITE_SELECT, SQLITE_RECURSIVE: return true
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
    /// Pages that the connection keeps, and what a statement sorts before it writes a temporary file, KiB each.
    private static let cache = 8_192

    /// From here on statements can only read; the connection was opened with ``temporaryFilesInMemory``.
    ///
    /// - Parameter attach: Attaches other databases and makes views, while that is still allowed. What was made before is gone:
    ///   SQLite drops its temporary views where it is told to keep others in files.
    /// - Throws: ``SQLiteError`` where SQLite refuses a setting, and what the closure throws.
    package func guardReading(attaching attach: () throws(SQLiteError) -> Void = {}) throws(SQLiteError) {
        try execute(
            "PRAGMA temp_store = FILE; PRAGMA trusted_schema = OFF; PRAGMA cache_size = -\(Self.cache)")
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
        readGuard = ReadGuard()
        setAuthorizer()
    }

    /// Changes views once more; the statements that were prepared are not to be used again.
    ///
    /// - Throws: What the closure throws.
    package func liftGuard(while change: () throws(SQLiteError) -> Void) throws(SQLiteError) {
        sqlite3_set_authorizer(handle, nil, nil)
        defer { setAuthorizer() }
        try change()
    }

    /// The columns of temporary views that the statements which were prepared read, by view.
    package var columnsOfViews: [String: Set<String>] { readGuard?.columnsOfViews ?? [:] }

    private func setAuthorizer() {
        guard let readGuard else { return }
        sqlite3_set_authorizer(
            handle,
            { box, action, first, second, schema, _ in
                guard let box else { return SQLITE_DENY }
                let readGuard = Unmanaged<ReadGuard>.fromOpaque(box).takeUnretainedValue()
                func text(_ pointer: UnsafePointer<CChar>?) -> String? { pointer.map { String(cString: $0) } }
                return readGuard.allows(action, text(first), text(second), text(schema)) ? SQLITE_OK : SQLITE_DENY
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

    /// The name of a file system that opens databases and their logs, and keeps temporary files in memory: 32 MB of each.
    package static let temporaryFilesInMemory: String = {
        guard let system = sqlite3_vfs_find(nil) else { return "" }
        let own = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        own.initialize(to: system.pointee)
        own.pointee.zName = UnsafePointer(strdup("nightjar-temporary-files-in-memory"))
        own.pointee.pNext = nil
        own.pointee.szOsFile = max(system.pointee.szOsFile, TemporaryMemory.size)
        own.pointee.xOpen = { own, name, file, flags, opened in
            let temporary =
                SQLITE_OPEN_TEMP_DB | SQLITE_OPEN_TRANSIENT_DB | SQLITE_OPEN_TEMP_JOURNAL | SQLITE_OPEN_SUBJOURNAL
            guard let file, let open = sqlite3_vfs_find(nil)?.pointee.xOpen else { return SQLITE_CANTOPEN }
            guard flags & temporary != 0 else { return open(own, name, file, flags, opened) }
            TemporaryMemory.open(file)
            opened?.pointee = flags
            return SQLITE_OK
        }
        sqlite3_vfs_register(own, 0)
        return "nightjar-temporary-files-in-memory"
    }()
}

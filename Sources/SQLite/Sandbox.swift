internal import CSQLite
internal import Foundation

/// What statements from outside may do on a connection: read named tables with named functions, for a bounded time and in
/// bounded memory. The connection has no file, and cannot open one.
package struct Sandbox: Sendable {
    /// The functions that statements may call, in lower case.
    package let functions: Set<String>
    /// Steps of SQLite's machine that a statement may take at a time.
    package let steps: Int
    /// Bytes of the longest text.
    package let longestText: Int
    /// Time of a core that a statement may take at a time. Steps alone do not bound it: one may copy a long text.
    package let time: Duration

    /// Bounds for statements from outside.
    package init(functions: Set<String>, steps: Int, longestText: Int, time: Duration) {
        (self.functions, self.steps, self.longestText, self.time) = (functions, steps, longestText, time)
    }
}

/// What a sandbox remembers of its connection.
final class SandboxState {
    let sandbox: Sandbox
    var tables: Set<String> = []
    /// Tables of SQLite itself.
    fileprivate var systemTables: Set<String> = []
    /// Calls of the progress handler until the statement has to end.
    fileprivate(set) var remaining = 0
    /// When this thread began the statement, by its own time; `nil` before the first call of the progress handler.
    fileprivate var began: Duration?
    /// Time of a core since the first call of the progress handler; a statement of fewer steps takes none worth counting.
    fileprivate(set) var taken = Duration.zero
    /// Whether the statement was ended for its time.
    fileprivate(set) var isOverTime = false

    /// Whether the statement may go on.
    fileprivate func goesOn() -> Bool {
        remaining -= 1
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        let now = Duration.seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
        taken = now - (began ?? now)
        began = began ?? now
        isOverTime = taken > sandbox.time
        return remaining >= 0 && !isOverTime
    }
    /// The tables that the statement that was prepared last reads, in lower case.
    fileprivate(set) var read: Set<String> = []
    /// Why the statement that was prepared last was refused.
    fileprivate var refusal: String?

    fileprivate init(_ sandbox: Sandbox) { self.sandbox = sandbox }

    /// Steps between two looks at what remains.
    fileprivate static let stride = 1_000

    private static func isOfSystem(_ name: String) -> Bool { name.hasPrefix("sqlite_") || name.hasPrefix("pragma_") }

    /// Whether a table is being added, for which SQLite writes to its own.
    fileprivate var isAdding = false

    fileprivate func allows(_ action: CInt, _ first: String?, _ second: String?) -> Bool {
        if isAdding { return true }
        switch action {
        case SQLITE_SELECT: return true
        case SQLITE_READ:
            let name = first?.lowercased() ?? ""
            // A sub-query of which no column is read comes here by its name.
            let isSubquery = second == "" && !systemTables.contains(name) && !Self.isOfSystem(name)
            if tables.contains(name) { read.insert(name) }
            if tables.contains(name) || isSubquery { return true }
            refusal = "there is no table \(first ?? "")"
        case SQLITE_FUNCTION:
            if second.map({ sandbox.functions.contains($0.lowercased()) }) == true { return true }
            refusal = "the function \(second ?? "") is not allowed here"
        case SQLITE_RECURSIVE: refusal = "WITH RECURSIVE is not allowed here"
        case SQLITE_PRAGMA: refusal = "PRAGMA is not allowed here"
        case SQLITE_ATTACH, SQLITE_DETACH: refusal = "ATTACH is not allowed here"
        default: refusal = "only SELECT is allowed here"
        }
        return false
    }
}

extension Database {
    /// A connection in memory for statements from outside.
    ///
    /// Texts are bounded, automatic indexes are off, and sorting that outgrows the cache fails, since no file can be opened:
    /// a statement's memory is bounded without a limit for the whole process.
    ///
    /// - Throws: ``SQLiteError`` where it cannot be opened.
    package convenience init(_ sandbox: Sandbox) throws(SQLiteError) {
        try self.init(vfs: Self.withoutFiles)
        let limits: [(CInt, Int)] = [
            (SQLITE_LIMIT_LENGTH, sandbox.longestText), (SQLITE_LIMIT_SQL_LENGTH, 1 << 16),
            (SQLITE_LIMIT_EXPR_DEPTH, 100), (SQLITE_LIMIT_COMPOUND_SELECT, 20), (SQLITE_LIMIT_VDBE_OP, 50_000),
            (SQLITE_LIMIT_FUNCTION_ARG, 32), (SQLITE_LIMIT_ATTACHED, 0), (SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1_000),
            (SQLITE_LIMIT_VARIABLE_NUMBER, 0), (SQLITE_LIMIT_TRIGGER_DEPTH, 0), (SQLITE_LIMIT_WORKER_THREADS, 0),
        ]
        try execute("PRAGMA temp_store = FILE; PRAGMA automatic_index = OFF; PRAGMA trusted_schema = OFF")
        guard nightjar_sqlite_quoted_names_are_names(handle) == SQLITE_OK else {
            throw error(SQLITE_ERROR, sql: "double quotes")
        }
        for (limit, value) in limits { sqlite3_limit(handle, limit, CInt(value)) }
        // One transaction for good: each statement would begin and end one of its own.
        try execute("BEGIN")
        let state = SandboxState(sandbox)
        let modules = try prepare("SELECT lower(name) FROM pragma_module_list")
        while try modules.step() { state.systemTables.insert(modules.text(0) ?? "") }
        self.state = state
        let box = Unmanaged.passUnretained(state).toOpaque()
        sqlite3_set_authorizer(
            handle,
            { box, action, first, second, _, _ in
                guard let box else { return SQLITE_DENY }
                let state = Unmanaged<SandboxState>.fromOpaque(box).takeUnretainedValue()
                func text(_ pointer: UnsafePointer<CChar>?) -> String? { pointer.map { String(cString: $0) } }
                return state.allows(action, text(first), text(second)) ? SQLITE_OK : SQLITE_DENY
            }, box)
        sqlite3_progress_handler(
            handle, CInt(SandboxState.stride),
            { box in
                guard let box else { return 1 }
                return Unmanaged<SandboxState>.fromOpaque(box).takeUnretainedValue().goesOn() ? 0 : 1
            }, box)
        beginSteps()
    }

    /// Adds a table that statements may read.
    ///
    /// - Throws: ``SQLiteError`` where SQLite refuses it.
    package func add(_ table: RowTable) throws(SQLiteError) {
        tables.append(table)
        state?.tables.insert(table.name.lowercased())
        let status = table.add(to: handle)
        guard status == SQLITE_OK else { throw error(status, sql: table.name) }
        state?.isAdding = true
        defer { state?.isAdding = false }
        _ = try prepare("SELECT 1 FROM \(sqlName(table.name))")
    }

    /// Gives the next statement all the steps that the sandbox allows.
    package func beginSteps() {
        guard let state else { return }
        state.remaining = state.sandbox.steps / SandboxState.stride
        (state.began, state.taken, state.isOverTime) = (nil, .zero, false)
    }

    /// Charges a function's work to the statement that calls it, in steps.
    ///
    /// - Returns: Whether the statement may go on.
    package func charge(steps: Int) -> Bool {
        guard let state else { return true }
        state.remaining -= steps / SandboxState.stride
        return state.remaining >= 0
    }

    /// Time of a core that the last statement took, where it took many steps.
    package var timeTaken: Duration { state?.taken ?? .zero }
    /// Whether the last statement was ended for its time.
    package var wasOverTime: Bool { state?.isOverTime ?? false }

    /// The tables that statements have read that were prepared since the last call, in lower case.
    package func takeTablesRead() -> Set<String> {
        defer { state?.read = [] }
        return state?.read ?? []
    }

    /// Why a statement was refused by the sandbox; cleared by the call.
    package func takeRefusal() -> String? {
        defer { state?.refusal = nil }
        return state?.refusal
    }

    /// Where in a statement, in bytes, the last error is; `nil` where SQLite does not know.
    package var errorOffset: Int? {
        let offset = sqlite3_error_offset(handle)
        return offset < 0 ? nil : Int(offset)
    }

    /// The name of a file system that opens nothing.
    private static let withoutFiles: String = {
        guard let system = sqlite3_vfs_find(nil) else { return "" }
        let none = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        none.initialize(to: system.pointee)
        none.pointee.zName = UnsafePointer(strdup("nightjar-no-files"))
        none.pointee.pNext = nil
        none.pointee.xOpen = { _, _, _, _, _ in SQLITE_CANTOPEN }
        sqlite3_vfs_register(none, 0)
        return "nightjar-no-files"
    }()
}

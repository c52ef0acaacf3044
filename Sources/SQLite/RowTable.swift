internal import CSQLite

/// A table without a file: its rows are read from the program's memory, each value when a statement asks for it.
///
/// An eponymous virtual table: it is there on the connection that it was added to, and cannot be changed by statements.
package final class RowTable {
    /// What values a column has, which decides how SQLite compares them.
    package enum Kind: String, Sendable { case integer = "INTEGER", real = "REAL", text = "TEXT" }

    /// The table's name.
    package let name: String
    /// The names of its columns.
    package let columns: [String]
    /// How many rows there are now.
    package var rowCount: Int { count() }
    fileprivate let definition: String
    fileprivate let count: () -> Int
    fileprivate let read: (_ row: Int, _ column: Int, _ value: ResultValue) -> Void

    /// A table of rows in memory.
    ///
    /// - Parameters:
    ///   - name: The table's name.
    ///   - columns: Its columns; names are from outside.
    ///   - count: How many rows there are, asked when a statement begins to read them.
    ///   - read: Sets the value in a row and a column; where it sets none, it is null.
    package init(
        name: String, columns: [(name: String, kind: Kind)], count: @escaping () -> Int,
        read: @escaping (_ row: Int, _ column: Int, _ value: ResultValue) -> Void
    ) {
        self.name = name
        self.columns = columns.map(\.name)
        self.count = count
        self.read = read
        let list = columns.map { "\(sqlName($0.name)) \($0.kind.rawValue)" }.joined(separator: ", ")
        definition = "CREATE TABLE rows (\(list))"
    }

    /// Calls `body` with the table behind SQLite's pointer, which the connection keeps.
    @inline(__always)
    private static func with<Value>(_ rows: UnsafeRawPointer?, _ otherwise: Value, _ body: (RowTable) -> Value) -> Value
    {
        guard let rows else { return otherwise }
        return Unmanaged<RowTable>.fromOpaque(rows)._withUnsafeGuaranteedRef(body)
    }

    /// Adds the table to a connection, which must keep it.
    func add(to handle: OpaquePointer) -> CInt {
        sqlite3_create_module_v2(handle, name, Self.module, Unmanaged.passUnretained(self).toOpaque(), nil)
    }

    /// The calls that SQLite makes. Without `xCreate` the table is there under its own name alone.
    nonisolated(unsafe) private static let module: UnsafePointer<sqlite3_module> = {
        var module = sqlite3_module()
        module.xConnect = { handle, rows, _, _, table, _ in
            let status = RowTable.with(rows, SQLITE_INTERNAL) { sqlite3_declare_vtab(handle, $0.definition) }
            guard status == SQLITE_OK else { return status }
            let made = UnsafeMutablePointer<nightjar_table>.allocate(capacity: 1)
            made.initialize(to: nightjar_table())
            made.pointee.rows = UnsafeRawPointer(rows)
            table?.pointee = UnsafeMutableRawPointer(made).assumingMemoryBound(to: sqlite3_vtab.self)
            return SQLITE_OK
        }
        module.xDisconnect = { table in
            UnsafeMutableRawPointer(table)?.assumingMemoryBound(to: nightjar_table.self).deallocate()
            return SQLITE_OK
        }
        module.xDestroy = module.xDisconnect
        module.xBestIndex = { _, plan in
            // All rows are read; a history has tens.
            plan?.pointee.estimatedCost = 100
            plan?.pointee.estimatedRows = 25
            return SQLITE_OK
        }
        module.xOpen = { table, cursor in
            let made = UnsafeMutablePointer<nightjar_cursor>.allocate(capacity: 1)
            made.initialize(to: nightjar_cursor())
            made.pointee.rows =
                UnsafeMutableRawPointer(table)?.assumingMemoryBound(to: nightjar_table.self).pointee.rows
            cursor?.pointee = UnsafeMutableRawPointer(made).assumingMemoryBound(to: sqlite3_vtab_cursor.self)
            return SQLITE_OK
        }
        module.xClose = { cursor in
            RowTable.cursor(cursor)?.deallocate()
            return SQLITE_OK
        }
        module.xFilter = { cursor, _, _, _, _ in
            guard let cursor = RowTable.cursor(cursor) else { return SQLITE_INTERNAL }
            cursor.pointee.row = 0
            cursor.pointee.count = RowTable.with(cursor.pointee.rows, 0) { sqlite3_int64($0.count()) }
            return SQLITE_OK
        }
        module.xNext = { cursor in
            RowTable.cursor(cursor)?.pointee.row += 1
            return SQLITE_OK
        }
        module.xEof = { cursor in RowTable.cursor(cursor).map { $0.pointee.row >= $0.pointee.count ? 1 : 0 } ?? 1 }
        module.xColumn = { cursor, context, column in
            guard let cursor = RowTable.cursor(cursor), let context else { return SQLITE_INTERNAL }
            return RowTable.with(cursor.pointee.rows, SQLITE_INTERNAL) { table in
                table.read(Int(cursor.pointee.row), Int(column), ResultValue(context: context))
                return SQLITE_OK
            }
        }
        module.xRowid = { cursor, row in
            row?.pointee = RowTable.cursor(cursor)?.pointee.row ?? 0
            return SQLITE_OK
        }
        let kept = UnsafeMutablePointer<sqlite3_module>.allocate(capacity: 1)
        kept.initialize(to: module)
        return UnsafePointer(kept)
    }()

    private static func cursor(
        _ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?
    ) -> UnsafeMutablePointer<nightjar_cursor>? {
        UnsafeMutableRawPointer(cursor)?.assumingMemoryBound(to: nightjar_cursor.self)
    }
}

/// A value that SQLite asked for: a table's or a function's. Where none is set, it is null.
package struct ResultValue {
    let context: OpaquePointer

    /// Sets a whole number.
    package func set(_ value: Int64) { sqlite3_result_int64(context, value) }
    /// Sets 1 or 0.
    package func set(_ value: Bool) { sqlite3_result_int(context, value ? 1 : 0) }
    /// Sets a number. SQLite takes a NaN for null.
    package func set(_ value: Double) { sqlite3_result_double(context, value) }
    /// Sets a copy of a text.
    package func set(_ value: String) {
        var value = value
        value.withUTF8 { bytes in
            sqlite3_result_text64(
                context, UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self), UInt64(bytes.count),
                Statement.transient, UInt8(SQLITE_UTF8))
        }
    }
    /// Sets a text without copying it: the bytes must stay where they are while the statement runs.
    package func set(borrowing bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return set("") }
        sqlite3_result_text64(
            context, start.assumingMemoryBound(to: CChar.self), UInt64(bytes.count), nil, UInt8(SQLITE_UTF8))
    }
    /// Ends the statement with an error.
    package func fail(_ message: String) { sqlite3_result_error(context, message, -1) }
}

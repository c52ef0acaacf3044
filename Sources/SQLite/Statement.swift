internal import CSQLite

/// A prepared statement of one database. Parameters and columns count from 0.
package final class Statement {
    private let database: Database
    private let handle: OpaquePointer
    private let sql: String
    /// Where in the text the statement ends, in bytes.
    package let end: Int
    /// The first value that SQLite refused since the last run.
    private var refused: CInt = SQLITE_OK

    init(database: Database, sql: String) throws(SQLiteError) {
        var prepared: OpaquePointer?
        let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
        let (status, end) = sql.withCString { text in
            var rest: UnsafePointer<CChar>?
            let status = sqlite3_prepare_v3(database.handle, text, -1, flags, &prepared, &rest)
            return (status, rest.map { $0 - text } ?? 0)
        }
        guard status == SQLITE_OK else { throw database.error(status, sql: sql) }
        // White space and comments are accepted and give nothing to run.
        guard let prepared else {
            throw SQLiteError(status: SQLITE_MISUSE, path: database.path, message: SQLiteError.noStatement, sql: sql)
        }
        self.database = database
        self.sql = sql
        self.end = end
        handle = prepared
    }

    deinit { sqlite3_finalize(handle) }

    /// How many parameters the statement has.
    package var parameterCount: Int { Int(sqlite3_bind_parameter_count(handle)) }

    // MARK: - Parameters

    // A value that SQLite refuses (no such parameter, a row still open, too long) is thrown by the next run or step: it
    // would else leave the row before it in place.

    /// Binds a whole number.
    package func bind(_ index: Int, _ value: Int64) { note(sqlite3_bind_int64(handle, CInt(index + 1), value)) }
    /// Binds a whole number.
    package func bind(_ index: Int, _ value: Int) { note(sqlite3_bind_int64(handle, CInt(index + 1), Int64(value))) }
    /// SQLite keeps a NaN as null.
    package func bind(_ index: Int, _ value: Double) { note(sqlite3_bind_double(handle, CInt(index + 1), value)) }
    /// Binds a null.
    package func bindNull(_ index: Int) { note(sqlite3_bind_null(handle, CInt(index + 1))) }

    /// Binds a copy of a text.
    package func bind(_ index: Int, _ value: String) {
        var value = value
        value.withUTF8 { bytes in
            let text = UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self)
            bindText(index, text, bytes.count, copying: true)
        }
    }

    /// Binds a copy of a blob.
    package func bind(_ index: Int, blob value: some Collection<UInt8>) {
        let bytes = Array(value)
        // A null pointer would bind a null; an empty blob is not one.
        if bytes.isEmpty {
            note(sqlite3_bind_zeroblob(handle, CInt(index + 1), 0))
        } else {
            note(sqlite3_bind_blob64(handle, CInt(index + 1), bytes, UInt64(bytes.count), Self.transient))
        }
    }

    /// Binds text without copying it: the bytes must stay where they are until ``run()`` has returned.
    package func bindText(_ index: Int, borrowing bytes: UnsafeRawBufferPointer) {
        bindText(index, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, copying: false)
    }

    /// Binds a blob without copying it: the bytes must stay where they are until ``run()`` has returned.
    package func bindBlob(_ index: Int, borrowing bytes: UnsafeRawBufferPointer) {
        if bytes.isEmpty {
            note(sqlite3_bind_zeroblob(handle, CInt(index + 1), 0))
        } else {
            note(sqlite3_bind_blob64(handle, CInt(index + 1), bytes.baseAddress, UInt64(bytes.count), nil))
        }
    }

    private func bindText(_ index: Int, _ text: UnsafePointer<CChar>?, _ count: Int, copying: Bool) {
        if count == 0 {
            note(sqlite3_bind_text(handle, CInt(index + 1), "", 0, Self.transient))
        } else {
            note(
                sqlite3_bind_text64(
                    handle, CInt(index + 1), text, UInt64(count), copying ? Self.transient : nil, UInt8(SQLITE_UTF8)))
        }
    }

    /// The index of a named parameter, such as `:night`; beyond all others for none, so that binding it is refused.
    package func index(of name: String) -> Int {
        let index = Int(sqlite3_bind_parameter_index(handle, name))
        return index > 0 ? index - 1 : parameterCount
    }

    private func note(_ status: CInt) {
        if status != SQLITE_OK, refused == SQLITE_OK { refused = status }
    }

    /// SQLITE_TRANSIENT, a cast that Swift's importer does not see: SQLite copies the bytes before the call returns.
    static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    // MARK: - Running

    /// Runs a statement that gives no rows, and makes it ready for the next values.
    package func run() throws(SQLiteError) {
        try throwRefused()
        let status = sqlite3_step(handle)
        sqlite3_reset(handle)
        guard status == SQLITE_DONE || status == SQLITE_ROW else { throw database.error(status, sql: sql) }
    }

    /// Goes to the next row; `false` after the last, when the statement is ready for new values.
    package func step() throws(SQLiteError) -> Bool {
        try throwRefused()
        let status = sqlite3_step(handle)
        if status == SQLITE_ROW { return true }
        sqlite3_reset(handle)
        guard status == SQLITE_DONE else { throw database.error(status, sql: sql) }
        return false
    }

    /// Makes the statement ready for new values before its last row was read.
    package func reset() { sqlite3_reset(handle) }

    private func throwRefused() throws(SQLiteError) {
        guard refused != SQLITE_OK else { return }
        let status = refused
        refused = SQLITE_OK
        sqlite3_reset(handle)
        throw SQLiteError(
            status: status, path: database.path,
            message: "a value was refused: \(String(cString: sqlite3_errstr(status)))",
            sql: sql)
    }

    // MARK: - Columns

    /// How many columns the rows have.
    package var columnCount: Int { Int(sqlite3_column_count(handle)) }

    /// A column's name.
    package func name(_ column: Int) -> String {
        sqlite3_column_name(handle, CInt(column)).map { String(cString: $0) } ?? ""
    }

    /// What kinds of values there are.
    package enum Kind: Sendable {
        case null, integer, real, text, blob
    }

    /// What the row has in a column.
    package func kind(_ column: Int) -> Kind {
        switch sqlite3_column_type(handle, CInt(column)) {
        case SQLITE_INTEGER: .integer
        case SQLITE_FLOAT: .real
        case SQLITE_TEXT: .text
        case SQLITE_BLOB: .blob
        default: .null
        }
    }

    /// Whether the row has a null in a column.
    package func isNull(_ column: Int) -> Bool { sqlite3_column_type(handle, CInt(column)) == SQLITE_NULL }

    /// The whole number in a column; 0 for a null.
    package func integer(_ column: Int) -> Int64 { sqlite3_column_int64(handle, CInt(column)) }

    /// The number in a column; 0 for a null.
    package func double(_ column: Int) -> Double { sqlite3_column_double(handle, CInt(column)) }

    /// The text in a column; `nil` for a null.
    package func text(_ column: Int) -> String? {
        guard let text = sqlite3_column_text(handle, CInt(column)) else { return nil }
        let bytes = UnsafeRawBufferPointer(start: text, count: Int(sqlite3_column_bytes(handle, CInt(column))))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads the text in a column without copying it.
    ///
    /// - Returns: What `read` makes of its UTF-8 bytes, which are there meanwhile; `nil` for a null.
    package func withText<Value>(_ column: Int, _ read: (UnsafeRawBufferPointer) -> Value?) -> Value? {
        guard let text = sqlite3_column_text(handle, CInt(column)) else { return nil }
        return read(UnsafeRawBufferPointer(start: text, count: Int(sqlite3_column_bytes(handle, CInt(column)))))
    }

    /// The blob in a column; `nil` for a null.
    package func blob(_ column: Int) -> [UInt8]? {
        guard !isNull(column) else { return nil }
        let start = sqlite3_column_blob(handle, CInt(column))
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, CInt(column)))))
    }
}

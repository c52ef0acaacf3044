internal import CSQLite

/// What SQLite refused, in which database, and at which statement.
package struct SQLiteError: Error, Hashable, CustomStringConvertible {
    package enum Code: String, Hashable, Sendable {
        case busy, full, corrupt, notADatabase, cannotOpen, readOnly, constraint, ioError, interrupted, other
    }

    package let code: Code
    package let path: String
    package let message: String
    /// The first line of the statement; empty where none was running.
    package let sql: String

    init(status: CInt, path: String, message: String, sql: String) {
        code =
            switch status & 0xFF {
            case SQLITE_BUSY, SQLITE_LOCKED: .busy
            case SQLITE_FULL: .full
            case SQLITE_CORRUPT: .corrupt
            case SQLITE_NOTADB: .notADatabase
            case SQLITE_CANTOPEN: .cannotOpen
            case SQLITE_READONLY: .readOnly
            case SQLITE_CONSTRAINT: .constraint
            case SQLITE_IOERR: .ioError
            case SQLITE_INTERRUPT: .interrupted
            default: .other
            }
        self.path = path
        self.message = message
        self.sql = String(sql.prefix { $0 != "\n" }.prefix(120))
    }

    package var description: String {
        let what =
            switch code {
            case .busy: "another program holds the database locked"
            case .full: "the disk is full"
            case .corrupt: "the database is damaged (\(message))"
            case .notADatabase: "this is not an SQLite database"
            default: message
            }
        return "\(path): \(what)" + (sql.isEmpty ? "" : " [\(sql)]")
    }
}

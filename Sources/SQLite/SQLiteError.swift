internal import CSQLite
internal import Foundation

/// What SQLite refused, in which database, and at which statement.
package struct SQLiteError: Error, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: String, Hashable, Sendable {
        case busy, full, corrupt, notADatabase, cannotOpen, readOnly, constraint, mismatch, tooBig, ioError, interrupted
        case other
    }

    /// What kind of failure it is.
    package let code: Code
    /// The database's path.
    package let path: String
    /// SQLite's own reason.
    package let message: String
    /// The first line of the statement; empty where none was running.
    package let sql: String

    /// `systemError` is what the operating system answered to the call that failed; 0 where it was not asked.
    init(status: CInt, path: String, message: String, sql: String, systemError: CInt = 0) {
        let kind = status & 0xFF
        // A file that cannot be grown is an input or output error to SQLite; to its user the disk is full.
        let isFull = kind == SQLITE_IOERR && (systemError == ENOSPC || systemError == EDQUOT)
        code =
            switch isFull ? SQLITE_FULL : kind {
            case SQLITE_BUSY, SQLITE_LOCKED: .busy
            case SQLITE_FULL: .full
            case SQLITE_CORRUPT: .corrupt
            case SQLITE_NOTADB: .notADatabase
            case SQLITE_CANTOPEN: .cannotOpen
            case SQLITE_READONLY: .readOnly
            case SQLITE_CONSTRAINT: .constraint
            case SQLITE_MISMATCH: .mismatch
            case SQLITE_TOOBIG: .tooBig
            case SQLITE_IOERR: .ioError
            case SQLITE_INTERRUPT: .interrupted
            default: .other
            }
        self.path = path
        let saysWhy = systemError != 0 && (kind == SQLITE_CANTOPEN || kind == SQLITE_IOERR)
        self.message = saysWhy ? "\(message): \(String(cString: strerror(systemError)))" : message
        self.sql = String(sql.prefix { $0 != "\n" }.prefix(120))
    }

    static let noStatement = "no statement"
    /// Whether a text had blanks and comments alone where a statement was asked for.
    package var isOfNothing: Bool { message == Self.noStatement }

    /// Whether a row's values are at fault, and not the database: the same row is refused again, and others are not.
    package var isOfValues: Bool { code == .constraint || code == .mismatch || code == .tooBig }

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

internal import Glibc
package import SQLite

/// Why the broker had to stop, and over which file. What was committed before is safe.
package struct BrokerError: SQLiteFailure, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: String, Hashable, Sendable {
        case cannotCreate, cannotOpen, cannotRead, cannotWrite, diskFull, inUse, notADataFolder, newerDataFolder
        case unknownTopic, unknownAlert, unknownObject, ambiguous, damagedArchive, damagedNight, lostFile, table, intake
        /// A statement did not come to its end in the time that it had.
        case interrupted
        /// A statement from outside that asks for more than to read.
        case refused
    }

    /// What kind of failure it is.
    package let code: Code
    /// The file or folder it is about; may be empty.
    package let path: String
    /// What happened, in a sentence.
    package let detail: String

    /// An error about a path.
    package init(_ code: Code, path: String, detail: String) {
        self.code = code
        self.path = path
        self.detail = detail
    }

    /// The error of the system call that has just failed.
    package static func system(_ code: Code, path: String) -> BrokerError {
        let number = errno
        if number == ENOSPC || number == EDQUOT {
            return BrokerError(.diskFull, path: path, detail: "the disk is full")
        }
        return BrokerError(code, path: path, detail: String(cString: strerror(number)))
    }

    /// What SQLite refused, with the database's path and SQLite's own words.
    package init(_ error: SQLiteError) {
        let whole = error.description
        let detail = whole.hasPrefix(error.path + ": ") ? String(whole.dropFirst(error.path.count + 2)) : whole
        let code: Code =
            switch error.code {
            case .full: .diskFull
            case .interrupted: .interrupted
            default: .table
            }
        self.init(code, path: error.path, detail: detail)
    }

    package var description: String { path.isEmpty ? detail : "\(path): \(detail)" }
}

internal import Glibc
package import SQLite

/// Opens the database of a data folder.
package enum FolderDatabase {
    /// Whether the database lies whole on a medium that is mounted to be read only.
    private static func isFrozen(_ file: String) -> Bool {
        var status = statvfs()
        return statvfs(file, &status) == 0 && status.f_flag & UInt(ST_RDONLY) != 0 && access(file + "-wal", F_OK) != 0
    }

    /// Why a folder has no database.
    private static func missing(_ path: String) -> String {
        guard access(path, F_OK) == 0 else { return "there is no such data folder; 'nightjar run' makes one" }
        return RegularFile.exists("\(path)/worker-1/nightjar.db")
            ? "the data folders are those of the workers in it; name one, as \(path)/worker-1"
            : "no nightjar.db in it; 'nightjar run' makes one"
    }

    /// The database of a folder, to read from beside a run that writes.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - vfs: SQLite's name of the file system that opens it; `nil` for the usual one.
    /// - Returns: The database.
    /// - Throws: ``BrokerError`` where it is no data folder's.
    package static func open(_ path: String, vfs: String? = nil) throws(BrokerError) -> Database {
        let file = "\(path)/nightjar.db"
        guard access(file, F_OK) == 0 else {
            guard errno == ENOENT || errno == ENOTDIR else { throw .system(.cannotOpen, path: path) }
            throw BrokerError(.notADataFolder, path: path, detail: missing(path))
        }
        // SQLite would wait for the other end of a pipe.
        guard RegularFile.exists(file) else {
            throw BrokerError(.notADataFolder, path: file, detail: "this is no regular file, and so no database")
        }
        let database: Database
        let version: Int64
        do {
            database = try Database(path: file, mode: isFrozen(file) ? .immutable : .readOnly, vfs: vfs)
            version = try database.integer("PRAGMA user_version") ?? 0
            if version == 1 { try database.execute(DatabaseSchema.viewsOfVersion1) }
        } catch { throw BrokerError(error) }
        guard version > 0 else {
            throw BrokerError(.notADataFolder, path: file, detail: "this database is not Nightjar's")
        }
        guard version <= DatabaseSchema.version else {
            throw BrokerError(.newerDataFolder, path: file, detail: "a newer Nightjar made this database")
        }
        return database
    }
}

internal import Alerts
internal import DataLayout
internal import Foundation
internal import SQLite

/// The folder with all data of a broker: `nightjar.db`, `archive/`, `topics/`, `plots/`, `dead-letter/`.
///
/// One process at a time writes to it, and holds `nightjar.lock`; any number may read.
final class DataFolder {
    let path: String
    let database: Database
    private let lock: LockFile
    /// The files that must not be removed or replaced while this process writes.
    private let held: [HeldFile]

    /// Opens the folder for writing, and creates it where it is missing.
    init(_ path: String) throws(BrokerError) {
        self.path = path
        try FolderMaking.make(path, failing: .cannotCreate)
        lock = try LockFile("\(path)/nightjar.lock") {
            "another nightjar (process \($0)) is writing to this data folder"
        }
        database = try Self.openDatabase("\(path)/nightjar.db")
        try Self.prepareTables(database, folder: path)
        try DoomedFiles(path, database).delete()
        // The log exists from the first read on; it may have committed data that the database lacks.
        held =
            [try HeldFile("\(path)/nightjar.lock", descriptor: lock.descriptor)]
            + (try ["", "-wal", "-shm"].map { (suffix) throws(BrokerError) in
                try HeldFile("\(path)/nightjar.db" + suffix)
            })
    }

    /// Checks that committed data are where the next run reads them.
    ///
    /// - Throws: ``BrokerError`` where the database, its log or the lock was removed or replaced.
    func check() throws(BrokerError) {
        for file in held { try file.check() }
    }

    /// The name of this folder's worker in a group, which never changes; created by the first call.
    func workerName() throws(BrokerError) -> String {
        do {
            try database.execute(
                """
                CREATE TABLE IF NOT EXISTS worker (name TEXT NOT NULL);
                INSERT INTO worker SELECT lower(hex(randomblob(6))) WHERE NOT EXISTS (SELECT 1 FROM worker)
                """)
            return try database.text("SELECT name FROM worker") ?? ""
        } catch { throw BrokerError(error) }
    }

    private static func openDatabase(_ path: String) throws(BrokerError) -> Database {
        do {
            let database = try Database(path: path, mode: .readWriteCreate)
            // Each commit is synced; the log grows to 64 MB before a checkpoint.
            try database.execute(
                """
                PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;
                PRAGMA wal_autocheckpoint = 16384; PRAGMA temp_store = MEMORY
                """)
            return database
        } catch { throw BrokerError(error) }
    }

    private static func prepareTables(_ database: Database, folder: String) throws(BrokerError) {
        let version: Int64
        let isEmpty: Bool
        do {
            version = try database.integer("PRAGMA user_version") ?? 0
            isEmpty = try database.integer("SELECT count(*) FROM sqlite_schema") == 0
        } catch { throw BrokerError(error) }
        guard version <= DatabaseSchema.version else {
            throw BrokerError(
                .newerDataFolder, path: database.path,
                detail:
                    "written by a newer Nightjar (layout \(version); this one reads up to \(DatabaseSchema.version))")
        }
        guard version < DatabaseSchema.version else { return }
        guard version == 0 else {
            return try upgrade(
                database, with: version == 1 ? DatabaseSchema.fromVersion1 : [], rebuildsHistory: version < 3)
        }
        guard isEmpty else {
            throw BrokerError(.notADataFolder, path: database.path, detail: "this database is not Nightjar's")
        }
        // A new database would number its segments from 1 again, and overwrite the existing ones.
        if let segment = firstSegment(in: folder) {
            throw BrokerError(
                .notADataFolder, path: database.path,
                detail: "\(segment) exists, but its database is missing; restore it, or use another data folder")
        }
        try upgrade(database, with: DatabaseSchema.statements)
    }

    /// Upgrades a database to this layout, in one transaction.
    private static func upgrade(
        _ database: Database, with statements: [String], rebuildsHistory: Bool = false
    ) throws(BrokerError) {
        do {
            try database.transaction { () throws(SQLiteError) in
                for sql in statements { try database.execute(sql) }
                if rebuildsHistory { try HistoryUpgrade.run(database) }
                try database.execute(DatabaseSchema.sources)
                if try !database.columns(of: "archive").contains("source") {
                    try database.execute("ALTER TABLE archive ADD COLUMN source INTEGER")
                }
                if try !database.columns(of: "archive").contains("position") {
                    try database.execute("ALTER TABLE archive ADD COLUMN position INTEGER")
                }
                if try !database.columns(of: "positions").contains("isComplete") {
                    try database.execute("ALTER TABLE positions ADD COLUMN isComplete INTEGER")
                }
                try database.execute(DatabaseSchema.archivePositions)
                try database.execute(DatabaseSchema.duplicates)
                for survey in Survey.all { try database.execute("DROP TABLE IF EXISTS \(survey.name)_sky") }
                try database.execute("PRAGMA user_version = \(DatabaseSchema.version)")
            }
        } catch { throw BrokerError(error) }
    }

    /// A file of a topic or of the archive, as a path below the folder; `nil` where there is none.
    private static func firstSegment(in folder: String) -> String? {
        for top in Topic.topFolders {
            guard let names = FileManager.default.enumerator(atPath: "\(folder)/\(top)") else { continue }
            for case let name as String in names where name.hasSuffix(".avro") || name.hasSuffix(".avro.open") {
                return "\(top)/\(name)"
            }
        }
        return nil
    }
}

import Foundation
import SQLite
import TestSupport
import Testing

/// Whole files: transactions, two programs at one, and files that are locked, full, damaged or not there.
@Suite struct DatabaseTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("night.db")
    }

    // MARK: - Transactions

    private struct Refusal: SQLiteFailure, Equatable {
        var text: String

        init(text: String) { self.text = text }
        init(_ error: SQLiteError) { text = error.message }
    }

    @Test func keepsATransactionWhole() throws {
        let database = try filled(rows: 0)
        let result = try database.transaction { () throws(SQLiteError) in
            try database.execute("INSERT INTO alerts VALUES (1, 'a'), (2, 'b')")
            return database.changes
        }
        #expect(result == 2)
        #expect(try rows(database) == 2)
        #expect(throws: Refusal(text: "full")) {
            try database.transaction { () throws(Refusal) in
                try? database.execute("DELETE FROM alerts")
                throw Refusal(text: "full")
            }
        }
        #expect(try rows(database) == 2)
        #expect(try Database(path: path, mode: .readOnly).integer("SELECT count(*) FROM alerts") == 2)
    }

    @Test func refusesATransactionInsideAnother() throws {
        let database = try filled(rows: 1)
        #expect(throws: Refusal(text: "cannot start a transaction within a transaction")) {
            try database.transaction { () throws(Refusal) in
                try database.transaction { () throws(Refusal) in }
            }
        }
        // The outer one was rolled back, and the next begins.
        try database.transaction { () throws(Refusal) in }
    }

    @Test func saysWhichConstraint() throws {
        let database = try filled(rows: 1)
        let found = try #require(fault { try database.execute("INSERT INTO alerts VALUES (0, 'again')\n-- more") })
        #expect(found.code == .constraint)
        #expect(found.sql == "INSERT INTO alerts VALUES (0, 'again')")
        #expect(
            found.description
                == "\(path): UNIQUE constraint failed: alerts.candid [INSERT INTO alerts VALUES (0, 'again')]")
        #expect(try rows(database) == 1)
    }

    // MARK: - Two programs

    @Test func readsWhileAnotherWrites() throws {
        let writer = try filled(rows: 10)
        let reader = try Database(path: path, mode: .readOnly, busyTimeout: 0)
        try writer.execute("BEGIN IMMEDIATE; INSERT INTO alerts SELECT candid + 10, text FROM alerts")
        #expect(try rows(reader) == 10)
        let query = try reader.prepare("SELECT candid FROM alerts")
        #expect(try query.step())
        // A reader in the midst of its rows does not stop the writer, and sees what was there when it began.
        try writer.execute("COMMIT")
        var seen = 1
        while try query.step() { seen += 1 }
        #expect(seen == 10)
        #expect(try rows(reader) == 20)
    }

    @Test func saysThatAnotherHoldsTheLock() throws {
        let first = try filled(rows: 1)
        let second = try Database(path: path, mode: .readWrite, busyTimeout: 0)
        try first.execute("BEGIN IMMEDIATE")
        let found = try #require(fault { try second.execute("BEGIN IMMEDIATE") })
        #expect(found.code == .busy)
        #expect(found.description == "\(path): another program holds the database locked [BEGIN IMMEDIATE]")
        try first.execute("COMMIT")
        try second.execute("BEGIN IMMEDIATE")
    }

    @Test func waitsForTheLock() async throws {
        let first = try filled(rows: 1)
        let second = try Database(path: path, mode: .readWrite, busyTimeout: 60_000)
        try first.execute("BEGIN IMMEDIATE")
        // Sent off while the lock is held; it succeeds whether it comes before the COMMIT, and waits, or after it.
        let waiting = Task.detached { try second.execute("INSERT INTO alerts VALUES (100, 'late')") }
        try first.execute("INSERT INTO alerts VALUES (50, 'early')")
        try first.execute("COMMIT")
        try await waiting.value
        #expect(try rows(first) == 3)
    }

    // MARK: - Files that cannot be used

    @Test func refusesAFileThatIsNoDatabase() throws {
        try folder.write(Array(repeating: UInt8(ascii: "x"), count: 4_096), to: "night.db")
        let found = try #require(fault { _ = try Database(path: path, mode: .readWriteCreate) })
        #expect(found.code == .notADatabase)
        #expect(found.description.hasPrefix("\(path): this is not an SQLite database"))
    }

    /// Every page but the first is overwritten, as by a failing disk.
    @Test func saysThatTheDatabaseIsDamaged() throws {
        try filled(rows: 2_000).execute("PRAGMA wal_checkpoint(TRUNCATE)")
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try #require(bytes.count > 8 * 4_096)
        for index in 4_096..<bytes.count { bytes[index] = 0xA5 }
        try folder.write(bytes, to: "night.db")
        let database = try Database(path: path, mode: .readWrite)
        let found = try #require(fault { _ = try rows(database) })
        #expect(found.code == .corrupt)
        #expect(found.description.hasPrefix("\(path): the database is damaged (database disk image is malformed)"))
    }

    @Test("never traps on a database that was cut short", arguments: [0, 1, 50, 100, 4_095, 4_096, 4_097, 20_000])
    func cut(length: Int) throws {
        try filled(rows: 2_000).execute("PRAGMA wal_checkpoint(TRUNCATE)")
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path)).prefix(length)
        try folder.write(bytes, to: "night.db")
        let found = try #require(fault { _ = try rows(Database(path: path, mode: .readWrite)) })
        // To SQLite a file of one byte is an empty database still: there is no such table.
        #expect(length <= 1 ? found.code == .other : [.corrupt, .notADatabase].contains(found.code))
    }

    /// `max_page_count` fills the file as a full disk does: SQLITE_FULL at the next page.
    @Test func saysThatTheDiskIsFull() throws {
        let database = try filled(rows: 10)
        try database.execute("PRAGMA max_page_count = 20")
        let insert = try database.prepare("INSERT INTO alerts VALUES (?, ?)")
        let found = try #require(
            fault {
                try database.transaction { () throws(SQLiteError) in
                    for row in 100..<10_000 {
                        insert.bind(0, row)
                        insert.bind(1, String(repeating: "x", count: 100))
                        try insert.run()
                    }
                }
            })
        #expect(found.code == .full)
        #expect(found.description == "\(path): the disk is full [INSERT INTO alerts VALUES (?, ?)]")
        // What was there stays.
        #expect(try rows(database) == 10)
    }

    @Test func writesNothingToAReadOnlyDatabase() throws {
        _ = try filled(rows: 3)
        let database = try Database(path: path, mode: .readOnly)
        let found = try #require(fault { try database.execute("DELETE FROM alerts") })
        #expect(found.code == .readOnly)
        #expect(try rows(database) == 3)
    }

    @Test("says why a file cannot be opened", arguments: [Database.Mode.readOnly, .readWrite, .readWriteCreate])
    func cannotOpen(mode: Database.Mode) throws {
        let missing = folder.file("no/such/night.db")
        let found = try #require(fault { _ = try Database(path: missing, mode: mode) })
        #expect(found.code == .cannotOpen)
        #expect(found.description == "\(missing): unable to open database file: No such file or directory")
        // A folder opens for reading, and is found out at the first read.
        let isFolder = try #require(fault { _ = try Database(path: folder.path, mode: mode) })
        #expect(isFolder.code == (mode == .readOnly ? .ioError : .cannotOpen))
        #expect(isFolder.description.hasPrefix("\(folder.path): "))
        #expect(isFolder.message.hasSuffix(": Is a directory"))
    }

    @Test func makesNoFileUnlessAsked() throws {
        #expect(fault { _ = try Database(path: path, mode: .readWrite) }?.code == .cannotOpen)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    private func filled(rows: Int) throws -> Database {
        let database = try Database(path: path, mode: .readWriteCreate)
        #expect(try database.text("PRAGMA journal_mode = WAL") == "wal")
        try database.execute("BEGIN; CREATE TABLE alerts (candid INTEGER PRIMARY KEY, text TEXT)")
        let insert = try database.prepare("INSERT INTO alerts VALUES (?, ?)")
        for row in 0..<rows {
            insert.bind(0, row)
            insert.bind(1, String(repeating: "\(row) ", count: 20))
            try insert.run()
        }
        try database.execute("COMMIT")
        return database
    }

    private func rows(_ database: Database) throws -> Int64? {
        try database.integer("SELECT count(text) FROM alerts")
    }

    /// The sky index needs an SQLite that was built with R*Trees.
    @Test func hasRTrees() throws {
        let folder = try TemporaryFolder()
        let database = try Database(path: folder.file("sky.db"), mode: .readWriteCreate)
        try database.execute("CREATE VIRTUAL TABLE sky USING rtree (id, xmin, xmax, ymin, ymax, zmin, zmax)")
        try database.execute("INSERT INTO sky VALUES (7, 0.5, 0.5, 0.5, 0.5, 0.7, 0.7)")
        let near = "SELECT id FROM sky WHERE xmin < 0.6 AND xmax > 0.4 AND zmin > 0.6"
        #expect(try database.integer(near) == 7)
    }
}

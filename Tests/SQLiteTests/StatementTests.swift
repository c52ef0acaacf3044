import SQLite
import TestSupport
import Testing

/// Values in and out, against real files.
@Suite struct StatementTests {
    private let folder: TemporaryFolder
    private let database: Database

    init() throws {
        folder = try TemporaryFolder()
        database = try Database(path: folder.file("test.db"), mode: .readWriteCreate)
        try database.execute("CREATE TABLE things (thing); CREATE TABLE numbers (value INTEGER)")
    }

    @Test("keeps whole numbers", arguments: [0, 1, -1, 2_814_095_006_015_015_000, Int64.min, .max])
    func integers(value: Int64) throws {
        let row = try selected { $0.bind(0, value) }
        #expect(row.integer(0) == value)
    }

    @Test(
        "keeps every bit of a double",
        arguments: [
            0, -0.0, 0.1, 2_460_538.860_174_402_6, .infinity, -.infinity, .leastNonzeroMagnitude,
            .greatestFiniteMagnitude,
        ])
    func doubles(value: Double) throws {
        let row = try selected { $0.bind(0, value) }
        #expect(row.double(0).bitPattern == value.bitPattern)
    }

    @Test("says what kind of value a column has") func kinds() throws {
        let row = try database.prepare("SELECT NULL, 1, 0.5, 'x', x'00'")
        #expect(try row.step())
        #expect((0..<5).map { row.kind($0) } == [.null, .integer, .real, .text, .blob])
    }

    /// "NaN values are converted to NULL" (SQLite, "Floating point numbers").
    @Test func keepsNaNAsNull() throws {
        let row = try selected { $0.bind(0, Double.nan) }
        #expect(row.isNull(0))
    }

    @Test("keeps text", arguments: ["", "ZTF18abcdefg", "Ångström 星 👩‍🚀", "a\0b"])
    func text(value: String) throws {
        let copied = try selected { $0.bind(0, value) }
        #expect(copied.text(0) == value)
        let bytes = Array(value.utf8)
        let insert = try database.prepare("INSERT INTO things VALUES (?)")
        try bytes.withUnsafeBytes { borrowed in
            insert.bindText(0, borrowing: borrowed)
            try insert.run()
        }
        let query = try database.prepare("SELECT thing, typeof(thing) FROM things")
        #expect(try query.step())
        #expect(query.text(0) == value)
        #expect(query.text(1) == "text")
    }

    /// An empty blob is no null: a cutout of no bytes was sent.
    @Test("keeps blobs", arguments: [0, 1, 70_000])
    func blobs(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let copied = try selected { $0.bind(0, blob: bytes[...]) }
        #expect(copied.blob(0) == bytes)
        let insert = try database.prepare("INSERT INTO things VALUES (?)")
        try bytes.withUnsafeBytes { borrowed in
            insert.bindBlob(0, borrowing: borrowed)
            try insert.run()
        }
        let query = try database.prepare("SELECT thing FROM things")
        #expect(try query.step())
        #expect(query.blob(0) == bytes)
    }

    @Test func tellsNullFromNothing() throws {
        let row = try selected { $0.bindNull(0) }
        #expect(row.isNull(0))
        #expect(row.text(0) == nil)
        #expect(row.blob(0) == nil)
    }

    /// Text that is no UTF-8 (a damaged packet) is mended, and does not trap.
    @Test func readsTextThatIsNoUTF8() throws {
        let query = try database.prepare("SELECT CAST(x'41FF42' AS TEXT)")
        #expect(try query.step())
        #expect(query.text(0) == "A\u{FFFD}B")
    }

    @Test func runsAgainWithOtherValues() throws {
        let insert = try database.prepare("INSERT INTO numbers (value) VALUES (?)")
        for value in 0..<100 {
            insert.bind(0, value)
            try insert.run()
        }
        #expect(database.lastInsertRowID == 100)
        #expect(try database.integer("SELECT sum(value) FROM numbers") == 4_950)
        let query = try database.prepare("SELECT value FROM numbers WHERE value >= ? ORDER BY value")
        for first in [98, 97] {
            query.bind(0, first)
            var values: [Int64] = []
            while try query.step() { values.append(query.integer(0)) }
            #expect(values == Array(Int64(first)...99))
        }
        #expect(query.parameterCount == 1)
        #expect(query.columnCount == 1)
        #expect(query.name(0) == "value")
    }

    /// A value that is not taken must not leave the row before it in its place.
    @Test func throwsForAParameterThatIsNotThere() throws {
        let insert = try database.prepare("INSERT INTO numbers (value) VALUES (?)")
        insert.bind(1, 5)
        #expect(fault { try insert.run() }?.code == .other)
        insert.bind(-1, "text")
        #expect(fault { try insert.run() }?.message == "a value was refused: column index out of range")
        insert.bind(0, 7)
        try insert.run()
        #expect(try database.integer("SELECT group_concat(value) FROM numbers") == 7)
    }

    @Test func throwsForAValueWhileARowIsOpen() throws {
        let query = try database.prepare("SELECT ?")
        query.bind(0, 1)
        #expect(try query.step())
        query.bind(0, 2)
        #expect(fault { _ = try query.step() }?.code == .other)
        query.bind(0, 3)
        #expect(try query.step())
        #expect(query.integer(0) == 3)
        query.reset()
        query.bind(0, 4)
        #expect(try query.step())
        #expect(query.integer(0) == 4)
    }

    /// A statement holds its database open.
    @Test func outlivesTheNameOfItsDatabase() throws {
        let query = try Database(path: folder.file("other.db"), mode: .readWriteCreate).prepare("SELECT 42")
        #expect(try query.step())
        #expect(query.integer(0) == 42)
    }

    @Test("refuses what is no statement", arguments: ["", "-- nothing", "SELEC 1", "SELECT * FROM missing"])
    func refuses(sql: String) throws {
        #expect(fault { _ = try database.prepare(sql) }?.code == .other)
    }

    /// The row of `SELECT ?` with what `bind` binds.
    private func selected(_ bind: (Statement) -> Void) throws -> Statement {
        let statement = try database.prepare("SELECT ?")
        bind(statement)
        try #require(try statement.step())
        return statement
    }
}

/// What `work` throws.
func fault(_ work: () throws -> Void) -> SQLiteError? {
    do {
        try work()
        return nil
    } catch { return error as? SQLiteError }
}

import SQLite
import TestSupport
import Testing

/// Statements from outside on a database file.
@Suite struct ReadGuardTests {
    private let folder: TemporaryFolder
    private let database: Database

    init() throws {
        folder = try TemporaryFolder()
        let path = folder.file("a.db")
        let writer = try Database(path: path, mode: .readWriteCreate)
        try writer.execute(
            """
            PRAGMA journal_mode = WAL; CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT); CREATE INDEX t_a ON t (a);
            INSERT INTO t SELECT value, hex(randomblob(50)) FROM (
                WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT 20000) SELECT value FROM n)
            """)
        database = try Database(path: path, mode: .readOnly, vfs: Database.temporaryFilesInMemory)
        try database.guardReading()
    }

    @Test(
        "reads tables and says what there is",
        arguments: [
            "SELECT count(*) FROM t", "SELECT max(a) FROM (SELECT * FROM t WHERE b LIKE '%A%')",
            "SELECT count(*) FROM sqlite_schema", "SELECT count(*) FROM pragma_table_info('t')",
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5) SELECT max(i) FROM n",
            "SELECT count(*) FROM (SELECT b FROM t ORDER BY b LIMIT 10)",
            // Each keeps about 4 MB, more than SQLite's cache of a temporary table.
            "SELECT count(*) FROM (SELECT DISTINCT b || a FROM t)",
            "SELECT count(*) FROM (SELECT b || b, a FROM t UNION SELECT b || a, b FROM t)",
            "SELECT count(*) FROM (SELECT b || b AS x FROM t ORDER BY x LIMIT 19000)",
            "WITH x AS MATERIALIZED (SELECT b || b || a AS y FROM t) SELECT count(*) FROM x AS p JOIN x AS q USING (y)",
        ])
    func reads(sql: String) throws { #expect(try database.integer(sql) ?? 0 > 0) }

    @Test(
        "changes nothing, opens nothing, sets nothing",
        arguments: [
            "INSERT INTO t VALUES (0, '')", "DELETE FROM t", "DROP TABLE t", "CREATE TEMP TABLE x (a)",
            "ATTACH ':memory:' AS x", "ATTACH '/etc/passwd' AS x", "PRAGMA writable_schema = 1",
            "PRAGMA journal_mode = DELETE",
            "VACUUM INTO '/tmp/copy.db'", "SELECT load_extension('/tmp/x.so')", "BEGIN", "SAVEPOINT a", "REINDEX",
            "ANALYZE",
            "EXPLAIN DELETE FROM t", "CREATE VIRTUAL TABLE temp.x USING fts5(a)",
        ])
    func refuses(sql: String) {
        #expect(throws: SQLiteError.self) { _ = try database.prepare(sql).step() }
        #expect((try? database.integer("SELECT count(*) FROM t")) == 20_000)
    }

    @Test("ends at its deadline") func deadline() throws {
        database.setDeadline(.now + .milliseconds(50))
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        let error = #expect(throws: SQLiteError.self) { try database.integer(endless) }
        #expect(error?.code == .interrupted)
        database.setDeadline(nil)
        #expect(try database.integer("SELECT count(*) FROM t") == 20_000)
    }

    @Test(
        "what outgrows the memory ends, makes no file, and leaves the memory to the next",
        arguments: [
            "SELECT hex(zeroblob(500)) || a.b || b.a AS x FROM t AS a, t AS b ORDER BY x",
            "SELECT DISTINCT hex(zeroblob(500)) || a.b || b.a AS x FROM t AS a, t AS b LIMIT -1 OFFSET 1000000",
        ])
    func sorting(sql: String) throws {
        database.setDeadline(.now + .seconds(120))
        for _ in 0..<4 {
            let error = #expect(throws: SQLiteError.self) { _ = try database.prepare(sql).step() }
            #expect(error?.code == .full)
        }
        #expect(try database.integer("SELECT count(*) FROM (SELECT DISTINCT b FROM t)") == 20_000)
    }

    @Test("values are bounded") func values() {
        #expect(throws: SQLiteError.self) { _ = try database.prepare("SELECT zeroblob(1000000000)").step() }
        #expect(throws: SQLiteError.self) {
            _ = try database.prepare(
                "SELECT " + String(repeating: "(", count: 200) + "1" + String(repeating: ")", count: 200))
        }
    }
}

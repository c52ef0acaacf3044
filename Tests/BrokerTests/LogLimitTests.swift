import Foundation
import SQLite
import Synchronization
import TestSupport
import Testing

@testable import Broker

/// A log beside readers that overlap without a pause.
@Suite struct LogLimitTests {
    private func bytes(_ path: String) -> Int64 {
        ((try? FileManager.default.attributesOfItem(atPath: path + "-wal"))?[.size] as? Int64) ?? 0
    }

    /// Fifty readers, each of which holds its state for a moment and begins anew at once.
    private func withReaders(_ path: String, _ work: () throws -> Void) throws {
        let hasEnded = Mutex(false)
        let group = DispatchGroup()
        for number in 0..<50 {
            let thread = Thread {
                defer { group.leave() }
                guard let reader = try? Database(path: path, mode: .readOnly) else { return }
                while !hasEnded.withLock({ $0 }) {
                    // A row that was not read to its end keeps the state.
                    guard let query = try? reader.prepare("SELECT a FROM t"), (try? query.step()) == true else {
                        continue
                    }
                    usleep(useconds_t(20_000 + 400 * number))
                    query.reset()
                }
            }
            thread.stackSize = 256 << 10
            group.enter()
            thread.start()
        }
        defer {
            hasEnded.withLock { $0 = true }
            group.wait()
        }
        try work()
    }

    @Test("stays within its limit and what one transaction writes") func bounded() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.db")
        let database = try Database(path: path, mode: .readWriteCreate)
        try database.execute(
            """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE t (a BLOB); INSERT INTO t VALUES (x'00')
            """)
        let limit: Int64 = 4 << 20
        var (log, longest): (LogLimit, Int64) = (LogLimit(limit), 0)
        try withReaders(path) {
            for _ in 0..<300 {
                try database.execute("INSERT INTO t VALUES (randomblob(200000))")
                longest = max(longest, bytes(path))
                try log.enforce(on: database)
            }
        }
        // 300 transactions of 200 kB are 60 MB, which the log would have without the limit.
        #expect(longest < 2 * limit, "\(longest)")
    }

    @Test("a reader that stays is waited for once, and again when the log has grown") func stays() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.db")
        let database = try Database(path: path, mode: .readWriteCreate)
        try database.execute("PRAGMA journal_mode = WAL; CREATE TABLE t (a BLOB); INSERT INTO t VALUES (x'00')")
        let reader = try Database(path: path, mode: .readOnly)
        let query = try reader.prepare("SELECT a FROM t")
        #expect(try query.step())
        var log = LogLimit(1 << 20)
        try database.execute("INSERT INTO t VALUES (randomblob(2000000))")
        #expect(try log.enforce(on: database) > 1 << 20)
        query.reset()
        // Nothing is waited for before the log has grown.
        let before = bytes(path)
        #expect(try log.enforce(on: database) == before)
        try database.execute("INSERT INTO t VALUES (randomblob(2000000))")
        _ = try log.enforce(on: database)
        #expect(bytes(path) < 1 << 20)
    }
}

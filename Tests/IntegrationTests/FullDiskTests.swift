import Foundation
import SQLite
import TestSupport
import Testing

/// A full disk ends a run in order: what was committed is whole, and with room the same command completes the night.
@Suite(.serialized) struct FullDiskTests {
    private let work: TemporaryFolder
    private let night: SmallNight

    init() throws {
        work = try TemporaryFolder()
        night = try SmallNight(alerts: 900)
    }

    private func words(_ data: String) -> [String] { ["run", night.path, "--data", data, "--json", "--quiet"] }

    private func undisturbed(_ data: String) throws -> Contents {
        let outcome = try NightjarProcess(words(data)).outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try Contents(data)
    }

    private func expectFull(_ outcome: NightjarProcess.Outcome, _ story: String) {
        #expect(outcome.status == 1, "\(story)")
        #expect(
            outcome.complaints.count == 1 && outcome.errors.contains("the disk is full"), "\(story): \(outcome.errors)")
        #expect(outcome.output == "", "\(story)")
    }

    /// Everything the database speaks of can be read, and the account adds up.
    private func expectSound(_ data: String, _ story: String) throws {
        let database = try Database(path: data + "/nightjar.db", mode: .readOnly)
        #expect(try database.text("PRAGMA integrity_check") == "ok", "\(story)")
        guard try database.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'ztf_alerts'") == 1 else { return }
        let stored = try database.integer("SELECT count(*) FROM ztf_alerts") ?? -1
        let topic = try NightjarProcess.run("topic", "ztf_alert_data", "--data", data)
        #expect(topic.status == 0 && topic.lines.count == Int(stored), "\(story): \(topic.errors)")
        let received = try database.integer("SELECT total(received) FROM ledger") ?? -1
        #expect(received == (try database.integer("SELECT total(duplicates + stored + deadLettered) FROM ledger")))
    }

    @Test("full from some write on") func fromSomeWrite() throws {
        let faults = try Faults.shared.get()
        let expected = try undisturbed(work.file("undisturbed"))
        let writes = try faults.count(words(work.file("counted"))).writes
        var random = SeededGenerator(seed: 11)
        // The first few make the database; the rest falls anywhere.
        let places =
            [1, 2, 3, 10, 30]
            + (0..<10).map { _ in Int.random(in: 1...(writes - 20), using: &random) }
        for place in places {
            let story = "full at write \(place) of \(writes)"
            let data = work.file("full-\(place)")
            let environment = faults.environment(["NIGHTJAR_FULL_AT_WRITE": String(place)])
            let outcome = try NightjarProcess(words(data), environment: environment).outcome()
            if outcome.status == 0 {
                // Once all is committed, the log is folded into the database; where that has no room the log stays.
                #expect(try RunReport(outcome).account == night.account, "\(story)")
                #expect(try Contents(data).differences(from: expected) == [], "\(story)")
            } else {
                expectFull(outcome, story)
            }
            try expectSound(data, story)
            let again = try NightjarProcess(words(data)).outcome()
            #expect(again.status == 0, "\(story): \(again.errors)")
            #expect(try Contents(data).differences(from: expected) == [], "\(story)")
            try FileManager.default.removeItem(atPath: data)
        }
    }

    @Test("a file system of a few megabytes", .enabled(if: Mount.isAllowed, "skipped: only root may mount a tmpfs"))
    func smallFileSystem() throws {
        let mount = try Mount(at: work.file("small"), options: "size=1200k")
        let data = mount.path + "/data"
        for attempt in 1...2 {
            expectFull(try NightjarProcess(words(data)).outcome(), "attempt \(attempt)")
            try expectSound(data, "attempt \(attempt)")
        }
        try mount.change("size=100m")
        let outcome = try NightjarProcess(words(data)).outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
        let expected = try undisturbed(work.file("undisturbed"))
        #expect(try Contents(data).differences(from: expected) == [])
    }
}

/// A file system in memory, unmounted when its owner lets go.
final class Mount {
    struct Refused: Error {}

    /// Whether this process may mount one: root may, but not in every container.
    static let isAllowed: Bool = {
        guard geteuid() == 0, let folder = try? TemporaryFolder() else { return false }
        return (try? Mount(at: folder.file("try"), options: "size=1m")) != nil
    }()

    let path: String

    init(at path: String, options: String) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard mount("tmpfs", path, "tmpfs", 0, options) == 0 else { throw Refused() }
    }

    deinit { umount(path) }

    /// Mounts it again, with other options.
    func change(_ options: String) throws {
        guard mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT), options) == 0 else { throw Refused() }
    }

    /// Refuses every write from now on.
    func makeReadOnly() throws {
        guard mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), nil) == 0 else {
            throw Refused()
        }
    }
}

import Foundation
import SQLite
import TestSupport
import Testing

/// Nights that are removed leave a folder that is sound, wherever the removal is killed.
@Suite(.serialized) struct PruneTests {
    private let work: TemporaryFolder
    /// Half of its alerts are of one night, half of the next; most objects have alerts of both.
    private let night: SmallNight

    init() throws {
        work = try TemporaryFolder()
        night = try SmallNight(alerts: 400)
    }

    @discardableResult
    private func nightjar(_ words: String..., status: Int32 = 0) throws -> NightjarProcess.Outcome {
        let outcome = try NightjarProcess(words).outcome()
        #expect(outcome.status == status, "\(words): \(outcome.output)\(outcome.errors)")
        return outcome
    }

    private func run(into data: String) throws { try nightjar("run", night.path, "--data", data, "--quiet") }

    private func expectSound(_ data: String, _ story: String = "") throws {
        let verdict = try NightjarProcess.run("verify", "--data", data, "--packets")
        #expect(verdict.status == 0, "\(story): \(verdict.output)")
        let account = try NightjarProcess.run("ledger", "--data", data)
        #expect(account.status == 0, "\(story): \(account.errors)")
    }

    private func nights(_ data: String) throws -> [Int] {
        let database = try Database(path: data + "/nightjar.db", mode: .readOnly)
        let query = try database.prepare("SELECT DISTINCT night FROM ztf_alerts ORDER BY 1")
        var nights: [Int] = []
        while try query.step() { nights.append(Int(query.integer(0))) }
        return nights
    }

    private func number(_ sql: String, _ data: String) throws -> Int64 {
        try Database(path: data + "/nightjar.db", mode: .readOnly).integer(sql) ?? -1
    }

    @Test("one night goes, with all that was its own, and comes back from the same source") func comesBack() throws {
        let data = work.file("data")
        try run(into: data)
        let all = try nights(data)
        try #require(all.count == 2)
        let before = try Contents(data)
        let points = try number("SELECT count(*) FROM ztf_detections", data)
        let alone = """
            SELECT count(*) FROM ztf_detections WHERE objectId NOT IN
            (SELECT objectId FROM ztf_alerts WHERE night = \(all[1]))
            """
        let goneWithThem = try number(alone, data)
        let listed = try nightjar("prune", "--data", data, "--before", String(all[1]), "--dry-run")
        #expect(listed.output.contains("would remove 1 night"))
        #expect(try nights(data) == all)
        let outcome = try nightjar("prune", "--data", data, "--keep-nights", "1", "--json")
        #expect(outcome.lines.count == 1 && outcome.output.contains("\"night\": \(all[0])"), "\(outcome.output)")
        #expect(try nights(data) == [all[1]])
        #expect(!FileManager.default.fileExists(atPath: "\(data)/archive/ztf/\(all[0])"))
        try expectSound(data)
        // The light curves of objects that still have alerts are whole.
        #expect(try number("SELECT count(*) FROM ztf_detections", data) == points - goneWithThem)
        #expect(goneWithThem >= 0 && points > goneWithThem)
        let ledger = try nightjar("ledger", "--data", data, "--format", "json")
        #expect(ledger.lines.count { $0.contains("\"pruned\":\"20") && $0.contains("\"night\":\(all[0])") } == 1)
        #expect(try nightjar("ledger", "--data", data).output.contains("pruned 20"))
        let gone = try nightjar("alert", String(night.candids[0]), "--data", data, status: 1)
        #expect(gone.errors.contains("no alert"))
        try nightjar("alert", String(night.candids[399]), "--data", data)
        // Nothing more goes.
        #expect(try nightjar("prune", "--data", data, "--keep-nights", "1").output.hasPrefix("removed 0 nights"))
        try run(into: data)
        #expect(try nights(data) == all)
        try expectSound(data)
        let after = try Contents(data)
        for (path, bytes) in before.files where path.hasPrefix("archive/ztf/") { #expect(after.files[path] == bytes) }
        #expect(try nightjar("ledger", "--data", data, "--format", "json").output.contains("pruned") == false)
        #expect(after.tables["ztf_alerts"] == before.tables["ztf_alerts"])
    }

    @Test("everything goes, twice, and the database gives its space back") func everything() throws {
        let data = work.file("data")
        try run(into: data)
        let size = try FileManager.default.attributesOfItem(atPath: data + "/nightjar.db")[.size] as? Int ?? 0
        for round in 1...2 {
            try nightjar("prune", "--data", data, "--keep-nights", "0", "--compact")
            try expectSound(data, "round \(round)")
            let left = try Contents(data).files.keys.filter { !$0.hasPrefix("dead-letter/") }
            #expect(left == [], "round \(round)")
            let now = try FileManager.default.attributesOfItem(atPath: data + "/nightjar.db")[.size] as? Int ?? .max
            #expect(now < size, "round \(round)")
            #expect(try nightjar("topic", "ztf_alert_data", "--data", data).lines.isEmpty)
            try run(into: data)
            try expectSound(data, "round \(round), again")
            // Subscribers know the numbers of messages, which are not given again.
            let first = try number("SELECT min(offset) FROM messages WHERE topic = 'ztf_alert_data'", data)
            #expect(first == Int64(round * night.account.stored))
        }
    }

    @Test("killed before each sync, rename and removal") func everyStep() throws {
        let faults = try Faults.shared.get()
        let whole = work.file("whole")
        try run(into: whole)
        let night = String(try nights(whole)[1])
        let copy = work.file("copy")
        try FileManager.default.copyItem(atPath: whole, toPath: copy)
        let words = { (data: String) in ["prune", "--data", data, "--before", night] }
        let counts = try faults.count(words(copy))
        let expected = try Contents(copy).withoutDates
        var random = SeededGenerator(seed: 3)
        let writes = (0..<12).map { _ in Int.random(in: 1...counts.writes, using: &random) }
        let places =
            (1...max(1, counts.steps)).map { ("NIGHTJAR_KILL_AT_STEP", $0) }
            + writes.map { ("NIGHTJAR_KILL_AT_WRITE", $0) }
        var kills = 0
        for (variable, place) in places {
            let (data, story) = (work.file("\(variable)-\(place)"), "\(variable) \(place) of \(counts)")
            try FileManager.default.copyItem(atPath: whole, toPath: data)
            let environment = faults.environment([variable: String(place)])
            if try NightjarProcess(words(data), environment: environment).outcome().status == nil { kills += 1 }
            try expectSound(data, story)
            #expect(try NightjarProcess(words(data)).outcome().status == 0, "\(story)")
            try expectSound(data, "\(story), again")
            #expect(try Contents(data).withoutDates.differences(from: expected) == [], "\(story)")
            try? FileManager.default.removeItem(atPath: data)
        }
        #expect(kills > places.count / 2)
    }

    @Test(
        "wrong usage",
        arguments: [
            [], ["--keep-nights", "1", "--before", "20240915"], ["--before", "20241315"], ["--before", "2024"],
            ["--keep-nights", "-1"], ["--keep-nights", "x"],
        ])
    func usage(words: [String]) throws {
        let data = work.file("data")
        try run(into: data)
        let outcome = try NightjarProcess(["prune", "--data", data] + words).outcome()
        #expect(outcome.status == 2, "\(outcome.errors)")
        #expect(try nights(data).count == 2)
    }

    @Test(
        "verify finds what disagrees with a removal",
        arguments: [
            "DELETE FROM removed_messages WHERE topic = 'ztf_alert_data'",
            "UPDATE removed_messages SET lastOffset = lastOffset + 1 WHERE topic = 'ztf_alert_data'",
            "DELETE FROM pruned", "UPDATE stale_messages SET count = count + 1",
            "INSERT INTO pruned SELECT night, source, fingerprint, partition, '' FROM ledger WHERE night = NIGHT",
            "INSERT INTO messages SELECT topic, firstOffset, 1, 0, 1, 0 FROM removed_messages LIMIT 1",
        ])
    func damaged(sql: String) throws {
        let data = work.file("data")
        try run(into: data)
        try nightjar("prune", "--data", data, "--keep-nights", "1")
        try expectSound(data)
        let night = try nights(data)[0]
        try Database(path: data + "/nightjar.db", mode: .readWrite).execute(sql.replacing("NIGHT", with: "\(night)"))
        #expect(try NightjarProcess.run("verify", "--data", data).status == 1)
    }

    @Test("no folder, and paths in the list of files that lead elsewhere") func hostile() throws {
        try nightjar("prune", "--data", work.file("nowhere"), "--keep-nights", "1", status: 1)
        #expect(!FileManager.default.fileExists(atPath: work.file("nowhere")))
        let data = work.file("data")
        try run(into: data)
        try nightjar("prune", "--data", data, "--keep-nights", "1")
        let precious = try work.write([1], to: "precious")
        let database = try Database(path: data + "/nightjar.db", mode: .readWrite)
        for path in ["../precious", precious, "plots/../../precious", "nightjar.lock", "archive//x", ""] {
            try database.execute("INSERT OR IGNORE INTO doomed_files VALUES ('\(path)')")
        }
        try run(into: data)
        #expect(FileManager.default.fileExists(atPath: precious))
        #expect(FileManager.default.fileExists(atPath: data + "/nightjar.lock"))
        try expectSound(data)
    }
}

extension Contents {
    /// Without the dates on which nights were removed.
    fileprivate var withoutDates: Contents { without { $0.components(separatedBy: " | date: ")[0] } }
}

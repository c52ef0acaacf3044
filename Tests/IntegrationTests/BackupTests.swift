import Foundation
import SQLite
import TestSupport
import Testing

/// A backup is one state of the folder, whatever is written meanwhile, and a run goes on from it.
@Suite(.serialized) struct BackupTests {
    private let work: TemporaryFolder
    private var data: String { work.file("data") }
    private var backup: String { work.file("backup") }

    init() throws { work = try TemporaryFolder() }

    private func words(_ night: SmallNight, _ data: String) -> [String] {
        ["run", night.path, "--data", data, "--json", "--quiet"]
    }

    private func expectSound(_ folder: String) throws {
        let verdict = try NightjarProcess.run("verify", "--data", folder, "--packets")
        #expect(verdict.status == 0, "\(verdict.output)\(verdict.errors)")
    }

    @Test("backups beside a run are sound, and a run goes on from what is restored") func besideARun() throws {
        let night = try SmallNight(alerts: 1_500)
        let whole = try NightjarProcess(words(night, work.file("whole"))).outcome()
        #expect(whole.status == 0)
        let expected = try Contents(work.file("whole"))

        let run = try NightjarProcess(words(night, data))
        #expect(run.waits { FileManager.default.fileExists(atPath: "\(data)/archive") })
        var backups = 0
        var isRunning = true
        while isRunning {
            isRunning = !run.ends(within: 0)
            let outcome = try NightjarProcess.run("backup", "--data", data, "--to", backup)
            #expect(outcome.status == 0, "\(outcome.errors)")
            try expectSound(backup)
            backups += 1
            guard backups == 1 else { continue }
            // Of a state in the middle of the run, if it was that quick.
            let restored = try NightjarProcess.run("restore", "--from", backup, "--data", work.file("restored"))
            #expect(restored.status == 0 && restored.output.contains("sound"), "\(restored.output)\(restored.errors)")
        }
        #expect(try run.outcome().status == 0)
        // The last one has everything, and the one that was restored comes to the same end.
        #expect(try Contents(backup).differences(from: expected) == [])
        let rest = try NightjarProcess(words(night, work.file("restored"))).outcome()
        #expect(rest.status == 0, "\(rest.errors)")
        #expect(try Contents(work.file("restored")).differences(from: expected) == [])
        try expectSound(work.file("restored"))
    }

    @Test("a second backup copies what is new, and what is damaged in the first is found") func again() throws {
        let night = try SmallNight(alerts: 60)
        #expect(try NightjarProcess(words(night, data)).outcome().status == 0)
        let subscriber = ["topic", "ztf_exgalac_trans", "--data", data, "--no-cutouts", "--subscriber", "one"]
        #expect(try NightjarProcess(subscriber).outcome().status == 0)
        let first = try NightjarProcess.run("backup", "--data", data, "--to", backup, "--verify")
        #expect(first.status == 0 && first.output.contains("sound"), "\(first.output)\(first.errors)")
        let second = try NightjarProcess.run("backup", "--data", data, "--to", backup)
        #expect(second.status == 0 && second.output.contains(" 0 bytes copied"), "\(second.output)\(second.errors)")
        // A subscriber goes on where it was.
        var words = subscriber
        words[3] = backup
        #expect(try NightjarProcess(words).outcome().output == "")

        let path = "\(backup)/archive/ztf"
        let file = try #require(FileManager.default.subpaths(atPath: path)?.first { $0.hasSuffix(".avro") })
        var bytes = try Data(contentsOf: URL(filePath: "\(path)/\(file)"))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(filePath: "\(path)/\(file)"))
        let restored = try NightjarProcess.run("restore", "--from", backup, "--data", work.file("restored"))
        #expect(restored.status == 1 && restored.output.contains("record: archive/ztf"), "\(restored.output)")
    }

    @Test("a segment that is lost does not keep the others from the backup, nor spoil an earlier one") func lost()
        throws
    {
        let night = try SmallNight(alerts: 60)
        #expect(try NightjarProcess(words(night, data)).outcome().status == 0)
        #expect(try NightjarProcess.run("backup", "--data", data, "--to", backup).status == 0)
        let path = "\(data)/archive/ztf"
        let file = try #require(FileManager.default.subpaths(atPath: path)?.first { $0.hasSuffix(".avro") })
        try FileManager.default.removeItem(atPath: "\(path)/\(file)")
        // The earlier backup has it.
        #expect(try NightjarProcess.run("backup", "--data", data, "--to", backup).status == 0)
        try expectSound(backup)
        let fresh = try NightjarProcess.run("backup", "--data", data, "--to", work.file("fresh"))
        #expect(fresh.status == 1 && fresh.errors.contains("archive/ztf/\(file)"), "\(fresh)")
        let topic = try NightjarProcess.run("topic", "ztf_exgalac_trans", "--data", work.file("fresh"), "--no-cutouts")
        #expect(topic.status == 0 && topic.lines.count == night.account.passedFilter)
    }

    @Test("a night that was removed stays in the backup, aside, and comes back into it") func pruned() throws {
        let night = try SmallNight(alerts: 200)
        let first = try NightjarProcess(words(night, data)).outcome()
        #expect(first.status == 0)
        let removed = try #require(RunReport(first).nights.keys.min())
        func backUp() throws -> NightjarProcess.Outcome {
            try NightjarProcess.run("backup", "--data", data, "--to", backup, "--verify")
        }
        #expect(try backUp().status == 0)
        let path = "archive/ztf/\(removed)/00000001.avro"
        let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(backup)/\(path)"))
        for round in 1...2 {
            #expect(try NightjarProcess.run("prune", "--data", data, "--keep-nights", "1").status == 0)
            let second = try backUp()
            #expect(second.status == 0, "\(second.output)\(second.errors)")
            #expect(!FileManager.default.fileExists(atPath: "\(backup)/\(path)"))
            let aside = "\(backup)/removed/\(path)" + (round == 1 ? "" : ".2")
            #expect(try Data(contentsOf: URL(fileURLWithPath: aside)) == bytes)
            let restored = work.file("restored-\(round)")
            #expect(try NightjarProcess.run("restore", "--from", backup, "--data", restored).status == 0)
            #expect(!FileManager.default.fileExists(atPath: restored + "/removed"))
            #expect(try NightjarProcess(words(night, data)).outcome().status == 0)
            let third = try backUp()
            #expect(third.status == 0, "\(third.output)\(third.errors)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: "\(backup)/\(path)")) == bytes)
        }
        // Removed and come back between two backups: both cannot have the same name.
        #expect(try NightjarProcess.run("prune", "--data", data, "--keep-nights", "1").status == 0)
        #expect(try NightjarProcess(words(night, data)).outcome().status == 0)
        let mixed = try backUp()
        #expect(mixed.status == 1 && mixed.errors.contains("name a new one"), "\(mixed.errors)")
        try expectSound(backup)
        try expectSound(data)
    }

    @Test("no other folder is written over") func refusals() throws {
        let night = try SmallNight(alerts: 20)
        #expect(try NightjarProcess(words(night, data)).outcome().status == 0)
        #expect(try NightjarProcess(words(night, work.file("other"))).outcome().status == 0)
        for target in ["other", "data"] {
            let outcome = try NightjarProcess.run("backup", "--data", data, "--to", work.file(target))
            #expect(outcome.status == 1 && outcome.complaints.count == 1, "\(outcome.errors)")
            let restore = try NightjarProcess.run("restore", "--from", data, "--data", work.file(target))
            #expect(restore.status == 1 && restore.complaints.count == 1, "\(restore.errors)")
        }
        let missing = try NightjarProcess.run("backup", "--data", work.file("none"), "--to", backup)
        #expect(missing.status == 1 && !FileManager.default.fileExists(atPath: backup))
        try expectSound(data)
        try expectSound(work.file("other"))
    }
}

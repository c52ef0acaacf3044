import Foundation
import SQLite
import TestSupport
import Testing

/// A folder that the version before has left behind, in the middle of a night.
@Suite(.serialized) struct UpgradeTests {
    private let work: TemporaryFolder
    private var data: String { work.file("folder") }
    private let night: Data

    private static func path(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "folders/\(name)").path
    }

    init() throws {
        work = try TemporaryFolder()
        try SmallNight.tar(["-xzf", Self.path("layout-5.tar.gz"), "-C", work.path])
        // What was given to the older version's standard input.
        let unzip = Process()
        unzip.executableURL = URL(fileURLWithPath: "/bin/sh")
        unzip.arguments = ["-c", "gzip -dc '\(Self.path("night.tar.gz"))' > '\(work.file("night.tar"))'"]
        try unzip.run()
        unzip.waitUntilExit()
        night = try Data(contentsOf: URL(fileURLWithPath: work.file("night.tar")))
        try #require(night.count > 80_000)
    }

    private func version(_ folder: String) throws -> Int64? {
        try Database(path: folder + "/nightjar.db", mode: .readOnly).integer("PRAGMA user_version")
    }

    /// Runs the whole night again, as the older version was to.
    private func run(_ folder: String, environment: [String: String] = [:]) throws -> NightjarProcess.Outcome {
        let input = Pipe()
        let run = try NightjarProcess(
            ["run", "-", "--data", folder, "--no-fits", "--json", "--quiet"], input: input, environment: environment)
        try? input.fileHandleForWriting.write(contentsOf: night)
        try? input.fileHandleForWriting.close()
        return try run.outcome()
    }

    private func expectSound(_ folder: String, _ story: String = "") throws {
        let verdict = try NightjarProcess.run("verify", "--data", folder, "--packets")
        #expect(verdict.status == 0, "\(story): \(verdict.output)\(verdict.errors)")
    }

    @Test("every reading command reads it as it is, and changes nothing") func read() throws {
        try expectSound(data)
        let alerts = try NightjarProcess.run("topic", "ztf_alert_data", "--data", data, "--no-cutouts")
        #expect(alerts.status == 0 && alerts.lines.count == 26, "\(alerts.errors)")
        for words in [
            ["ledger"], ["list", "--night", "20240915"], ["dead-letters", "list"], ["cone", "0", "0", "5"],
            ["sql", "SELECT count(*) FROM ztf_alerts"], ["prune", "--keep-nights", "1", "--dry-run"],
        ] {
            let outcome = try NightjarProcess(words + ["--data", data]).outcome()
            #expect(outcome.status == 0, "\(words): \(outcome.errors)")
        }
        #expect(try version(data) == 5)
        let copy = work.file("backup")
        #expect(try NightjarProcess.run("backup", "--data", data, "--to", copy, "--verify").status == 0)
        #expect(try version(copy) == 5)
    }

    @Test("a run goes on where the older one was killed") func goesOn() throws {
        let outcome = try run(data)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let report = try RunReport(outcome)
        // The night has 40 alerts, two of them twice, and one packet that is none; 26 alerts were stored.
        #expect(report.stored == 14 && report.received == 43 && report.deadLettered == 1, "\(outcome.output)")
        try expectSound(data)
        #expect(try NightjarProcess.run("topic", "ztf_alert_data", "--data", data, "--no-cutouts").lines.count == 40)
        let account = try NightjarProcess.run("ledger", "--data", data)
        #expect(account.status == 0, "\(account.errors)")
        let again = try RunReport(run(data))
        #expect(again.stored == 0 && again.duplicates == 42)
    }

    @Test("its nights can be removed, and come back") func prune() throws {
        #expect(try NightjarProcess.run("prune", "--data", data, "--keep-nights", "1").status == 0)
        try expectSound(data, "pruned")
        #expect(try run(data).status == 0)
        try expectSound(data, "come back")
        #expect(try NightjarProcess.run("topic", "ztf_alert_data", "--data", data, "--no-cutouts").lines.count == 40)
    }

    @Test("an upgrade that is killed is completed by the next run") func killed() throws {
        let faults = try Faults.shared.get()
        var kills = 0
        for (variable, place) in (1...12).map({ ("NIGHTJAR_KILL_AT_STEP", $0) })
            + (1...12).map({ ("NIGHTJAR_KILL_AT_WRITE", $0) })
        {
            let folder = work.file("\(variable)-\(place)")
            try FileManager.default.copyItem(atPath: data, toPath: folder)
            if try run(folder, environment: faults.environment([variable: String(place)])).status == nil { kills += 1 }
            try expectSound(folder, "\(variable) \(place)")
            #expect(try run(folder).status == 0)
            try expectSound(folder, "\(variable) \(place), again")
            try FileManager.default.removeItem(atPath: folder)
        }
        #expect(kills > 12)
    }

    @Test("a folder of a later version is refused by what reads and what writes, and stays as it is") func downgrade()
        throws
    {
        #expect(try run(data).status == 0)
        let file = data + "/nightjar.db"
        do {
            let database = try Database(path: file, mode: .readWrite)
            try database.execute("PRAGMA user_version = 1000; PRAGMA wal_checkpoint(TRUNCATE)")
        }
        let before = try Data(contentsOf: URL(fileURLWithPath: file))
        for words in [["verify"], ["ledger"], ["prune", "--keep-nights", "1"], ["dead-letters", "replay"]] {
            let outcome = try NightjarProcess(words + ["--data", data]).outcome()
            #expect(outcome.status == 1 && outcome.errors.contains("newer Nightjar"), "\(words): \(outcome.errors)")
        }
        let outcome = try run(data)
        #expect(outcome.status == 1 && outcome.errors.contains("newer Nightjar"), "\(outcome.errors)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == before)
    }
}

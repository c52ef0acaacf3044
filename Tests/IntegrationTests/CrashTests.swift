import Foundation
import SQLite
import TestSupport
import Testing

/// A run that is killed, wherever it is, and given again, leaves what a run leaves that nothing disturbed.
@Suite(.serialized) struct CrashTests {
    private let work: TemporaryFolder

    init() throws { work = try TemporaryFolder() }

    private func words(_ night: SmallNight, _ data: String) -> [String] {
        ["run", night.path, "--data", data, "--json", "--quiet"]
    }

    /// Runs undisturbed and checks the report against what the night was made of.
    private func undisturbed(_ night: SmallNight) throws -> Contents {
        let data = work.file("undisturbed")
        let outcome = try NightjarProcess(words(night, data)).outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try RunReport(outcome).account == night.account)
        return try Contents(data)
    }

    /// Gives the same command again and compares what it leaves.
    private func goesOn(_ night: SmallNight, _ data: String, expected: Contents, _ story: String) throws {
        let outcome = try NightjarProcess(words(night, data)).outcome()
        #expect(outcome.status == 0, "\(story): \(outcome.errors)")
        let account = try RunReport(outcome).account
        // What was taken before the crash comes again, as duplicates.
        #expect(account.received == night.account.received && account.deadLettered == night.account.deadLettered)
        #expect(try Contents(data).differences(from: expected) == [], "\(story)")
        let verdict = try NightjarProcess.run("verify", "--data", data, "--packets")
        #expect(verdict.status == 0, "\(story): \(verdict.output)")
        try FileManager.default.removeItem(atPath: data)
    }

    @Test("killed at random moments, again and again, until it comes to its end")
    func randomMoments() throws {
        let night = try SmallNight(alerts: 1_500)
        let clock = ContinuousClock()
        var expected: Contents?
        let whole = try clock.measure { expected = try undisturbed(night) } / .seconds(1)
        let contents = try #require(expected)
        var random = SeededGenerator(seed: 20_240_915)
        var (kills, rounds) = (0, 0)
        // On a busy machine the first run may have been slow: a run that ends before its moment makes the moments earlier.
        var span = whole
        while kills < 24 && rounds < 60 {
            rounds += 1
            let data = work.file("round-\(rounds)")
            var killed: [Double] = []
            while killed.count < 8 {
                let delay = Double.random(in: 0..<1, using: &random) * span
                let process = try NightjarProcess(words(night, data))
                let ended = process.ends(within: delay)
                if !ended { process.kill() }
                // It may have come to its end just before the signal did.
                if let status = try process.outcome().status {
                    #expect(status == 0)
                    span *= 0.8
                    break
                }
                killed.append(delay)
            }
            kills += killed.count
            try goesOn(night, data, expected: contents, "killed after \(killed) s")
        }
        #expect(kills >= 24)
    }

    @Test("killed before each sync, rename, cut and removal") func everyStep() throws {
        let night = try SmallNight(alerts: 400)
        let faults = try Faults.shared.get()
        let expected = try undisturbed(night)
        let steps = try faults.count(words(night, work.file("counted"))).steps
        #expect(steps > 20)
        for step in 1...steps {
            let data = work.file("step-\(step)")
            let environment = faults.environment(["NIGHTJAR_KILL_AT_STEP": String(step)])
            let outcome = try NightjarProcess(words(night, data), environment: environment).outcome()
            // The number of syncs varies by one or two, as two threads share them.
            #expect(outcome.status == nil || step >= steps - 2, "step \(step) of \(steps) did not end the process")
            try goesOn(night, data, expected: expected, "killed at step \(step) of \(steps)")
        }
    }

    @Test("killed in the middle of a write") func tornWrites() throws {
        let night = try SmallNight(alerts: 400)
        let faults = try Faults.shared.get()
        let expected = try undisturbed(night)
        let writes = try faults.count(words(night, work.file("counted"))).writes
        var random = SeededGenerator(seed: 7)
        for _ in 0..<30 {
            let write = Int.random(in: 1..<writes, using: &random)
            let data = work.file("write-\(write)-\(Double.random(in: 0..<1, using: &random))")
            let environment = faults.environment(["NIGHTJAR_KILL_AT_WRITE": String(write)])
            let outcome = try NightjarProcess(words(night, data), environment: environment).outcome()
            #expect(outcome.status == nil, "write \(write) of \(writes) did not end the process")
            try goesOn(night, data, expected: expected, "killed in write \(write) of \(writes)")
        }
    }

    @Test("killed in the middle of a write, and then another source comes") func anotherSource() throws {
        let (first, night) = (try SmallNight(alerts: 60, number: 2), try SmallNight(alerts: 400))
        let other = try SmallNight(alerts: 60, number: 1)
        let faults = try Faults.shared.get()
        #expect(try NightjarProcess(words(first, work.file("counted"))).outcome().status == 0)
        let writes = try faults.count(words(night, work.file("counted"))).writes
        var random = SeededGenerator(seed: 5)
        for round in 0..<10 {
            // The topics' segments hold the first night's records, and get a tail that does not count.
            let write = Int((0.3 + 0.6 * Double.random(in: 0..<1, using: &random)) * Double(writes))
            let data = work.file("other-\(round)")
            #expect(try NightjarProcess(words(first, data)).outcome().status == 0)
            let environment = faults.environment(["NIGHTJAR_KILL_AT_WRITE": String(write)])
            #expect(try NightjarProcess(words(night, data), environment: environment).outcome().status == nil)
            let outcome = try NightjarProcess(words(other, data)).outcome()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try RunReport(outcome).account == other.account)
            try expectSoundArchive(data, "killed in write \(write) of \(writes)")
            #expect(try NightjarProcess(words(night, data)).outcome().status == 0)
            try expectSoundArchive(data, "killed in write \(write) of \(writes), then completed")
            let topic = try NightjarProcess.run("topic", "ztf_alert_data", "--data", data, "--no-cutouts")
            #expect(topic.lines.count == [first, night, other].map(\.account.stored).reduce(0, +))
        }
    }

    @Test("the archive's bytes do not depend on kills, on pieces, nor on what is computed") func sameArchive() throws {
        let night = try SmallNight(alerts: 400)
        let faults = try Faults.shared.get()
        let expected = try undisturbed(night).files.filter { $0.key.hasPrefix("archive/") }
        #expect(expected.count == 3)
        let writes = try faults.count(words(night, work.file("counted"))).writes
        let tarball = try Data(contentsOf: URL(fileURLWithPath: night.plainPath))
        var random = SeededGenerator(seed: 16)
        for round in 0..<4 {
            let data = work.file("same-\(round)")
            let write = Int.random(in: 1..<writes / 2, using: &random)
            let environment = faults.environment(["NIGHTJAR_KILL_AT_WRITE": String(write)])
            #expect(try NightjarProcess(words(night, data), environment: environment).outcome().status == nil)
            let input = Pipe()
            let piped = try NightjarProcess(
                ["run", "-", "--data", data, "--no-fits", "--pure", "--json", "--quiet"], input: input)
            for start in stride(from: 0, to: tarball.count, by: 150_001) {
                try input.fileHandleForWriting.write(contentsOf: tarball[start..<min(start + 150_001, tarball.count)])
            }
            try input.fileHandleForWriting.close()
            let outcome = try piped.outcome()
            #expect(outcome.status == 0, "\(outcome.errors)")
            let files = try Contents(data).files.filter { $0.key.hasPrefix("archive/") }
            #expect(files == expected, "killed in write \(write) of \(writes): \(files.keys.sorted())")
        }
    }

    /// Every file of the archive is a container that can be read to its end, and holds what the database says.
    private func expectSoundArchive(_ data: String, _ story: String) throws {
        let database = try Database(path: data + "/nightjar.db", mode: .readOnly)
        let segments = try database.prepare("SELECT path, state, records FROM segments")
        while try segments.step() {
            let path = "\(data)/\(segments.text(0) ?? "")" + (segments.integer(1) == 0 ? ".open" : "")
            let cat = try NightjarProcess.run("avro", "cat", path)
            #expect(cat.status == 0, "\(story): \(cat.errors)")
            #expect(cat.lines.count == Int(segments.integer(2)), "\(story): \(path)")
        }
    }

    @Test("asked to stop, it stops in order, and goes on") func interrupted() throws {
        let night = try SmallNight(alerts: 400)
        let expected = try undisturbed(night)
        let data = work.file("interrupted")
        let tarball = try Data(contentsOf: URL(fileURLWithPath: night.plainPath))
        // Ctrl-C ends the writer too: the end of the pipe and the signal reach the run together, in whatever order.
        for round in 0..<10 {
            let input = Pipe()
            let piped = try NightjarProcess(["run", "-", "--data", data, "--quiet"], input: input)
            // The process is up when it takes the first bytes: a pipe holds 64 KiB.
            try input.fileHandleForWriting.write(contentsOf: tarball.prefix(200_000))
            piped.interrupt()
            try? input.fileHandleForWriting.close()
            let outcome = try piped.outcome()
            #expect(outcome.status == 0, "round \(round): \(outcome.errors)")
            #expect(outcome.errors.contains("stopped before the end; all that the report counts is stored"))
        }
        try FileManager.default.removeItem(atPath: data)
        // A file is read to its end where it is short; what was taken counts once either way.
        let file = try NightjarProcess(words(night, data))
        file.interrupt()
        _ = try file.outcome()
        try goesOn(night, data, expected: expected, "interrupted")
    }
}

import Foundation
import TestSupport
import Testing

/// Topics as their subscribers see them.
@Suite(.serialized) struct TopicTests {
    private let work: TemporaryFolder
    private let night: SmallNight
    private var data: String { work.file("data") }

    init() throws {
        work = try TemporaryFolder()
        night = try SmallNight(alerts: 600)
    }

    private func topic(_ words: String...) throws -> [Int64] {
        let outcome = try NightjarProcess(["topic", "ztf_alert_data", "--data", data, "--no-cutouts"] + words).outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try Self.candids(outcome.output)
    }

    private static func candids(_ output: String) throws -> [Int64] {
        struct Message: Decodable { let candid: String }
        return try output.split(separator: "\n").map { line in
            try #require(Int64(JSONDecoder().decode(Message.self, from: Data(line.utf8)).candid))
        }
    }

    @Test("a follower sees messages while the run that writes them goes on") func follow() throws {
        let input = Pipe()
        let run = try NightjarProcess(["run", "-", "--data", data, "--json", "--quiet"], input: input)
        let tarball = try Data(contentsOf: URL(fileURLWithPath: night.plainPath))
        let half = tarball.count / 2
        try input.fileHandleForWriting.write(contentsOf: tarball.prefix(half))
        // The run has but half of its source, and waits for more.
        #expect(try topic("--follow", "--limit", "200") == Array(night.candids[..<200]))
        #expect(!run.ends(within: 0))

        let follower = try NightjarProcess(
            ["topic", "ztf_alert_data", "--data", data, "--no-cutouts", "--follow", "--subscriber", "follower"])
        try input.fileHandleForWriting.write(contentsOf: tarball.dropFirst(half))
        try input.fileHandleForWriting.close()
        let outcome = try run.outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
        let lines = night.candids.count
        #expect(follower.waits { follower.output.count { $0 == "\n" } == lines })
        follower.interrupt()
        let followed = try follower.outcome()
        #expect(followed.status == 0)
        #expect(try Self.candids(followed.output) == night.candids)
        // It was interrupted in order, so it knows how far it has read.
        #expect(try topic("--subscriber", "follower") == [])
    }

    @Test("each subscriber goes on where it stopped") func subscribers() throws {
        let outcome = try NightjarProcess.run("run", night.path, "--data", data, "--quiet")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let all = night.candids
        #expect(try topic("--subscriber", "one", "--limit", "250") == Array(all[..<250]))
        #expect(try topic("--subscriber", "two", "--limit", "10") == Array(all[..<10]))
        #expect(try topic("--subscriber", "one", "--limit", "300") == Array(all[250..<550]))
        #expect(try topic("--subscriber", "one") == Array(all[550...]))
        #expect(try topic("--subscriber", "one") == [])
        #expect(try topic("--from", "590") == Array(all[590...]))
        let bad = try NightjarProcess.run("topic", "ztf_alert_data", "--data", data, "--subscriber", "../../x")
        #expect(bad.status == 1 && bad.complaints.count == 1)
    }

    @Test("an offset beyond the end is said, and no silent wait") func beyondTheEnd() throws {
        let outcome = try NightjarProcess.run("run", night.path, "--data", data, "--quiet")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let command = ["topic", "ztf_alert_data", "--data", data, "--no-cutouts"]
        #expect(try topic("--from", "600") == [])
        let asked = try NightjarProcess(command + ["--from", "601"]).outcome()
        #expect(asked.status == 1 && asked.output.isEmpty && asked.complaints.count == 1, "\(asked)")
        #expect(asked.errors.contains("no message 601 of ztf_alert_data, which has 600; --follow waits"), "\(asked)")

        let follower = try NightjarProcess(command + ["--from", "601", "--follow"])
        #expect(follower.waits { follower.errors.contains("waits for message 601 of ztf_alert_data, which has 600") })
        follower.interrupt()
        #expect(try follower.outcome().status == 0)

        // As after an older copy of the folder was put in its place.
        #expect(try topic("--subscriber", "one", "--limit", "3").count == 3)
        try work.write(Array("700\n".utf8), to: "data/topics/ztf_alert_data/subscribers/one")
        for more in [[], ["--follow"]] {
            let stored = try NightjarProcess(command + ["--subscriber", "one"] + more).outcome()
            #expect(stored.status == 1 && stored.output.isEmpty && stored.complaints.count == 1, "\(stored)")
            #expect(
                stored.errors.contains("stopped before message 700") && stored.errors.contains("another --subscriber"))
        }
    }
}

import Foundation
import TestServers
import TestSupport
import Testing

/// `nightjar night conduct`, and what shows what it did.
@Suite(.serialized) struct ConductTests {
    private let work: TemporaryFolder

    init() throws { work = try TemporaryFolder() }

    /// A stream that nobody serves.
    private func words(_ more: String...) throws -> [String] {
        let port = try Ports.free()
        return ["night", "conduct", "kafka://127.0.0.1:\(port)/ztf_{yyyyMMdd}_programid1", "--data", work.file("data")]
            + more
    }

    private func write(clock: String) throws { try work.write(Array("\(clock) 0\n".utf8), to: "clock") }

    @Test("waits for a server that is away, says so once, and ends in order") func waits() throws {
        try write(clock: "2024-09-15T01:00:00Z")
        let conductor = try NightjarProcess(words("--clock", work.file("clock"), "--interval", "100"))
        #expect(conductor.waits { FileManager.default.fileExists(atPath: work.file("data/nights/ztf-20240915.json")) })
        let status = try NightjarProcess.run("night", "status", "--data", work.file("data"))
        #expect(status.status == 0, "\(status.errors)")
        #expect(status.lines.first == "ZTF, night 20240915: waiting")
        #expect(status.output.contains("sunset 01:54, exposures begin 02:48, exposures end 12:37, sunrise 13:31 UTC"))
        conductor.terminate()
        let outcome = try conductor.outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.components(separatedBy: "no server answers yet").count == 2, "\(outcome.errors)")
    }

    @Test("two conductors on one folder exclude each other") func exclusion() throws {
        try write(clock: "2024-09-15T01:00:00Z")
        let more = ["--clock", work.file("clock"), "--interval", "100"]
        let first = try NightjarProcess(words() + more)
        #expect(first.waits { FileManager.default.fileExists(atPath: work.file("data/nights/ztf-20240915.json")) })
        let second = try NightjarProcess(words() + more).outcome()
        #expect(second.status == 1, "\(second.errors)")
        #expect(second.errors.contains("another conductor (process \(first.identifier)) conducts this folder"))
        first.terminate()
        _ = try first.outcome()
    }

    @Test("polar nights, closed nights and holds are shown as what they are") func holds() throws {
        let nothing = try NightjarProcess.run("night", "list", "--data", work.file("data"))
        #expect(nothing.status == 1 && nothing.errors.contains("'nightjar night conduct' does it"), "\(nothing.errors)")
        let held = try NightjarProcess.run("night", "hold", "--data", work.file("data"), "--survey", "ztf")
        #expect(held.status == 0 && held.output.contains("held: no worker is stopped"), "\(held.output)")
        #expect(held.errors.contains("no conductor runs in"), "\(held.errors)")
        let again = try NightjarProcess.run("night", "hold", "--data", work.file("data"), "--survey", "ztf")
        #expect(again.output.contains("was already held"))
        let released = try NightjarProcess.run("night", "release", "--data", work.file("data"), "--survey", "ztf")
        #expect(released.status == 0 && released.output == "ztf: released\n", "\(released.output)")
    }

    @Test(
        "mistakes are named with what to do",
        arguments: [
            (["kafka://h:1/ztf_programid1"], "has a topic a night; put the date in"),
            (["kafka://h:1/mine_{yyyyMMdd}"], "no survey's name begins it; say --survey"),
            ([], "'sources' names it in a configuration"),
            (["kafka://h:1/ztf_{yyyyMMdd}", "--stop-at", "25:00"], "a time of day is written as 16:05"),
            (["kafka://h:1/ztf_{yyyyMMdd}", "--keep-until", "noon"], "a time is written as 2024-09-16T18:00:00Z"),
            (["kafka://h:1/ztf_{yyyyMMdd}", "--models", "/nowhere"], "--models DIR says where they are"),
            (["kafka://h:1/ztf_{yyyyMMdd}", "--schemas", "/nowhere"], "--schemas: /nowhere"),
        ])
    func mistakes(words: [String], reason: String) throws {
        let outcome = try NightjarProcess(["night", "conduct"] + words + ["--data", work.file("data")]).outcome()
        #expect(outcome.status == 2 && outcome.errors.contains(reason), "\(outcome.errors)")
    }

    @Test(
        "config check and the start name a topic, a folder and a file that are not there",
        .enabled(if: PythonEnvironment.isThere, "\(KafkaServer.skipped)"))
    func configuration() throws {
        let server = try KafkaServer()
        try server.fill("lsst-alerts-v11", partitions: 2, messages: 4)
        func check(_ text: String) throws -> NightjarProcess.Outcome {
            try work.write(Array(text.utf8), to: "night.json5")
            return try NightjarProcess.run("config", "check", work.file("night.json5"))
        }
        func file(topic: String, data: String) -> String {
            """
            { sources: ["kafka://\(server.address)/\(topic)"], data: "\(data)", fits: false, night: { workers: 2 } }
            """
        }
        let good = try check(file(topic: "lsst-alerts-v11", data: work.file("lsst")))
        #expect(good.status == 0, "\(good.errors)")
        let topic = try check(file(topic: "lsst-alerts-v12", data: work.file("lsst")))
        #expect(
            topic.status == 1
                && topic.errors.contains("sources: there is no such topic; the server shows lsst-alerts-v11"))
        let start = try NightjarProcess.run("night", "conduct", "--config", work.file("night.json5"))
        #expect(start.status == 1 && start.errors.contains("correct the stream's name"), "\(start.errors)")
        let folder = try check(file(topic: "lsst-alerts-v11", data: "/dev/null/lsst"))
        #expect(folder.status == 1 && folder.errors.contains("data: /dev/null/lsst"), "\(folder.errors)")
        let surveys = try check(#"{ night: { surveys: ["/nowhere/ztf.json5"] } }"#)
        #expect(
            surveys.status == 1 && surveys.errors.contains("night.surveys: /nowhere/ztf.json5"), "\(surveys.errors)")
        let site = try check(#"{ sources: ["kafka://h:1/mine"], data: "d", night: { survey: "palomar" } }"#)
        #expect(site.status == 1 && site.errors.contains("night.survey"), "\(site.errors)")
    }

    @Test("the data folder of a run is no conductor's") func folderOfRun() throws {
        try work.write([], to: "data/nightjar.db")
        let outcome = try NightjarProcess(words()).outcome()
        #expect(outcome.status == 1 && outcome.errors.contains("move this one to FOLDER/worker-1"), "\(outcome.errors)")
    }

    @Test("a worker that an earlier conductor left, and that is one too many, ends") func surplus() throws {
        let source = "kafka://127.0.0.1:\(try Ports.free())/ztf_20240915_programid1"
        let worker = try NightjarProcess([
            "run", source, "--data", work.file("data/worker-2"), "--follow", "--no-fits",
        ])
        let isThere = worker.waits { FileManager.default.fileExists(atPath: work.file("data/worker-2/nightjar.sock")) }
        #expect(isThere)
        let outcome = try conduct { worker.ends(within: 0.01) }
        #expect(
            outcome.errors.contains("worker-2 is one more than the 1 that are wanted, and is asked to end"),
            "\(outcome.errors)")
    }

    /// Runs a conductor until it has written the night's state.
    private func conduct(until isThere: () -> Bool) throws -> NightjarProcess.Outcome {
        try write(clock: "2024-09-15T01:00:00Z")
        let conductor = try NightjarProcess(words("--clock", work.file("clock"), "--interval", "100"))
        let isSeen = conductor.waits(until: isThere)
        #expect(isSeen)
        conductor.terminate()
        return try conductor.outcome()
    }

    @Test("a damaged state is put aside, and the night is conducted; that of a newer Nightjar stays")
    func damaged() throws {
        let state = work.file("data/nights/ztf-20240915.json")
        try FileManager.default.createDirectory(atPath: work.file("data/nights"), withIntermediateDirectories: true)
        try work.write(Array("{".utf8), to: "data/nights/ztf-20240915.json")
        try work.write(Array("{".utf8), to: "data/nights/ztf-20240901.json")
        let list = try NightjarProcess.run("night", "list", "--data", work.file("data"))
        #expect(list.status == 1 && list.errors.components(separatedBy: "state is damaged").count == 3)
        let outcome = try conduct {
            (try? String(contentsOfFile: state, encoding: .utf8))?.contains("\"waiting\"") ?? false
        }
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("the night's state was damaged, and is now \(state).damaged-1"))
        #expect(try String(contentsOfFile: state + ".damaged-1", encoding: .utf8) == "{")
        let shown = try NightjarProcess.run("night", "list", "--data", work.file("data"))
        #expect(shown.status == 0 && shown.output.contains("20240915  waiting"), "\(shown.output)\(shown.errors)")
        try work.write(Array(#"{"format": 2}"#.utf8), to: "data/nights/ztf-20240915.json")
        let newer = try NightjarProcess(words("--clock", work.file("clock"))).outcome()
        #expect(newer.status == 1 && newer.errors.contains("a newer Nightjar has written"), "\(newer.errors)")
    }

    @Test("nights that nobody conducted are looked at, and a night without alerts can be reported")
    func missed() throws {
        try FileManager.default.createDirectory(atPath: work.file("data/nights"), withIntermediateDirectories: true)
        try work.write(Array("{".utf8), to: "data/nights/ztf-20240912.json")
        let outcome = try conduct {
            FileManager.default.fileExists(atPath: work.file("data/nights/ztf-20240915.json"))
        }
        for night in ["20240913", "20240914"] {
            #expect(outcome.errors.contains("ztf \(night): nobody has conducted this night"), "\(outcome.errors)")
        }
        let report = try NightjarProcess.run("night", "report", "20240914", "--data", work.file("data"))
        #expect(report.output.hasPrefix("ZTF, night 2024-09-14: "), "\(report.errors)")
    }
}

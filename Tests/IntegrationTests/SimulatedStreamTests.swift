import Foundation
import Kafka
import TestServers
import TestSupport
import Testing

/// `nightjar simulate --to kafka://...`, as a user calls it.
@Suite(.serialized, .enabled(if: PythonEnvironment.isThere, "\(KafkaServer.skipped)"))
struct SimulatedStreamTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let schemas = [
        root.appending(path: "schemas").path, SharedFolder.alerts?.appending(path: "schema/lsst/11/1").path,
    ].compactMap(\.self).first { FileManager.default.fileExists(atPath: $0) }
    private static let models = root.appending(path: "models").path
    private static let hasInputs =
        schemas != nil && FileManager.default.fileExists(atPath: models + "/salt3-f22/salt3_template_0.dat")

    private let folder: TemporaryFolder
    private let server: KafkaServer

    init() throws {
        folder = try TemporaryFolder()
        server = try KafkaServer()
    }

    private func messages(_ topic: String, _ count: Int) throws -> [KafkaMessage] {
        let partitions = try #require(try KafkaAdmin(server.configuration).topics().first { $0.name == topic })
            .partitions
        let consumer = try KafkaConsumer(server.configuration, group: nil)
        defer { try? consumer.close() }
        try consumer.assign(
            Dictionary(
                uniqueKeysWithValues: partitions.map { (KafkaPartition(topic, $0.number), KafkaStart.beginning) }))
        var messages: [KafkaMessage] = []
        let end = Date(timeIntervalSinceNow: NightjarProcess.patience)
        while messages.count < count, Date() < end {
            messages += try consumer.poll(timeout: .milliseconds(200), maxMessages: count).messages
        }
        return messages
    }

    @Test("ZTF's packets come as a file would have them, evenly over the partitions, without keys or headers")
    func ztf() throws {
        let out = folder.file("night.tar.gz")
        try #require(
            NightjarProcess(["simulate", "--alerts", "40", "--seed", "3", "--out", out]).outcome().status == 0)
        let address = "kafka://\(server.address)/ztf_{yyyyMMdd}_programid1"
        let words = ["simulate", "--alerts", "40", "--seed", "3", "--to", address, "--partitions", "4"]
        let outcome = try NightjarProcess(
            words + ["--rate", "400", "--burst", "20/0.01", "--truth", folder.file("t.csv")]
        )
        .outcome()
        #expect(outcome.status == 0 && outcome.output.hasPrefix("sent 40 alerts"), "\(outcome)")
        #expect(outcome.output.contains("4 partitions of ztf_20240915_programid1"))
        let messages = try messages("ztf_20240915_programid1", 40)
        #expect(Dictionary(grouping: messages, by: \.partition).values.map(\.count) == [10, 10, 10, 10])
        #expect(messages.allSatisfy { $0.key == nil && $0.headers.isEmpty })
        let stored = try NightjarProcess(["run", address, "--data", folder.file("d"), "--night", "20240915", "--json"])
            .outcome()
        #expect(try RunReport(stored).stored == 40)
        let files = try NightjarProcess(["run", out, "--data", folder.file("d"), "--json"]).outcome()
        #expect(try RunReport(files).duplicates == 40, "the file has the same alerts")
        #expect(try String(contentsOfFile: folder.file("t.csv"), encoding: .utf8).split(separator: "\n").count == 41)
    }

    @Test(
        "LSST's packets are framed, and say when they were sent",
        .enabled(if: hasInputs, "skipped: no models or no schemas here (scripts/setup brings them)"))
    func lsst() throws {
        let address = "kafka://\(server.address)/lsst-alerts-v11"
        let words = ["simulate", "--survey", "lsst", "--models", Self.models, "--schemas", try #require(Self.schemas)]
        let before = Date().timeIntervalSince1970 * 1000
        let outcome = try NightjarProcess(words + ["--alerts", "50", "--to", address, "--partitions", "3"]).outcome()
        #expect(outcome.status == 0, "\(outcome)")
        let messages = try messages("lsst-alerts-v11", 50)
        #expect(messages.count == 50)
        for message in messages {
            #expect(message.key == nil && Array(message.payload.prefix(5)) == [0, 0, 0, 4, 77], "schema 1101")
            #expect(message.headers.map(\.name) == ["producer_timestamp"])
            let time = Double(String(decoding: message.headers.first?.value ?? [], as: UTF8.self))
            #expect(try #require(time) >= before)
        }
        let stored = try NightjarProcess(
            ["run", address, "--data", folder.file("d"), "--json", "--no-fits", "--schemas", Self.schemas ?? ""])
            .outcome()
        #expect(try RunReport(stored).stored == 50)
    }

    @Test(
        "LSST's packets are what fastavro takes, strictly",
        .enabled(if: hasInputs, "skipped: no models or no schemas here (scripts/setup brings them)"))
    func strict() throws {
        let out = folder.file("night.tar.gz")
        let words = ["simulate", "--survey", "lsst", "--models", Self.models, "--schemas", try #require(Self.schemas)]
        let outcome = try NightjarProcess(words + ["--alerts", "60", "--out", out]).outcome()
        #expect(outcome.status == 0, "\(outcome)")
        let kinds = try PythonEnvironment.client("lsst_packets.py", [out, "60"])
        #expect(kinds.contains("new ") && kinds.contains("seen before "), "\(kinds)")
    }

    @Test("stopped by Ctrl-C or SIGTERM it waits for what was handed over", arguments: [SIGINT, SIGTERM])
    func stopped(signal: Int32) throws {
        let topic = "stopped-\(signal)"
        let process = try NightjarProcess([
            "simulate", "--alerts", "1000", "--to", "kafka://\(server.address)/\(topic)", "--rate", "0.01",
            "--partitions", "1",
        ])
        #expect(try messages(topic, there: process).count == 1)
        if signal == SIGINT { process.interrupt() } else { process.terminate() }
        let outcome = try process.outcome()
        #expect(outcome.status == 0 && outcome.output.hasPrefix("sent 1 alerts"), "\(outcome)")
        #expect(outcome.errors.contains("stopped; 999 alerts were not sent"), "\(outcome)")
    }

    /// The first message of a topic that a process makes.
    private func messages(_ topic: String, there process: NightjarProcess) throws -> [KafkaMessage] {
        let admin = try KafkaAdmin(server.configuration)
        #expect(process.waits { (try? admin.topics().contains { $0.name == topic }) == true })
        return try messages(topic, 1)
    }

    @Test("what the server does not take is counted, and the status says so") func refused() throws {
        let outcome = try NightjarProcess([
            "simulate", "--alerts", "3", "--to", "kafka://\(server.address)/t", "--partitions", "1",
            "--kafka-property", "message.max.bytes=2000",
        ]).outcome()
        #expect(outcome.status == 1 && outcome.errors.contains("too large"), "\(outcome)")
    }

    @Test("words that do not go together are refused") func usage() throws {
        let to = ["--to", "kafka://h:1/t"]
        for (words, expected) in [
            ([], "--out FILE.tar.gz and --to"), (to + ["--out", folder.file("a.tar.gz")], "exclude each other"),
            (["--out", folder.file("a.tar.gz"), "--rate", "3"], "of a stream"),
            (to + ["--burst", "10/1"], "needs --rate"),
            (to + ["--burst", "10/1", "--rate", "11"], "takes longer"), (to + ["--burst", "10"], "say 10000/5"),
            (to + ["--rate", "0"], "from 0.001"), (["--to", "kafka://h:1/"], "is named as"),
            (["--to", "http://h:1/t"], "kafka://"), (to + ["--survey", "lsst", "--night", "20240915"], "20250701"),
            (to + ["--survey", "lsst", "--schema", "9"], "say 11.1"),
        ] as [([String], String)] {
            let outcome = try NightjarProcess(["simulate", "--alerts", "3"] + words).outcome()
            #expect(outcome.status == 2 && outcome.errors.contains(expected), "\(words): \(outcome)")
        }
        let bare = ["simulate", "--survey", "lsst", "--alerts", "3", "--out", folder.file("a.tar.gz")]
        let noSchema = try NightjarProcess(bare + ["--schema", "12.9"]).outcome()
        #expect(noSchema.status == 2 && noSchema.errors.contains("scripts/setup"), "\(noSchema)")
        let schemas = Self.schemas.map { ["--schemas", $0] } ?? []
        let noModel = try NightjarProcess(bare + schemas + ["--models", folder.file("none")]).outcome()
        #expect(noModel.status == 2 && noModel.errors.contains("scripts/"), "\(noModel)")
    }
}

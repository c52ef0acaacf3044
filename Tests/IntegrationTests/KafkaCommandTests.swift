import Foundation
import Kafka
import TestServers
import TestSupport
import Testing

/// `nightjar kafka` as a person calls it.
@Suite(.serialized, .enabled(if: PythonEnvironment.isThere, "\(KafkaServer.skipped)"))
struct KafkaCommandTests {
    @Test("words that make no sense are refused before anything is asked")
    func usage() throws {
        let cases: [([String], String)] = [
            (["kafka"], "say 'kafka check"), (["kafka", "look", "kafka://h/"], "unknown command 'kafka look'"),
            (["kafka", "ready", "kafka://h:1/"], "no TOPIC is given"),
            (["kafka", "ready", "night"], "no server is named; say kafka://HOST:PORT/night"),
            (["kafka", "check", "kafka:///t"], "a stream is named as"),
            (["kafka", "check", "http://h/t"], "a stream is named as"),
            (["kafka", "ready", "kafka://h/ztf_{yymmdd}"], "{yymmdd} is no date"),
            (["kafka", "ready", "kafka://h/ztf_{yyyyMMdd}", "--night", "20240230"], "the night 20240230 is no date"),
            (["kafka", "ready", "kafka://h/t", "--wait=soon"], "--wait soon: not a number"),
            (["kafka", "check", "kafka://h/t", "--wait"], "unknown option --wait"),
            (["run", "kafka://h/ztf/x", "--data", "/nowhere"], "is no topic's name"),
        ]
        for (words, expected) in cases {
            let outcome = try NightjarProcess(words).outcome()
            #expect(outcome.status == 2 && outcome.errors.contains(expected), "\(words): \(outcome)")
        }
        let help = try NightjarProcess.run("help", "kafka")
        #expect(help.status == 0 && help.output.contains("--wait"))
    }

    @Test("says whether tonight's topic is there and has messages")
    func ready() throws {
        let server = try KafkaServer()
        let address = "kafka://\(server.address)/ztf_{yyyyMMdd}_programid1"
        func ready(_ words: String...) throws -> NightjarProcess.Outcome {
            try NightjarProcess(["kafka", "ready"] + words + ["--night", "20240915"]).outcome()
        }
        let missing = try ready(address)
        #expect(missing.status == 1 && missing.output.isEmpty)
        #expect(missing.errors == "nightjar: there is no topic ztf_20240915_programid1 yet\n")
        try KafkaAdmin(KafkaConfiguration(brokers: server.address)).create(
            topic: "ztf_20240915_programid1", partitions: 2)
        let empty = try ready(address, "--wait", "1", "--json")
        #expect(empty.status == 1)
        #expect(empty.errors == "ztf_20240915_programid1 is there, but empty; waiting\n")
        #expect(try Self.object(empty)["reason"] as? String == "ztf_20240915_programid1 is there, but empty")

        let waiting = try NightjarProcess(["kafka", "ready", address, "--wait", "--night", "20240915"])
        try Self.send(["x"], to: "ztf_20240915_programid1", server)
        let found = try waiting.outcome()
        #expect(
            found.status == 0 && found.output == "ztf_20240915_programid1: 1 message in 2 partitions\n", "\(found)")
        let json = try ready(address, "--json")
        #expect(try json.status == 0 && Self.object(json)["ready"] as? Bool == true && json.errors.isEmpty)

        // The servers and the night by the file; the topic by the word, or the file's own.
        let folder = try TemporaryFolder()
        let file = try folder.write(
            "{sources: ['\(address)'], kafka: {night: '20240915'}}".utf8, to: "night.json5")
        for words in [[], ["ztf_{yyyyMMdd}_programid1"], ["^ztf_"]] {
            let byFile = try NightjarProcess(["kafka", "ready"] + words + ["--config", file]).outcome()
            #expect(byFile.status == 0 && byFile.output.contains("1 message"), "\(byFile)")
        }
        let check = try NightjarProcess(["kafka", "check", "--config", file]).outcome()
        #expect(check.status == 0 && check.output.contains("ok     ztf_20240915_programid1: 1 message"), "\(check)")
        let wrong = try folder.write(
            "{\n  sources: ['kafka://h/ztf_{yyyyMMdd}'],\n  kafka: {night: '2024-13-15'}}".utf8, to: "wrong.json5")
        let checked = try NightjarProcess.run("config", "check", wrong)
        #expect(checked.status == 1 && checked.errors.contains("the night 2024-13-15 is no date"), "\(checked)")
    }

    private static func object(_ outcome: NightjarProcess.Outcome) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    private static func send(_ messages: [String], to topic: String, _ server: KafkaServer) throws {
        let producer = try KafkaProducer(KafkaConfiguration(brokers: server.address))
        for message in messages { try producer.send(topic: topic, payload: Array(message.utf8)[...]) }
        try producer.flush()
    }
}

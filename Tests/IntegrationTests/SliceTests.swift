import Foundation
import Kafka
import TestServers
import TestSupport
import Testing

/// One night of a topic that has every night: from noon to noon in UTC.
@Suite(.enabled(if: PythonEnvironment.isThere, "\(KafkaServer.skipped)")) struct SliceTests {
    private static let topic = "nights"
    private let work: TemporaryFolder
    private let server: KafkaServer

    /// Alerts sent at three times of each of three days, in two partitions: ids by their time.
    private static let times = [
        "2024-09-14T11:59:59Z", "2024-09-14T12:00:00Z", "2024-09-15T03:00:00Z", "2024-09-15T11:59:59Z",
        "2024-09-15T12:00:00Z", "2024-09-16T03:00:00Z",
    ]

    init() throws {
        work = try TemporaryFolder()
        server = try KafkaServer(isFenced: true)
        try KafkaAdmin(server.configuration).create(
            topic: Self.topic, partitions: 2, settings: ["retention.ms": "-1"])
        let producer = try KafkaProducer(server.configuration)
        for (number, time) in Self.times.enumerated() {
            let date = try Date(time, strategy: .iso8601)
            for partition in 0..<Int32(2) {
                let packet = SmallPacket(candid: Int64(100 * (number + 1) + Int(partition)))
                try producer.send(
                    topic: Self.topic, partition: partition, payload: try packet.container()[...],
                    timestamp: Int64(date.timeIntervalSince1970 * 1_000))
            }
        }
        try producer.flush()
    }

    private var stream: String { "kafka://\(server.address)/\(Self.topic)" }

    @Test("a run reads from the first noon to the next, and once more nothing") func run() throws {
        let data = work.file("data")
        for expected in [6, 6] {
            let outcome = try NightjarProcess.run(
                "run", stream, "--data", data, "--slice", "20240914", "--json", "--quiet")
            #expect(outcome.status == 0, "\(outcome.errors)")
            let report = try NightjarProcess.run("ledger", "--data", data, "--format", "csv")
            let received = report.lines.dropFirst().compactMap { Int($0.split(separator: ",")[5]) }.reduce(0, +)
            #expect(received == expected, "\(report.output)")
        }
        // The next night has what came at its noon and after.
        let next = work.file("next")
        let outcome = try NightjarProcess.run(
            "run", stream, "--data", next, "--slice", "2024-09-15", "--json", "--quiet")
        #expect(try RunReport(outcome).account.received == 4, "\(outcome.errors)")
    }

    @Test("a slice without messages is read to its end at once") func empty() throws {
        let outcome = try NightjarProcess.run(
            "run", stream, "--data", work.file("data"), "--slice", "20240920", "--json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try RunReport(outcome).account.received == 0)
        #expect(outcome.errors.contains("is empty"))
    }

    @Test("readiness counts the messages of the slice alone") func ready() throws {
        let outcome = try NightjarProcess.run("kafka", "ready", stream, "--slice", "20240914", "--json")
        #expect(outcome.status == 0 && outcome.output.contains(#""messages":6"#), "\(outcome.output)")
        let empty = try NightjarProcess.run("kafka", "ready", stream, "--slice", "20240920")
        #expect(empty.status == 1 && empty.errors.contains("empty"), "\(empty.errors)")
    }

    @Test(
        "what a slice does not go with is wrong usage",
        arguments: [["--follow"], ["--start", "earliest"], ["--slice", "20240231"], ["--slice", "tonight"]])
    func usage(words: [String]) throws {
        let slice = words.contains("--slice") ? [] : ["--slice", "20240914"]
        let outcome = try NightjarProcess(["run", stream, "--data", work.file("data")] + slice + words).outcome()
        #expect(outcome.status == 2, "\(outcome.errors)")
    }
}

import Foundation
import HTTP
import HTTPServer
import Kafka
import TestServers
import TestSupport
import Testing

/// Streams, topics and servers that misbehave: dead letters or a clear error, and a line for each change of state.
@Suite(.serialized, .enabled(if: PythonEnvironment.isThere, "\(KafkaServer.skipped)"))
struct BadStreamTests {
    private let server: KafkaServer
    private let folder: TemporaryFolder

    init() throws {
        server = try KafkaServer()
        folder = try TemporaryFolder()
    }

    private var data: String { folder.file("data") }

    private func words(_ topic: String, _ more: [String]) -> [String] {
        ["run", "kafka://\(server.address)/\(topic)", "--data", data, "--no-fits", "--json"] + more
    }

    private func run(_ topic: String, _ more: String...) throws -> NightjarProcess.Outcome {
        try NightjarProcess(words(topic, more)).outcome()
    }

    private func send(_ messages: [[UInt8]], to topic: String) throws {
        var configuration = KafkaConfiguration(brokers: server.address)
        configuration["message.max.bytes"] = "20000000"
        let producer = try KafkaProducer(configuration)
        for message in messages { try producer.send(topic: topic, payload: message[...]) }
        try producer.flush()
    }

    /// A topic that takes messages of any size.
    private func makeTopic() throws {
        try KafkaAdmin(KafkaConfiguration(brokers: server.address)).create(
            topic: "t", partitions: 1, settings: ["max.message.bytes": "20000000"])
    }

    private func alerts(_ candids: ClosedRange<Int64>) throws -> [[UInt8]] {
        try candids.map { try SmallPacket(candid: $0).container() }
    }

    private func wait(seconds: Double = 300, until holds: () -> Bool) -> Bool {
        let deadline = Date.now + seconds
        while !holds() {
            guard Date.now < deadline else { return false }
            usleep(50_000)
        }
        return true
    }

    @Test("what is no alert goes to the dead letters, each with its reason and place")
    func badMessages() throws {
        // Confluent's frame: a zero, the schema's number, the record.
        let unknownSchema: [UInt8] = [0, 0, 0, 0x30, 0x39] + SmallPacket(candid: 9).body
        let garbage = Array("no alert at all".utf8)
        var large = SmallPacket(candid: 8)
        large.image = [UInt8](repeating: 7, count: 6 << 20)
        try makeTopic()
        try send(alerts(1...3) + [[], garbage, unknownSchema, large.container()] + alerts(4...5), to: "t")
        let outcome = try run("t")
        let report = try RunReport(outcome)
        #expect(outcome.status == 0 && report.received == 9, "\(outcome)")
        #expect(report.stored == 6 && report.deadLettered == 3, "\(outcome)")
        let letters = try NightjarProcess.run("dead-letters", "list", "--data", data)
        #expect(letters.lines.filter { $0.contains("(packet ") }.count == 3, "\(letters)")
        for (offset, reason) in [(3, "0 bytes"), (4, "15 bytes"), (5, "12345")] {
            let line = letters.lines.first { $0.contains("packet \(offset))") }
            #expect(line?.contains(reason) == true, "\(letters)")
        }
    }

    @Test("a topic whose last offsets carry no message, but the marks of transactions, is read to its end")
    func transactions() throws {
        let configuration = KafkaConfiguration(brokers: server.address)
        try KafkaAdmin(configuration).create(topic: "t", partitions: 2)
        let producer = try KafkaProducer(configuration, transactionalID: "survey")
        try producer.initTransactions()
        for candids in [1...4, 5...8] as [ClosedRange<Int64>] {
            try producer.begin()
            for (index, alert) in try alerts(candids).enumerated() {
                try producer.send(topic: "t", partition: Int32(index % 2), payload: alert[...])
            }
            try producer.commit()
        }
        let marks = try KafkaAdmin(configuration).watermarks(of: "t")
        #expect(marks.values.map(\.high).reduce(0, +) > 8, "\(marks)")
        #expect(try RunReport(run("t")).stored == 8)
        // And a run that finds nothing more there.
        #expect(try RunReport(run("t")).received == 0)
    }

    @Test("a message above the limit ends the run, and the error says which limit")
    func tooLarge() throws {
        try makeTopic()
        try send([[UInt8](repeating: 7, count: 3 << 20)], to: "t")
        let limits = ["receive.message.max.bytes=1500000", "fetch.max.bytes=1000000", "message.max.bytes=1000000"]
        let properties = limits.flatMap { ["--kafka-property", $0] }
        let outcome = try NightjarProcess(words("t", ["--follow"] + properties)).outcome()
        #expect(outcome.status == 1, "\(outcome)")
        #expect(outcome.errors.contains("larger than this client takes"), "\(outcome)")
        #expect(outcome.errors.contains("increase receive.message.max.bytes"), "\(outcome)")
    }

    @Test("a topic that is not there, or empty, is said in words")
    func noTopic() throws {
        let missing = try run("t")
        #expect(missing.status == 1 && missing.errors.contains("there is no such topic"), "\(missing)")
        try KafkaAdmin(KafkaConfiguration(brokers: server.address)).create(topic: "t", partitions: 1)
        let empty = try run("t")
        #expect(empty.status == 0 && empty.errors.contains("t is empty"), "\(empty)")
        #expect(try RunReport(empty).received == 0)
    }

    @Test("a follower waits for a topic, and says when it goes and comes")
    func comesAndGoes() throws {
        let words = words(
            "t",
            [
                "--follow", "--kafka-property", "topic.metadata.refresh.interval.ms=500", "--kafka-property",
                "topic.metadata.propagation.max.ms=1000",
            ])
        let run = try NightjarProcess(words)
        #expect(wait { run.errors.contains("there is no topic t") }, "\(run.errors)")
        let admin = try KafkaAdmin(KafkaConfiguration(brokers: server.address))
        try admin.create(topic: "t", partitions: 1)
        try send(alerts(1...3), to: "t")
        #expect(wait { (try? stored()) == 3 }, "\(run.errors)")
        try admin.delete(topic: "t")
        #expect(wait { run.errors.split(separator: "\n").count { $0.contains("there is no topic t") } == 2 })
        // Another that starts now looks twice before it says so; a flood would have come meanwhile.
        let other = try NightjarProcess(words.map { $0 == data ? folder.file("other") : $0 } + ["--group", "other"])
        #expect(wait { other.errors.contains("there is no topic t") }, "\(other.errors)")
        other.interrupt()
        #expect(try other.outcome().status == 0)
        #expect(run.errors.split(separator: "\n").count <= 8, "\(run.errors)")
        run.interrupt()
        let outcome = try run.outcome()
        #expect(outcome.status == 0 && !outcome.errors.contains("stopped before the end"), "\(outcome)")
        #expect(try RunReport(outcome).stored == 3)
    }

    @Test(
        "an offset that the topic does not have is said: one asked for, and the group's once the topic was made again")
    func offsetsBeyondTheEnd() throws {
        try send(alerts(1...3), to: "t")
        let asked = try run("t", "--start", "99")
        #expect(asked.errors.contains("t[0]: there is no offset 99; reads from the first message"), "\(asked)")
        #expect(try RunReport(asked).stored == 3)

        let admin = try KafkaAdmin(KafkaConfiguration(brokers: server.address))
        try admin.delete(topic: "t")
        try makeTopic()
        try send(alerts(4...5), to: "t")
        let again = try run("t")
        #expect(again.status == 1, "\(again)")
        #expect(again.errors.contains("the group nightjar is at offset 3, and the partition ends at 2"), "\(again)")
        #expect(again.errors.contains("another --group"), "\(again)")
        // A follower would else count what comes as read, and pass it over after a restart.
        let follower = try NightjarProcess(words("t", ["--follow"]))
        let ended = try follower.outcome()
        #expect(ended.status == 1 && ended.errors.contains("the topic was made again"), "\(ended)")
    }

    @Test("a follower ends where its topic is made again while it reads") func madeAgain() throws {
        try send(alerts(1...3), to: "t")
        let run = try NightjarProcess(words("t", ["--follow"]))
        #expect(wait { (try? stored()) == 3 }, "\(run.errors)")
        let admin = try KafkaAdmin(KafkaConfiguration(brokers: server.address))
        try admin.delete(topic: "t")
        try makeTopic()
        try send(alerts(4...5), to: "t")
        let ended = try run.outcome()
        #expect(ended.status == 1 && ended.errors.contains("the topic was made again"), "\(ended)")
    }

    @Test("a schema registry that is away is waited for: no message of the stream becomes a dead letter")
    func registryAway() throws {
        let port = try Ports.free()
        try send(alerts(1...2) + (3...5).map { [0, 0, 0, 3, 31] + SmallPacket(candid: $0).body }, to: "t")
        let run = try NightjarProcess(words("t", ["--follow", "--schema-registry", "http://127.0.0.1:\(port)"]))
        #expect(wait { run.errors.contains("waits and retries: the schema with number 799") }, "\(run.errors)")
        let body = try JSONSerialization.data(withJSONObject: ["schema": SmallPacket.schema])
        let registry = try HTTPServer(HTTPServerSettings(port: port)) { _ in
            HTTPResponse(status: 200, headers: [], body: [UInt8](body))
        }
        #expect(wait { (try? stored()) == 5 }, "\(run.errors)")
        #expect(run.errors.contains("the schema is available"), "\(run.errors)")
        run.interrupt()
        let report = try RunReport(try run.outcome())
        #expect(report.stored == 5 && report.deadLettered == 0)
        #expect(registry.stop(within: .seconds(20)))
    }

    @Test("a follower that starts before its server waits for it, and finds where it was")
    func startsFirst() throws {
        try send(alerts(1...3), to: "t")
        #expect(try RunReport(try run("t")).stored == 3)
        try send(alerts(4...5), to: "t")
        try server.waitUntilSaved()
        server.kill()
        let run = try NightjarProcess(words("t", ["--follow"]))
        #expect(wait { run.errors.contains("waits for a server") }, "\(run.errors)")
        try server.start()
        #expect(wait { (try? stored()) == 5 }, "\(run.errors)")
        run.interrupt()
        let report = try RunReport(try run.outcome())
        #expect(report.stored == 2 && report.duplicates == 0)
    }

    @Test("a server that goes and comes back costs a line each, and no alert")
    func outage() throws {
        try send(alerts(1...3), to: "t")
        let run = try NightjarProcess(words("t", ["--follow"]))
        #expect(wait { (try? stored()) == 3 }, "\(run.errors)")
        try server.waitUntilSaved()
        let before = run.errors.split(separator: "\n").count
        server.kill()
        #expect(wait { run.errors.contains("no server can be reached") }, "\(run.errors)")
        // Further attempts to connect are no news.
        let port = try RefusingPort(server.port)
        #expect(wait { port.attempts >= 5 })
        port.close()
        try server.start()
        try send(alerts(4...6), to: "t")
        #expect(wait { (try? stored()) == 6 }, "\(run.errors)")
        // Told with the next statistics, after the alerts perhaps.
        #expect(wait { run.errors.contains("is back") }, "\(run.errors)")
        let told = run.errors.split(separator: "\n").dropFirst(before)
        // Lost, no server at all, back; the group's coordinator and partitions may be told beside it. Where all are lost at
        // once the first may be left out.
        #expect(told.count { $0.contains("no server can be reached") } == 1, "\(told)")
        #expect(told.count { $0.contains("is lost") } <= 1 && told.count { $0.contains("is back") } == 1, "\(told)")
        // A wait that lasts is told again from time to time.
        #expect(Set(told).count <= 8, "\(told)")
        run.interrupt()
        let report = try RunReport(try run.outcome())
        // What was not claimed when the server went comes again, as duplicates.
        #expect(report.stored == 6 && report.deadLettered == 0)
    }

    private func stored() throws -> Int {
        try NightjarProcess.run("topic", "ztf_alert_data", "--data", data).lines.count
    }
}

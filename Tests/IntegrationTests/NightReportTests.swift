import DataLayout
import Foundation
import Kafka
import Query
import SQLite
import TestServers
import TestSupport
import Testing

/// A night of two workers on a real Kafka server: its receipt, and its comparison with the stream.
@Suite(.serialized, .enabled(if: PythonEnvironment.isThere, "\(KafkaServer.skipped)"))
struct NightReportTests {
    private static let topic = "ztf_20240915_programid1"
    private let server: KafkaServer
    private let folder: TemporaryFolder
    private var root: String { folder.file("root") }
    private var address: String { "kafka://\(server.address)/\(Self.topic)" }

    /// Alerts 1 to 30 in turn over two partitions; the first worker has 20 of them, then 21 to 30, the 5 again and no packet go
    /// to the second.
    init() throws {
        server = try KafkaServer()
        folder = try TemporaryFolder()
        try KafkaAdmin(server.configuration).create(topic: Self.topic, partitions: 2)
        try send((1...20).map { try SmallPacket(candid: $0).container() })
        try read(worker: 1)
        try send((21...30).map { try SmallPacket(candid: $0).container() })
        try send([try SmallPacket(candid: 5).container(), Array("none".utf8)])
        try read(worker: 2)
    }

    private func send(_ packets: [[UInt8]]) throws {
        let producer = try KafkaProducer(server.configuration)
        for (number, packet) in packets.enumerated() {
            // 2024-09-15 06:01 UTC, half a minute after the end of the exposure.
            try producer.send(
                topic: Self.topic, partition: Int32(number % 2), payload: packet[...],
                headers: [KafkaHeader("producer_timestamp", "1726380060000.25")])
        }
        try producer.flush()
    }

    private func read(worker: Int) throws {
        let outcome = try NightjarProcess.run(
            "run", address, "--data", "\(root)/worker-\(worker)", "--no-fits", "--group", "workers",
            // The first worker leaves its partitions at once.
            "--kafka-property", "group.instance.id=")
        #expect(outcome.status == 0, "\(outcome)")
    }

    private func json(_ words: String...) throws -> (status: Int32?, value: [String: Any]) {
        let outcome = try NightjarProcess(words + ["--data", root, "--json"]).outcome()
        let value = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        return (outcome.status, value)
    }

    /// The digest is that of `seq 30 | sha256sum`.
    @Test("the receipt has each message once, and the stream agrees") func equal() throws {
        let (status, receipt) = try json("night", "report", "20240915")
        #expect(status == 0 && receipt["addsUp"] as? Bool == true, "\(receipt)")
        let counts = try #require(receipt["counts"] as? [String: Int])
        #expect(counts["received"] == 32 && counts["stored"] == 30 && counts["deadLettered"] == 1)
        #expect(counts["duplicates"] == 1)
        let ids = try #require(receipt["ids"] as? [String: Any])
        #expect(ids["sha256"] as? String == "4becb4afc4bbb0706eb8df24e32b8924925961ef48a2ac0e4a95cd7da10e97a5")
        let parts = try #require(receipt["parts"] as? [[String: Any]])
        #expect(parts.map { $0["packets"] as? Int } == [16, 16] && parts.map { $0["to"] as? Int } == [16, 16])
        let latencies = try #require(receipt["latencies"] as? [[String: Any]])
        #expect(
            latencies.first?["from"] as? String == "exposure end" && latencies.first?["to"] as? String == "survey sent")
        #expect(latencies.first?["count"] as? Int == 30)

        let (equal, check) = try json("night", "check", "20240915", "--against", address)
        #expect(equal == 0 && check["equal"] as? Bool == true, "\(check)")
        let sides = try ["source", "folders"].map { try #require(check[$0] as? [String: Any])["sha256"] as? String }
        #expect(sides == [ids["sha256"] as? String, ids["sha256"] as? String])
        #expect(check["deadLetters"] as? Int == 1 && check["packets"] as? Int == 32)
    }

    @Test("what one side lacks is named, and taken in") func differences() throws {
        // A worker's folder that lost an alert, and one with an alert that the stream never had.
        try Database(path: "\(root)/worker-1/nightjar.db", mode: .readWrite).execute(
            "DELETE FROM archive WHERE id = 7; DELETE FROM ztf_alerts WHERE candid = 7")
        try folder.write(SmallPacket(candid: 99).container(), to: "99.avro")
        #expect(
            try NightjarProcess.run("run", folder.file("99.avro"), "--data", "\(root)/worker-1", "--no-fits").status
                == 0)
        let (status, check) = try json("night", "check", "20240915", "--against", address)
        #expect(status == 1 && check["equal"] as? Bool == false)
        let missing = try #require(check["missing"] as? [[String: Any]])
        #expect(missing.map { $0["id"] as? String } == ["7"] && missing.first?["position"] as? Int == 3)
        #expect(check["extra"] as? [String] == ["99"])

        let text = try NightjarProcess.run("night", "check", "20240915", "--against", address, "--data", root)
        #expect(text.output.contains("not stored: 7, \(Self.topic)[0] offset 3"))
        #expect(text.output.contains("not in the source: 99") && text.errors.contains("--fill"))

        // A worker goes on with the folder: it does this between two commits.
        let worker = try NightjarProcess([
            "run", address, "--data", "\(root)/worker-1", "--no-fits", "--group", "workers", "--follow",
            "--kafka-property", "group.instance.id=",
        ])
        let isThere = worker.waits { FileManager.default.fileExists(atPath: "\(root)/worker-1/nightjar.sock") }
        #expect(isThere)
        let filled = try NightjarProcess.run(
            "night", "check", "20240915", "--against", address, "--data", root, "--fill", "--no-fits")
        worker.terminate()
        #expect(try worker.outcome().status == 0)
        #expect(
            filled.output.contains("1 missing packets were taken in") && !filled.output.contains("not stored"),
            "\(filled)")
        let (_, after) = try json("night", "check", "20240915", "--against", address)
        #expect((after["missing"] as? [Any])?.isEmpty == true)
    }

    @Test("a tarball or folder of the survey is compared as a stream is, and fills what is missing") func files() throws
    {
        for candid in [Int64(1), 2, 40, 41] {
            try folder.write(SmallPacket(candid: candid).container(), to: "survey/\(candid).avro")
        }
        let source = folder.file("survey")
        let (status, check) = try json("night", "check", "20240915", "--against", source)
        #expect(status == 1)
        #expect((check["missing"] as? [[String: Any]])?.map { $0["id"] as? String } == ["40", "41"])
        #expect((check["extra"] as? [String])?.count == 28)
        let filled = try NightjarProcess.run(
            "night", "check", "20240915", "--against", source, "--data", root, "--fill", "--no-fits")
        #expect(filled.output.contains("2 missing packets were taken in"), "\(filled)")
        for verdict in try DataReader(["\(root)/worker-1", "\(root)/worker-2"]).verify() {
            #expect(verdict.isSound, "\(verdict.damages.first)")
        }
        #expect(try NightjarProcess.run("ledger", "--data", root).status == 0)
    }

    @Test("of a night that came as files the packets are not known, and not 0") func filesAlone() throws {
        for candid in Int64(1)...3 {
            try folder.write(SmallPacket(candid: candid).container(), to: "alone/\(candid).avro")
        }
        let data = folder.file("files")
        #expect(try NightjarProcess.run("run", folder.file("alone"), "--data", data, "--no-fits").status == 0)
        let report = try NightjarProcess.run("night", "report", "20240915", "--data", data, "--format", "json")
        let receipt = try JSONSerialization.jsonObject(with: Data(report.output.utf8)) as? [String: Any]
        let parts = try #require(receipt?["parts"] as? [[String: Any]])
        #expect(parts.count == 1 && parts.allSatisfy { $0["packets"] == nil }, "\(report)")
    }

    @Test("what is not there is said with the next step") func refusals() throws {
        let none = try NightjarProcess.run("night", "report", "20240101", "--data", root)
        #expect(none.status == 1 && none.errors.contains("'nightjar ledger' shows the nights"), "\(none)")
        let word = try NightjarProcess.run("night", "report", "tonight", "--data", root)
        #expect(word.status == 2 && word.errors.contains("20240915 or 2024-09-15"))
        let edition = try NightjarProcess.run("night", "report", "20240915", "--data", root, "--edition", "3")
        #expect(edition.status == 1 && edition.errors.contains("there is no such receipt"))
        let topic = try NightjarProcess.run(
            "night", "check", "20240915", "--data", root, "--against", "kafka://\(server.address)/ztf_nothing")
        #expect(topic.status == 1 && topic.errors.contains("there is no topic ztf_nothing"), "\(topic)")
    }
}

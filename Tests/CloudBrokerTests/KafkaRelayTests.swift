import PubSub
import Alerts
import CloudBroker
import Foundation
import HTTP
import HTTPServer
import Kafka
import TestServers
import TestSupport
import Testing
import Threads

@Suite(
    .enabled(if: PubSubEmulator.isThere, "\(PubSubEmulator.skipped)"),
    .enabled(if: PythonEnvironment.common.isThere, "\(KafkaServer.skipped)"))
struct KafkaRelayTests {
    private static let kafkaTopic = "ztf_20240915_programid1"
    private let kafka: KafkaServer
    private let cloud: CloudFixture

    init() throws {
        // Behind Kafka's fences: the server by itself never misses a member that died.
        kafka = try KafkaServer(isFenced: true)
        cloud = try CloudFixture()
        try KafkaAdmin(KafkaConfiguration(brokers: kafka.address)).create(topic: Self.kafkaTopic, partitions: 2)
    }

    private func send(_ payloads: [[UInt8]], to topic: String = Self.kafkaTopic) throws {
        let producer = try KafkaProducer(KafkaConfiguration(brokers: kafka.address))
        for (index, payload) in payloads.enumerated() {
            try producer.send(topic: topic, partition: Int32(index % 2), payload: payload[...])
        }
        try producer.flush()
    }

    private func consume(_ more: String..., topic: String = Self.kafkaTopic) throws -> NightjarProcess {
        try NightjarProcess(
            [
                "consume", "kafka://\(kafka.address)/\(topic)", "--to", "pubsub://\(cloud.project)/stream",
            ] + more, environment: cloud.environment)
    }

    private func packets(_ candids: ClosedRange<Int64>) throws -> [[UInt8]] {
        try candids.map { try SmallPacket(candid: $0).container() }
    }

    @Test("messages are unchanged, with their location and ids; a second run relays new ones only") func passes()
        throws
    {
        _ = try cloud.make("stream")
        let sent = try packets(1...40) + [Array("no alert".utf8)]
        try send(sent)
        let outcome = try consume("--json").outcome()
        #expect(outcome.status == 0 && outcome.output.contains(#""published": 41"#), "\(outcome)")
        let got = try cloud.messages("stream", expecting: 41)
        #expect(Set(got.map(\.data)) == Set(sent) && got.count == 41)
        for message in got {
            let attributes = message.attributes
            #expect(attributes["kafka.topic"] == Self.kafkaTopic && attributes["kafka.timestamp"] != nil)
            let place = try #require(Int(attributes["kafka.offset"] ?? ""))
            let partition = try #require(Int(attributes["kafka.partition"] ?? ""))
            #expect(sent[place * 2 + partition] == message.data)
            if message.data != sent[40] {
                #expect(attributes["candid"] == String(place * 2 + partition + 1))
                #expect(attributes["survey"] == "ztf" && attributes["healpix29"] != nil)
            } else {
                #expect(attributes.count == 4)
            }
        }
        // The group has committed behind them.
        try send(try packets(41...42))
        #expect(try consume("--json").outcome().output.contains(#""published": 2"#))
    }

    @Test("a pattern is read to the ends of its topics, and a topic that is not there is an error") func pattern()
        throws
    {
        _ = try cloud.make("stream")
        let other = "ztf_20240915_programid2"
        try KafkaAdmin(KafkaConfiguration(brokers: kafka.address)).create(topic: other, partitions: 2)
        try send(try packets(1...5))
        try send(try packets(6...9), to: other)
        let outcome = try consume("--json", topic: "^ztf_20240915_programid[12]$").outcome()
        #expect(outcome.status == 0 && outcome.output.contains(#""published": 9"#), "\(outcome)")
        let got = try cloud.messages("stream", expecting: 9)
        #expect(Set(got.compactMap { $0.attributes["candid"] }) == Set((1...9).map(String.init)))
        let missing = try consume(topic: "ztf_20240916_programid1").outcome()
        #expect(missing.status == 1 && missing.errors.contains("there is no such topic"), "\(missing)")
    }

    @Test("waits while a schema registry is unavailable, so that messages have their attributes") func registry() throws
    {
        _ = try cloud.make("stream")
        try send([[0, 0, 0, 3, 31] + SmallPacket(candid: 7).body])
        let settings = HTTPServerSettings(port: try Ports.free())
        let process = try consume("--json", "--schema-registry", "http://127.0.0.1:\(settings.port)")
        #expect(process.waits { process.errors.contains("waits and retries: the schema with number 799") })
        let body = try JSONSerialization.data(withJSONObject: ["schema": SmallPacket.schema])
        let server = try HTTPServer(settings) { _ in HTTPResponse(status: 200, headers: [], body: [UInt8](body)) }
        let outcome = try process.outcome(within: 100)
        #expect(outcome.status == 0 && outcome.output.contains(#""published": 1"#), "\(outcome)")
        #expect(try cloud.messages("stream", expecting: 1).map { $0.attributes["candid"] } == ["7"])
        #expect(server.stop(within: .seconds(20)))
    }

    @Test("killed, it publishes again and loses nothing") func killed() throws {
        _ = try cloud.make("stream")
        try send(try packets(1...3_000))
        // With a name of its own a member that comes back takes the dead one's place; this server never misses another.
        let properties = [
            "--kafka-property", "session.timeout.ms=6000", "--kafka-property", "group.instance.id=relay",
        ]
        var kills = 0
        for delay in [0.3, 0.5, 0.7] {
            let process = try consume(properties[0], properties[1], properties[2], properties[3])
            if !process.ends(within: delay) {
                process.kill()
                kills += 1
            }
            _ = try process.outcome()
        }
        #expect(kills > 0)
        let outcome = try consume(properties[0], properties[1], properties[2], properties[3]).outcome()
        #expect(outcome.status == 0, "\(outcome)")
        let ids = Set(
            try cloud.messages("stream", expecting: 3_000, seconds: 60).compactMap { $0.attributes["candid"] })
        #expect(ids.count == 3_000)
    }

    @Test("a message that Pub/Sub would refuse goes to the dead letters with the reason, and the topic continues")
    func refused() throws {
        _ = try cloud.make("stream")
        _ = try cloud.make("dead")
        // The server has no messages of more than 10 MB; an attribute of more than 1 kB is refused in the same way.
        var long = SmallPacket(candid: 3)
        long.objectId = String(repeating: "Z", count: 2_000)
        let packet = try long.container()
        try send([try SmallPacket(candid: 1).container(), packet, try SmallPacket(candid: 2).container()])
        let refused = try consume().outcome()
        #expect(refused.status == 1 && refused.errors.contains("longer than 1024 bytes"), "\(refused)")
        let outcome = try consume("--dead-letters", "pubsub://\(cloud.project)/dead").outcome()
        #expect(outcome.status == 0, "\(outcome)")
        let got = try cloud.messages("stream", expecting: 2)
        #expect(Set(got.compactMap { $0.attributes["candid"] }) == ["1", "2"])
        let letter = try #require(try cloud.messages("dead", expecting: 1).first)
        #expect(letter.data == packet && letter.attributes["dead_letter_stage"] == "consume")
        #expect(letter.attributes["kafka.partition"] == "1" && letter.attributes["kafka.offset"] == "0")
        #expect(letter.attributes["dead_letter_reason"]?.contains("longer than 1024 bytes") == true)
    }
}

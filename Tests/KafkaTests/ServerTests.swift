import Foundation
import Kafka
import TestServers
import Testing

/// Against a real server; what is expected follows from what the test itself sent.
@Suite(.serialized, .enabled(if: PythonEnvironment.isThere, "scripts/python-env could not make its environment"))
struct ServerTests {
    @Test func everyPartOfAMessageComesBack() throws {
        let server = try KafkaServer()
        try KafkaAdmin(server.configuration).create(topic: "t", partitions: 1)
        let producer = try KafkaProducer(server.configuration)
        let large = (0..<70_000).map { UInt8(truncatingIfNeeded: $0) }
        try producer.send(
            topic: "t", key: Array("ZTF24a".utf8)[...], payload: large[10...],
            headers: [KafkaHeader("candid", "1"), KafkaHeader("candid", ""), KafkaHeader("ü", "é")],
            timestamp: 1_700_000_000_123)
        try producer.send(topic: "t", key: [], payload: [])
        try producer.send(topic: "t", payload: [7])
        try producer.flush()
        #expect(producer.deliveries.sent == 3 && producer.deliveries.delivered == 3)

        let consumer = try KafkaConsumer(server.configuration, group: nil)
        try consumer.assign([KafkaPartition("t", 0): .beginning])
        var messages: [KafkaMessage] = []
        #expect(try consumer.read({ messages += $0.messages }, until: { messages.count == 3 }))
        #expect(messages.map(\.offset) == [0, 1, 2])
        #expect(messages[0].payload.elementsEqual(large[10...]))
        #expect(messages[0].key.map(Array.init) == Array("ZTF24a".utf8))
        #expect(messages[0].headers.map(\.name) == ["candid", "candid", "ü"])
        #expect(messages[0].headers.map { String(decoding: $0.value, as: UTF8.self) } == ["1", "", "é"])
        #expect(messages[0].timestamp == KafkaTimestamp(milliseconds: 1_700_000_000_123, kind: .created))
        #expect(messages[1].key?.isEmpty == true && messages[1].payload.isEmpty && messages[1].headers.isEmpty)
        #expect(messages[2].key == nil && messages[2].payload == [7])
    }

    @Test func readingBeginsWhereTheCallerSays() throws {
        let server = try KafkaServer()
        try server.fill("t", partitions: 2, messages: 100)
        let consumer = try KafkaConsumer(server.configuration, group: nil)
        let partitions = [KafkaPartition("t", 0), KafkaPartition("t", 1)]
        try consumer.assign([partitions[0]: .offset(40), partitions[1]: .end])
        var offsets: [Int64] = []
        var ends: [KafkaPartition: Int64] = [:]
        let isRead = try consumer.read { poll in
            offsets += poll.messages.map(\.offset)
            for case .reachedEnd(let partition, let offset) in poll.events { ends[partition] = offset }
        } until: {
            ends.count == 2
        }
        #expect(isRead)
        #expect(offsets == Array(40..<50))
        #expect(ends == [partitions[0]: 50, partitions[1]: 50])

        try consumer.seek([partitions[1]: 49])
        #expect(
            try consumer.read(
                { offsets += $0.messages.map(\.offset) }, until: { offsets.last == 49 && offsets.count == 11 }))
        #expect(try consumer.watermarks(of: partitions[0]) == KafkaWatermarks(low: 0, high: 50))
        #expect(throws: KafkaError.self) { try consumer.assign([partitions[0]: .offset(-1)]) }
    }

    @Test func aBatchKeepsItsBounds() throws {
        let server = try KafkaServer()
        try server.fill("t", partitions: 1, messages: 300, size: 1_000)
        let consumer = try KafkaConsumer(server.configuration, group: nil)
        try consumer.assign([KafkaPartition("t", 0): .beginning])
        var count = 0
        var largest = (messages: 0, bytes: 0)
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(300)
        while count < 300, clock.now < deadline {
            let poll = try consumer.poll(timeout: .seconds(1), maxMessages: 50, maxBytes: 20_500)
            count += poll.messages.count
            largest = (
                max(largest.messages, poll.messages.count),
                max(largest.bytes, poll.messages.reduce(0) { $0 + $1.payload.count })
            )
        }
        #expect(count == 300)
        // 20 messages of 1,000 bytes stay below 20,500; the 21st goes beyond, and is the last.
        #expect(largest.messages <= 21 && largest.bytes <= 21_000)
    }

    @Test func offsetsByTime() throws {
        let server = try KafkaServer()
        try KafkaAdmin(server.configuration).create(topic: "t", partitions: 1)
        let producer = try KafkaProducer(server.configuration)
        for number in 0..<10 {
            try producer.send(topic: "t", payload: [1], timestamp: 1_700_000_000_000 + Int64(number) * 1_000)
        }
        try producer.flush()
        let consumer = try KafkaConsumer(server.configuration, group: nil)
        let partition = KafkaPartition("t", 0)
        #expect(try consumer.offsets(notBefore: 1_700_000_003_500, in: [partition]) == [partition: 4])
        #expect(try consumer.offsets(notBefore: 1_800_000_000_000, in: [partition]) == [:])
    }

    @Test func pausedPartitionsGiveNothing() throws {
        let server = try KafkaServer()
        try server.fill("t", partitions: 2, messages: 20)
        let consumer = try KafkaConsumer(server.configuration, group: nil)
        let partitions = [KafkaPartition("t", 0), KafkaPartition("t", 1)]
        try consumer.assign([partitions[0]: .beginning, partitions[1]: .beginning])
        try consumer.pause([partitions[1]])
        var from: [Int32: Int] = [:]
        let count: (KafkaPoll) -> Void = {
            for message in $0.messages { from[message.partition.number, default: 0] += 1 }
        }
        #expect(try consumer.read(count, until: { from[0] == 10 }))
        // Of what is sent later, too, only the other partition's comes.
        try server.send("t", partitions: 2, numbers: 20..<40)
        #expect(try consumer.read(count, until: { from[0] == 20 }))
        #expect(from == [0: 20])
        try consumer.resume([partitions[1]])
        #expect(try consumer.read(count, until: { from[1] == 20 }))
        #expect(from == [0: 20, 1: 20])
    }

    @Test func topicsAreMadeDescribedAndDeleted() throws {
        let server = try KafkaServer()
        let admin = try KafkaAdmin(server.configuration)
        #expect(try admin.topic("night") == nil)
        // Asking must not make it.
        #expect(try admin.topic("night") == nil)
        try admin.create(topic: "night", partitions: 8, retention: .seconds(7 * 86_400))
        #expect(try admin.topic("night")?.partitions.map(\.number) == Array(0..<8))
        #expect(try admin.settings(of: "night")["retention.ms"] == "604800000")
        #expect { try admin.create(topic: "night", partitions: 8) } throws: {
            ($0 as? KafkaError)?.code == .topicExists
        }
        #expect(try admin.watermarks(of: "night").values.allSatisfy { $0.count == 0 })
        try admin.delete(topic: "night")
        #expect(try admin.topic("night") == nil)
        #expect { try admin.delete(topic: "night") } throws: { ($0 as? KafkaError)?.code == .unknownTopic }
        #expect { try admin.watermarks(of: "night") } throws: { ($0 as? KafkaError)?.code == .unknownTopic }
    }
}

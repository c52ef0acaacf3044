import Foundation
import Kafka
import TestServers
import Testing

/// A server that goes and comes back.
@Suite(.serialized, .enabled(if: PythonEnvironment.isThere, "scripts/python-env could not make its environment"))
struct OutageTests {
    @Test func aKilledServerIsToldOnceAndReadingGoesOn() throws {
        let server = try KafkaServer()
        try server.fill("t", partitions: 2, messages: 100)
        let consumer = try KafkaConsumer(server.configuration, group: nil)
        try consumer.assign([KafkaPartition("t", 0): .beginning, KafkaPartition("t", 1): .beginning])
        var numbers: [Int] = []
        var events: [KafkaEvent] = []
        let take: (KafkaPoll) -> Void = { poll in
            numbers += poll.messages.compactMap(\.number)
            events += poll.events.filter { if case .reachedEnd = $0 { false } else { true } }
        }
        #expect(try consumer.read(take, until: { numbers.count == 100 }))
        #expect(events == [])

        try server.waitUntilSaved()
        server.kill()
        #expect(try consumer.read(take, until: { events.contains(.allServersLost) }))
        // Further attempts to connect are no news.
        let port = try RefusingPort(server.port)
        #expect(try consumer.read(take, until: { port.attempts >= 5 }))
        port.close()
        let lost = events.filter { if case .serverLost(server.address, _) = $0 { true } else { false } }
        // librdkafka may say that all are lost, and of none that it is.
        #expect(lost.count <= 1 && events.count == lost.count + 1, "\(events)")

        try server.start()
        try server.send("t", partitions: 2, numbers: 100..<200)
        #expect(try consumer.read(take, until: { numbers.count >= 200 && events.count >= lost.count + 2 }))
        #expect(numbers.sorted() == Array(0..<200))
        #expect(events.last == .serverBack(server: server.address) && events.count == lost.count + 2, "\(events)")
    }

    @Test func aProducerWaitsForTheServer() throws {
        let server = try KafkaServer()
        try KafkaAdmin(server.configuration).create(topic: "t", partitions: 1)
        var configuration = server.configuration
        configuration["queue.buffering.max.messages"] = "10"
        let producer = try KafkaProducer(configuration)
        try producer.send(topic: "t", payload: [0])
        try producer.flush()
        try server.waitUntilSaved()
        server.kill()
        // The queue takes ten; the next waits for room in vain.
        for number in 1...10 { try producer.send(topic: "t", payload: [UInt8(number)]) }
        #expect {
            try producer.send(topic: "t", payload: [99], timeout: .milliseconds(300))
        } throws: {
            ($0 as? KafkaError)?.code == .queueFull
        }
        #expect { try producer.flush(timeout: .milliseconds(100)) } throws: { ($0 as? KafkaError)?.code == .timedOut }
        try server.start()
        try producer.flush()
        #expect(producer.deliveries.delivered == 11 && producer.deliveries.failed == 0)
        let marks = try KafkaAdmin(configuration).watermarks(of: "t")
        #expect(marks.values.map(\.high) == [11])
    }

    @Test func aDeletedTopicIsToldOnce() throws {
        let server = try KafkaServer()
        let topics = ["t", "u", "v"]
        for topic in topics { try server.fill(topic, partitions: 1, messages: 10) }
        var configuration = server.configuration
        // Else librdkafka looks every five minutes, and believes it half a minute later.
        configuration["topic.metadata.refresh.interval.ms"] = "500"
        configuration["topic.metadata.propagation.max.ms"] = "1000"
        let consumer = try KafkaConsumer(configuration, group: nil)
        try consumer.assign(Dictionary(uniqueKeysWithValues: topics.map { (KafkaPartition($0, 0), .beginning) }))
        var count = 0
        var events: [KafkaEvent] = []
        let take: (KafkaPoll) -> Void = { poll in
            count += poll.messages.count
            events += poll.events.filter { if case .reachedEnd = $0 { false } else { true } }
        }
        #expect(try consumer.read(take, until: { count == 30 }))
        // The look that finds the next one missing finds those before it missing once more.
        for topic in topics {
            try KafkaAdmin(configuration).delete(topic: topic)
            #expect(try consumer.read(take, until: { events.contains(.topicMissing(topic)) }))
        }
        #expect(events == topics.map { .topicMissing($0) })
    }
}

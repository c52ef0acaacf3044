import Foundation
import Kafka
import TestServers
import Testing

/// What is written together is read together or not at all.
@Suite(.serialized, .enabled(if: PythonEnvironment.isThere, "scripts/python-env could not make its environment"))
struct TransactionTests {
    @Test func messagesAndOffsetsTogether() throws {
        let server = try KafkaServer()
        try server.fill("in", partitions: 1, messages: 10)
        try KafkaAdmin(server.configuration).create(topic: "out", partitions: 1)
        let consumer = try KafkaConsumer(server.configuration, group: "g")
        try consumer.subscribe(["in"])
        var count = 0
        #expect(try consumer.read({ count += $0.messages.count }, until: { count == 10 }))

        let producer = try KafkaProducer(server.configuration, transactionalID: "w")
        try producer.initTransactions()
        let partition = KafkaPartition("in", 0)
        try producer.begin()
        try producer.send(topic: "out", payload: [1])
        try producer.sendOffsets([partition: 5], of: consumer)
        try producer.abort()
        #expect(try consumer.committed([partition]) == [:])
        try producer.begin()
        try producer.send(topic: "out", payload: [2])
        try producer.sendOffsets([partition: 10], of: consumer)
        try producer.commit()
        #expect(try consumer.committed([partition]) == [partition: 10])

        let reader = try KafkaConsumer(server.configuration, group: nil)
        try reader.assign([KafkaPartition("out", 0): .beginning])
        var payloads: [[UInt8]] = []
        var end: Int64?
        let isRead = try reader.read { poll in
            payloads += poll.messages.map { Array($0.payload) }
            for case .reachedEnd(_, let offset) in poll.events { end = offset }
        } until: {
            end != nil
        }
        #expect(isRead)
        #expect(payloads == [[2]])
        // The markers of both transactions take an offset each; the end counts them.
        #expect(try end == reader.watermarks(of: KafkaPartition("out", 0)).high)
        try consumer.close()
    }

    @Test func aLaterProducerOfTheNameFencesTheFirst() throws {
        let server = try KafkaServer()
        try KafkaAdmin(server.configuration).create(topic: "out", partitions: 1)
        let first = try KafkaProducer(server.configuration, transactionalID: "w")
        try first.initTransactions()
        try first.begin()
        try first.send(topic: "out", payload: [1])
        let second = try KafkaProducer(server.configuration, transactionalID: "w")
        try second.initTransactions()
        #expect {
            try first.commit()
        } throws: { error in
            (error as? KafkaError)?.recovery == .newClient
        }
        try second.begin()
        try second.send(topic: "out", payload: [2])
        try second.commit()
    }

    @Test func callsInTheWrongOrderAreRefused() throws {
        let server = try KafkaServer()
        let producer = try KafkaProducer(server.configuration, transactionalID: "w")
        #expect { try producer.begin() } throws: { ($0 as? KafkaError)?.code == .state }
    }
}

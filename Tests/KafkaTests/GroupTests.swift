import Foundation
import Kafka
import TestServers
import Testing

/// Members of a group, and the group's offsets.
@Suite(.serialized, .enabled(if: PythonEnvironment.isThere, "scripts/python-env could not make its environment"))
struct GroupTests {
    private let partitions: Int32 = 4

    @Test func twoMembersShareATopic() throws {
        let server = try KafkaServer(isFenced: true)
        try server.fill("t", partitions: partitions, messages: 400)
        let first = try KafkaConsumer(server.configuration, group: "g")
        try first.subscribe(["t"])
        var seen: [Int] = []
        #expect(try first.read({ seen += $0.messages.compactMap(\.number) }, until: { seen.count == 400 }))
        #expect(first.assignment.count == 4)
        try first.commit(Dictionary(uniqueKeysWithValues: first.assignment.map { ($0, 100) }))

        // The second member comes: the first is asked to let go of some, and keeps the others all the while.
        let second = try KafkaConsumer(server.configuration, group: "g")
        try second.subscribe(["t"])
        var revoked: [KafkaPartition] = []
        var isLost = false
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(300)
        func isShared() -> Bool {
            first.assignment.count == 2 && second.assignment.count == 2
                && Set(first.assignment + second.assignment).count == 4
        }
        while clock.now < deadline, !isShared() {
            for consumer in [first, second] {
                let poll = try consumer.poll(timeout: .milliseconds(20))
                #expect(poll.messages.isEmpty)
                guard let rebalance = poll.rebalance else { continue }
                if case .revoked(let partitions, let lost) = rebalance {
                    revoked += partitions
                    isLost = isLost || lost
                }
                try consumer.accept(rebalance)
            }
        }
        #expect(isShared())
        #expect(revoked.count == 2 && !isLost)

        try server.send("t", partitions: partitions, numbers: 400..<800)
        var later: [Int] = []
        while clock.now < deadline, later.count < 400 {
            for consumer in [first, second] {
                let poll = try consumer.poll(timeout: .milliseconds(20))
                later += poll.messages.compactMap(\.number)
                if let rebalance = poll.rebalance { try consumer.accept(rebalance) }
            }
        }
        // Every message once, none of those committed again.
        #expect(later.sorted() == Array(400..<800))

        // One leaves; the other is given its partitions at once.
        try second.close()
        #expect(try first.read(until: { first.assignment.count == 4 }))
        try first.close()
        #expect { try first.poll(timeout: .zero) } throws: { ($0 as? KafkaError)?.code == .state }
    }

    @Test func aMemberBeginsWhereItsOwnBooksSay() throws {
        let server = try KafkaServer()
        try server.fill("t", partitions: 2, messages: 100)
        let consumer = try KafkaConsumer(server.configuration, group: "g")
        try consumer.subscribe(["^t$"])
        var offsets: [Int32: Set<Int64>] = [:]
        let isRead = try consumer.read(startingAt: [
            KafkaPartition("t", 0): .offset(30), KafkaPartition("t", 1): .beginning,
        ]) {
            for message in $0.messages { offsets[message.partition.number, default: []].insert(message.offset) }
        } until: {
            offsets[0]?.contains(49) == true && offsets[1]?.contains(49) == true
        }
        #expect(isRead)
        #expect(offsets == [0: Set(30..<50), 1: Set(0..<50)])
        try consumer.close()
    }

    @Test func anUnansweredRebalanceIsNotForgotten() throws {
        let server = try KafkaServer()
        try server.fill("t", partitions: 1, messages: 10)
        let consumer = try KafkaConsumer(server.configuration, group: "g")
        try consumer.subscribe(["t"])
        var rebalance: KafkaRebalance?
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(300)
        while rebalance == nil, clock.now < deadline {
            rebalance = try consumer.poll(timeout: .milliseconds(100)).rebalance
        }
        #expect(rebalance == .assigned([KafkaPartition("t", 0)]))
        #expect { try consumer.poll(timeout: .zero) } throws: { ($0 as? KafkaError)?.code == .state }
        // Closing answers it.
        try consumer.close()
    }

    @Test func committedOffsetsOutliveTheServer() throws {
        let server = try KafkaServer()
        try server.fill("t", partitions: 2, messages: 100)
        let partitions = [KafkaPartition("t", 0), KafkaPartition("t", 1)]
        var quick = server.configuration
        quick["session.timeout.ms"] = "6000"
        let consumer = try KafkaConsumer(quick, group: "g")
        try consumer.subscribe(["t"])
        var count = 0
        #expect(try consumer.read({ count += $0.messages.count }, until: { count == 100 }))
        #expect(try consumer.committed(partitions) == [:])
        try consumer.commit([partitions[0]: 20])
        #expect(try consumer.committed(partitions) == [partitions[0]: 20])
        let lag = try KafkaAdmin(server.configuration).lag(of: "g", in: "t")
        #expect(lag.map(\.messages) == [30, 50])
        #expect(lag.map(\.committed) == [20, nil])
        try consumer.close()
        try server.waitUntilSaved()
        server.kill()
        try server.start()

        // The server may remember a member that it saw last; it waits for that one as long as that one said.
        let again = try KafkaConsumer(quick, group: "g")
        try again.subscribe(["t"])
        var offsets: [Int32: [Int64]] = [:]
        let isRead = try again.read {
            for message in $0.messages { offsets[message.partition.number, default: []].append(message.offset) }
        } until: {
            offsets[0]?.last == 49 && offsets[1]?.last == 49
        }
        #expect(isRead)
        #expect(offsets == [0: Array(20..<50), 1: Array(0..<50)])
        try again.close()
    }
}

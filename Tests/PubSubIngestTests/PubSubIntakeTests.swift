import DataLayout
import Foundation
import GoogleAuth
import PubSub
import Packets
import PubSubIngest
import TestServers
import TestSupport
import Testing
import Threads

@testable import Broker

/// What is acknowledged, against the emulator.
@Suite(.enabled(if: PubSubEmulator.isThere, "\(PubSubEmulator.skipped)"))
struct PubSubIntakeTests {
    private let client: PubSubClient
    private let topic: TopicName
    private let subscription: SubscriptionName
    private let folder: TemporaryFolder

    init() throws {
        let project = "test-\(UUID().uuidString.prefix(8).lowercased())"
        client = try PubSubClient(credentials: .none, emulator: try PubSubEmulator.shared.get().address)
        topic = TopicName(project: project, id: "stream")
        subscription = SubscriptionName(project: project, id: "stream")
        folder = try TemporaryFolder()
        try client.create(PubSub.Topic(topic))
        try client.create(PubSub.Subscription(subscription, topic: topic))
    }

    private func publish(_ count: Int) throws {
        let publisher = Publisher(client, to: topic)
        let tickets = try (0..<count).map { try publisher.publish(Array("\($0)".utf8), attributes: [:]) }
        for ticket in tickets { _ = try ticket.wait() }
        try publisher.close()
    }

    /// Reads in a thread of its own, and gives all batches until there are so many packets.
    private func read(
        _ intake: any Intake, packets count: Int, stop: StopSignal
    ) throws -> [IntakeBatch] {
        let queue = IntakeQueue(limit: 1 << 20)
        Thread.detachNewThread {
            try? intake.read(into: queue, stop: stop)
            queue.events.finish()
        }
        var batches: [IntakeBatch] = []
        while batches.map(\.packets.count).reduce(0, +) < count {
            guard case .value(.batch(let batch)) = queue.events.next(within: .seconds(120)) else { break }
            batches.append(batch)
        }
        return batches
    }

    private func open(_ source: PubSubSource, stop: StopSignal) throws -> any Intake {
        try source.open(IntakeContext(DataFolder(folder.file("data")), stop: stop) { _ in })
    }

    @Test("only committed messages are acknowledged; the rest of the batch is delivered again") func parts() throws {
        try publish(20)
        var source = PubSubSource(client: client, subscription: subscription)
        source.idle = nil
        let stop = StopSignal()
        let intake = try open(source, stop: stop)
        let batches = try read(intake, packets: 20, stop: stop)
        #expect(batches.map(\.packets.count).reduce(0, +) == 20)
        // Without places of their own they are numbered on.
        let numbers = batches.flatMap { $0.packets.map(\.location.ordinal) }
        #expect(numbers == Array(0..<20))
        // Of each batch the first is written and committed; the rest goes into a transaction that is rolled back.
        var committed: Set<String> = []
        for batch in batches {
            let first = batch.packets[0]
            committed.insert(String(decoding: first.bytes, as: UTF8.self))
            _ = batch.receipt?.admit(first.location.ordinal...first.location.ordinal)
        }
        intake.didCommit()
        for batch in batches where batch.packets.count > 1 {
            let last = batch.packets[batch.packets.count - 1].location.ordinal
            _ = batch.receipt?.admit(batch.packets[1].location.ordinal...last)
        }
        intake.rollBack()
        intake.didCommit()
        stop.set()
        intake.close()

        let again = StopSignal()
        let second = try open(source, stop: again)
        let rest = try read(second, packets: 20 - committed.count, stop: again)
        let texts = Set(rest.flatMap { $0.packets.map { String(decoding: $0.bytes, as: UTF8.self) } })
        #expect(texts == Set((0..<20).map(String.init)).subtracting(committed))
        again.set()
        second.close()
    }

    @Test("a missing subscription is an error before anything is read") func missing() throws {
        let name = SubscriptionName(project: subscription.project, id: "none")
        let error = #expect(throws: BrokerError.self) {
            try open(PubSubSource(client: client, subscription: name), stop: StopSignal())
        }
        #expect(error?.code == .intake)
    }
}

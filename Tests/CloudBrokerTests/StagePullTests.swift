import CloudBroker
import Foundation
import GoogleAuth
import PubSub
import TestServers
import TestSupport
import Testing
import Threads

@Suite(.enabled(if: PubSubEmulator.isThere, "\(PubSubEmulator.skipped)"))
struct StagePullTests {
    private let cloud: CloudFixture
    private let notes = Recording.Notes()
    private let said = Gathered<String>()
    private let stop = StopSignal()

    init() throws { cloud = try CloudFixture() }

    private func publish(_ candids: ClosedRange<Int64>, to topic: TopicName) throws {
        try cloud.output(topic).publish(
            try candids.map { (data: try SmallPacket(candid: $0).container(), attributes: [:]) })
    }

    private func pull(idle: Duration?) -> StagePull {
        var settings = StagePull.Settings()
        settings.workers = 2
        settings.batchMessages = 8
        settings.idle = idle
        let said = said
        return StagePull(
            Subscriber(cloud.client, to: cloud.subscription("stream")), settings, stop: stop, log: { said.add($0) })
    }

    /// Runs it in a thread of its own.
    private func start(_ pull: StagePull) -> Gathered<Result<StageCounts, GoogleCloudError>> {
        let (outcome, notes) = (Gathered<Result<StageCounts, GoogleCloudError>>(), notes)
        Thread.detachNewThread {
            outcome.add(
                Result { () throws(GoogleCloudError) in try pull.run { Recording(notes: notes).worker() } })
        }
        return outcome
    }

    @Test("a service that fails is waited out with the messages in hand") func waitsOut() throws {
        // A second delivery would make it a dead letter.
        let dead = try cloud.make("dead")
        let topic = try cloud.make("stream") { subscription in
            subscription.deadLetterPolicy = PubSub.DeadLetterPolicy(dead, maxDeliveryAttempts: 5)
        }
        notes.refuse(with: .test(.unavailable))
        try publish(1...30, to: topic)
        let outcome = start(pull(idle: .seconds(10)))
        #expect(waits { !said.values.isEmpty && notes.refusals >= 5 })
        #expect(outcome.values.isEmpty && notes.stored.isEmpty)
        notes.refuse(with: nil)
        #expect(waits { !outcome.values.isEmpty })
        #expect(try outcome.values.first?.get() == StageCounts(messages: 30, alerts: 30))
        #expect(notes.stored.sorted() == Array(1...30))
        #expect(said.values.first?.hasPrefix("waits and retries: ") == true && said.values.contains("continues"))
        #expect(try cloud.messages("dead", expecting: 0).isEmpty)
    }

    @Test("a permanent error ends it, and the messages are delivered again") func refusal() throws {
        let topic = try cloud.make("stream")
        notes.refuse(with: .test(.permissionDenied))
        try publish(1...5, to: topic)
        let outcome = start(pull(idle: nil))
        #expect(waits { !outcome.values.isEmpty })
        #expect(throws: GoogleCloudError.self) { try outcome.values.first?.get() }
        #expect(notes.stored.isEmpty)
        #expect(Set(try cloud.messages("stream", expecting: 5).map(\.messageID)).count == 5)
    }

    @Test("a stop finishes messages in progress, and returns the rest") func drains() throws {
        let topic = try cloud.make("stream")
        try publish(1...200, to: topic)
        let outcome = start(pull(idle: nil))
        #expect(waits { notes.stored.count >= 20 })
        stop.set()
        #expect(waits { !outcome.values.isEmpty })
        let done = try #require(try outcome.values.first?.get())
        #expect(done.messages == notes.stored.count)
        // Nothing is lost: what was not taken is still there. The emulator may give some of the others once more.
        let left = try cloud.messages("stream", expecting: 200 - done.messages)
        #expect(left.count >= 200 - done.messages)
        #expect(!said.values.contains { $0.hasPrefix("some acknowledgements") })
    }
}

import Foundation
import GoogleAuth
import PubSub
import TestServers
import Testing

@Suite(.enabled(if: PubSubEmulator.isThere, "\(PubSubEmulator.skipped)"))
struct SubscriberTests {
    @Test func acknowledgedMessagesDoNotComeAgain() throws {
        let fixture = try PubSubFixture { $0.ackDeadlineSeconds = 10 }
        try fixture.publish((0..<2_500).map { "\($0)" })
        let subscriber = fixture.subscriber { $0.outstandingMessages = 5_000 }
        let received = try subscriber.receive(2_500)
        #expect(Set(received.map(\.text)).count == 2_500)
        let ticket = subscriber.ack(received)
        #expect(subscriber.flush(timeout: .seconds(300)))
        #expect(ticket.wait(for: .zero) == Array(repeating: .done, count: 2_500))
        #expect(subscriber.close(timeout: .seconds(300)) && subscriber.failedReleases == 0)
        #expect(try fixture.subscriber().receive(1, seconds: 2).isEmpty)
        #expect(try subscriber.next(timeout: .seconds(1)).isEmpty)
    }

    @Test func aMessageGivenBackComesAgain() throws {
        let fixture = try PubSubFixture()
        try fixture.publish(["one"])
        let subscriber = fixture.subscriber()
        for _ in 0..<3 {
            let received = try subscriber.receive(1)
            #expect(received.map(\.text) == ["one"])
            subscriber.nack(received)
        }
        subscriber.ack(try subscriber.receive(1))
        subscriber.close(timeout: .seconds(300))
    }

    /// A message whose lease is not extended comes again; one that was leased before it, and is still held, does not.
    @Test func leasesAreExtended() throws {
        let fixture = try PubSubFixture { $0.ackDeadlineSeconds = 15 }
        try fixture.publish(["held"])
        let holder = fixture.subscriber { $0.ackDeadline = .seconds(15) }
        let held = try holder.receive(1)
        #expect(held.count == 1)
        holder.stop()
        try fixture.publish(["dropped"])
        let other = fixture.subscriber {
            $0.ackDeadline = .seconds(15)
            $0.longestLease = .zero
        }
        #expect(try other.receive(2).map(\.text) == ["dropped", "dropped"])
        let ticket = holder.ack(held)
        #expect(ticket.wait(for: .seconds(300)) == [.done])
    }

    @Test func aSubscriberLetGoLeavesItsMessages() throws {
        let fixture = try PubSubFixture { $0.ackDeadlineSeconds = 10 }
        try fixture.publish(["a", "b", "c"])
        let acknowledged = try letGo(of: fixture.subscription)
        let next = fixture.subscriber()
        var again: Set<String> = []
        // The emulator may give them to the stream that ended once more before it sees that nobody is there.
        let end = ContinuousClock().now + .seconds(600)
        while again.count < 2 && ContinuousClock().now < end {
            let deliveries = try next.next(timeout: .seconds(5))
            again.formUnion(deliveries.map(\.text))
            next.ack(deliveries)
        }
        #expect(again == Set(["a", "b", "c"]).subtracting([acknowledged]))
        next.close(timeout: .seconds(300))
    }

    /// Receives three messages, acknowledges one, and goes without a word of the others.
    ///
    /// - Returns: The one that was acknowledged.
    private func letGo(of subscription: SubscriptionName) throws -> String {
        // With a connection of its own: the emulator goes on giving messages to a stream that ended before that did.
        var settings = SubscriberSettings()
        settings.ackDeadline = .seconds(10)
        let client = try PubSubClient(credentials: .none, emulator: PubSubEmulator.shared.get().address)
        let lost = Subscriber(client, to: subscription, settings)
        // Threads must not end before the acknowledgement is sent.
        return try withExtendedLifetime(lost) {
            var received: [Delivery] = []
            let end = ContinuousClock().now + .seconds(300)
            // On a busy machine a lease may end before it is renewed, and its message come twice.
            while Set(received.map(\.text)).count < 3 && ContinuousClock().now < end {
                received += try lost.next(timeout: .seconds(5))
            }
            let first = try #require(received.first)
            #expect(Set(received.map(\.text)) == ["a", "b", "c"])
            let ticket = lost.ack(received.filter { $0.text == first.text })
            #expect(ticket.wait(for: .seconds(300))?.allSatisfy { $0 == .done } == true)
            return first.text
        }
    }

    @Test func noMoreAreHandedOutThanWanted() throws {
        let fixture = try PubSubFixture()
        try fixture.publish((0..<100).map { "\($0)" })
        let subscriber = fixture.subscriber { $0.outstandingMessages = 10 }
        var texts: Set<String> = []
        for _ in 0..<10 {
            let held = try subscriber.receive(10)
            #expect(held.count == 10)
            #expect(try subscriber.next(timeout: .milliseconds(50)).isEmpty)
            texts.formUnion(held.map(\.text))
            subscriber.ack(held)
        }
        #expect(texts.count == 100)
        #expect(subscriber.close(timeout: .seconds(300)))
    }

    @Test func bytesAreLimitedToo() throws {
        let fixture = try PubSubFixture()
        let publisher = Publisher(fixture.client, to: fixture.topic)
        for _ in 0..<50 { try publisher.publish([UInt8](repeating: 1, count: 100_000)) }
        try publisher.close()
        let subscriber = fixture.subscriber { $0.outstandingBytes = 1_000_000 }
        var count = 0
        while count < 50 {
            let held = try subscriber.receive(min(10, 50 - count))
            #expect(held.count == 10)
            #expect(try subscriber.next(timeout: .milliseconds(50)).isEmpty)
            try #require(!held.isEmpty)
            subscriber.ack(held)
            count += held.count
        }
        #expect(subscriber.close(timeout: .seconds(300)))
    }

    @Test func whatIsNeverAcknowledgedBecomesADeadLetter() throws {
        let fixture = try PubSubFixture()
        let letters = TopicName(project: fixture.topic.project, id: "dead_letters")
        try fixture.client.create(PubSub.Topic(letters))
        let box = SubscriptionName(project: fixture.topic.project, id: "letter-box")
        try fixture.client.create(PubSub.Subscription(box, topic: letters))
        let name = SubscriptionName(project: fixture.topic.project, id: "unlucky")
        var policy = PubSub.Subscription(name, topic: fixture.topic)
        policy.deadLetterPolicy = PubSub.DeadLetterPolicy(letters, maxDeliveryAttempts: 5)
        try fixture.client.create(policy)
        try fixture.publish(["poison"])

        let subscriber = Subscriber(fixture.client, to: name)
        let reader = Subscriber(fixture.client, to: box)
        var attempts: [Int] = []
        var letter: [Delivery] = []
        while letter.isEmpty && attempts.count < 20 {
            for delivery in try subscriber.receive(1, seconds: 1) {
                attempts.append(delivery.attempt)
                subscriber.nack([delivery])
            }
            letter = try reader.next(timeout: .milliseconds(100))
        }
        #expect(letter.map(\.text) == ["poison"])
        #expect(Array(attempts.prefix(5)) == [1, 2, 3, 4, 5], "\(attempts)")
    }

    @Test func seekingBringsBackAndClears() throws {
        let fixture = try PubSubFixture { $0.retainAckedMessages = true }
        let start = ProtobufTimestamp(seconds: Int64(Date().timeIntervalSince1970) - 60)
        try fixture.publish(["old"])
        let first = fixture.subscriber()
        first.ack(try first.receive(1))
        #expect(first.close(timeout: .seconds(300)))

        try fixture.client.seek(fixture.subscription, to: start)
        let second = fixture.subscriber()
        let again = try second.receive(1)
        #expect(again.map(\.text) == ["old"])
        second.nack(again)
        #expect(second.close(timeout: .seconds(300)))

        let now = ProtobufTimestamp(seconds: Int64(Date().timeIntervalSince1970) + 1)
        try fixture.client.seek(fixture.subscription, to: now)
        #expect(try fixture.subscriber().receive(1, seconds: 2).isEmpty)
    }

    @Test func exactlyOnceIsConfirmed() throws {
        let fixture = try PubSubFixture { $0.enableExactlyOnceDelivery = true }
        try fixture.publish((0..<200).map { "\($0)" })
        let subscriber = fixture.subscriber()
        let received = try subscriber.receive(200)
        #expect(Set(received.map(\.text)).count == 200)
        let ticket = subscriber.ack(received)
        #expect(ticket.wait(for: .seconds(300)) == Array(repeating: .done, count: 200))
        #expect(try subscriber.receive(1, seconds: 2).isEmpty)
        #expect(subscriber.close(timeout: .seconds(300)))
    }

    @Test func aStoppedSubscriberFinishes() throws {
        let fixture = try PubSubFixture()
        try fixture.publish((0..<20).map { "\($0)" })
        let subscriber = fixture.subscriber { $0.ackDeadline = .seconds(10) }
        let held = try subscriber.receive(5)
        #expect(held.count == 5)
        subscriber.stop()
        // What it had and did not hand out comes to somebody else.
        let next = fixture.subscriber()
        let others = try next.receive(15)
        #expect(Set((held + others).map(\.text)).count == 20)
        #expect(try subscriber.next(timeout: .seconds(300)).isEmpty)
        let ticket = subscriber.ack(held)
        #expect(subscriber.close(timeout: .seconds(300)))
        #expect(ticket.wait(for: .zero) == Array(repeating: .done, count: 5))
        next.ack(others)
        #expect(next.close(timeout: .seconds(300)))
    }

    @Test func aClosedSubscriberGivesBackWhatItHolds() throws {
        let fixture = try PubSubFixture()
        try fixture.publish((0..<20).map { "\($0)" })
        let subscriber = fixture.subscriber { $0.ackDeadline = .seconds(600) }
        let held = try subscriber.receive(20)
        subscriber.ack(Array(held.prefix(5)))
        #expect(subscriber.close(timeout: .seconds(300)))
        // Long before the leases end.
        let next = fixture.subscriber()
        let others = try next.receive(15)
        #expect(Set(others.map(\.text)) == Set(held.dropFirst(5).map(\.text)))
        next.ack(others)
        #expect(next.close(timeout: .seconds(300)))
    }

    @Test func aSubscriptionThatIsNotThere() throws {
        let fixture = try PubSubFixture()
        let missing = SubscriptionName(project: fixture.topic.project, id: "nothing")
        let subscriber = Subscriber(fixture.client, to: missing)
        for _ in 0..<2 {
            let error = try #require(throws: GoogleCloudError.self) { try subscriber.next(timeout: .seconds(300)) }
            #expect(error.code == .notFound && error.resource == missing.path)
        }
    }

    /// The emulator forgets all when it ends: topic and subscription are made anew, and both clients go on.
    @Test func theServiceIsLostAndComesBack() throws {
        let emulator = try PubSubEmulator()
        let fixture = try PubSubFixture(at: emulator.address)
        var settings = PublisherSettings()
        settings.retries = settings.retries.within(.seconds(60))
        let publisher = Publisher(fixture.client, to: fixture.topic, settings)
        try publisher.publish([1])
        try publisher.flush()
        let subscriber = fixture.subscriber { $0.retries = $0.retries.within(.seconds(60)) }
        let first = try subscriber.receive(1)
        #expect(first.map(\.message.data) == [[1]])
        #expect(subscriber.ack(first).wait(for: .seconds(300)) == [.done])

        emulator.kill()
        let during = try publisher.publish([2])
        #expect(try subscriber.next(timeout: .milliseconds(500)).isEmpty)
        try emulator.start()
        try fixture.make()
        // Both may have come before the topic was there again: then they say so, and do not try for ever. Or a message
        // was taken when the subscription was not yet.
        do throws(GoogleCloudError) { _ = try during.wait() } catch { #expect(error.code == .notFound) }
        _ = try publisher.publish([3]).wait()
        var received: [Delivery] = []
        do throws(GoogleCloudError) {
            while received.last?.message.data != [3] {
                received += try subscriber.receive(1)
                if received.isEmpty { break }
            }
        } catch {
            #expect(error.code == .notFound)
            let again = fixture.subscriber()
            repeat { received = try again.receive(1) } while !received.isEmpty && received.last?.message.data != [3]
        }
        #expect(received.last?.message.data == [3])
    }

    /// Nobody listens: an error within the time stated.
    @Test func retriesEnd() throws {
        let client = try PubSubClient(credentials: .none, emulator: "127.0.0.1:1")
        var settings = PublisherSettings()
        settings.retries = settings.retries.within(.seconds(1))
        let publisher = Publisher(client, to: TopicName(project: "nobody", id: "nothing"), settings)
        let ticket = try publisher.publish([1])
        var pulling = SubscriberSettings()
        pulling.retries = settings.retries
        let subscriber = Subscriber(client, to: SubscriptionName(project: "nobody", id: "nothing"), pulling)
        #expect(try #require(throws: GoogleCloudError.self) { try ticket.wait() }.code == .unavailable)
        let error = try #require(throws: GoogleCloudError.self) { try subscriber.next(timeout: .seconds(300)) }
        #expect(error.code == .unavailable)
    }
}

import Foundation
import GoogleAuth
import PubSub
import TestServers
import Testing

@Suite(.enabled(if: PubSubEmulator.isThere, "\(PubSubEmulator.skipped)"))
struct PubSubResourceTests {
    @Test func aTopicIsMadeFoundAndDeleted() throws {
        let fixture = try PubSubFixture()
        let client = fixture.client
        var wanted = PubSub.Topic(TopicName(project: fixture.topic.project, id: "ztf_salt2"))
        wanted.labels = ["survey": "ztf"]
        wanted.messageRetentionDuration = .seconds(86_400)
        #expect(try client.create(wanted) == wanted)
        let name = try #require(TopicName(path: wanted.name))
        #expect(try client.get(name) == wanted)
        #expect(
            try client.list(PubSub.Topic.self, in: name.project).map(\.name).sorted() == [
                fixture.topic.path, wanted.name,
            ])

        let twice = try #require(throws: GoogleCloudError.self) { try client.create(wanted) }
        #expect(twice.code == .alreadyExists && "\(twice)".contains("ztf_salt2"), "\(twice)")

        try client.delete(name)
        let gone = try #require(throws: GoogleCloudError.self) { try client.get(name) }
        #expect(gone.code == .notFound && "\(gone)".contains("Pub/Sub, \(name.path)"), "\(gone)")
        #expect(try #require(throws: GoogleCloudError.self) { try client.delete(name) }.code == .notFound)
    }

    @Test func aSubscriptionKeepsWhatItWasMadeWith() throws {
        let fixture = try PubSubFixture()
        let client = fixture.client
        let letters = TopicName(project: fixture.topic.project, id: "dead_letters")
        try client.create(PubSub.Topic(letters))
        let name = SubscriptionName(project: fixture.topic.project, id: "filtered")
        var wanted = PubSub.Subscription(name, topic: fixture.topic)
        wanted.ackDeadlineSeconds = 42
        wanted.retainAckedMessages = true
        wanted.messageRetentionDuration = .seconds(3_600)
        wanted.labels = ["stage": "filter"]
        wanted.enableMessageOrdering = true
        wanted.expirationPolicy = PubSub.ExpirationPolicy(ttl: .seconds(172_800))
        // The emulator keeps a filter, and does not apply it.
        wanted.filter = #"attributes.is_pure = "True""#
        wanted.deadLetterPolicy = PubSub.DeadLetterPolicy(letters, maxDeliveryAttempts: 7)
        wanted.retryPolicy = PubSub.RetryPolicy(minimumBackoff: .milliseconds(1_500), maximumBackoff: .seconds(20))
        wanted.enableExactlyOnceDelivery = true
        let made = try client.create(wanted)
        #expect(made == wanted)
        #expect(try client.get(name) == wanted)
        #expect(
            try client.list(PubSub.Subscription.self, in: name.project).map(\.name).sorted() == [
                name.path, fixture.subscription.path,
            ])

        try client.push(name, to: PubSub.PushConfig(pushEndpoint: "http://127.0.0.1:1/push"))
        #expect(try client.get(name).pushConfig?.pushEndpoint == "http://127.0.0.1:1/push")
        try client.push(name, to: nil)
        #expect(try client.get(name).pushConfig == nil)

        try client.delete(name)
        #expect(try #require(throws: GoogleCloudError.self) { try client.get(name) }.code == .notFound)
    }

    @Test func whatTheServiceRefusesIsTold() throws {
        let fixture = try PubSubFixture()
        let short = TopicName(project: fixture.topic.project, id: "a")
        let error = try #require(throws: GoogleCloudError.self) { try fixture.client.create(PubSub.Topic(short)) }
        #expect(error.code == .invalidArgument && error.resource == short.path)
        var wrong = PubSub.Subscription(
            SubscriptionName(project: fixture.topic.project, id: "wrong"), topic: fixture.topic)
        wrong.topic = "projects/\(fixture.topic.project)/topics/nothing"
        #expect(try #require(throws: GoogleCloudError.self) { try fixture.client.create(wrong) }.code == .notFound)
    }

    @Test func namesAreRead() {
        #expect(TopicName(path: "projects/p/topics/t") == TopicName(project: "p", id: "t"))
        #expect(SubscriptionName(path: "projects/p/subscriptions/s")?.path == "projects/p/subscriptions/s")
        for path in ["projects/p/topics/t/u", "projects//topics/t", "projects/p/subscriptions/t", "p/t", ""] {
            #expect(TopicName(path: path) == nil)
        }
    }
}

import Foundation
import GoogleAuth
import PubSub
import TestServers

/// A project of its own on the shared emulator, with a topic and a subscription.
struct PubSubFixture {
    let client: PubSubClient
    let topic: TopicName
    let subscription: SubscriptionName

    /// - Parameters:
    ///   - address: Of the emulator, or of what stands before it.
    ///   - change: What the subscription is to be like.
    /// - Throws: Where the emulator is not there.
    init(at address: String? = nil, _ change: (inout PubSub.Subscription) -> Void = { _ in }) throws {
        let address = try address ?? PubSubEmulator.shared.get().address
        client = try PubSubClient(credentials: .none, emulator: address)
        let project = "test-\(UUID().uuidString.prefix(8).lowercased())"
        topic = TopicName(project: project, id: "ztf_alert_data")
        subscription = SubscriptionName(project: project, id: "ztf_alert_data-counter")
        try make(change)
    }

    /// Makes the topic and the subscription.
    func make(_ change: (inout PubSub.Subscription) -> Void = { _ in }) throws {
        try client.create(PubSub.Topic(topic))
        var wanted = PubSub.Subscription(subscription, topic: topic)
        change(&wanted)
        try client.create(wanted)
    }

    /// Publishes texts and waits until that is done.
    func publish(_ texts: [String], orderingKey: String = "") throws {
        let publisher = Publisher(client, to: topic)
        for text in texts { try publisher.publish(Array(text.utf8), orderingKey: orderingKey) }
        try publisher.close()
    }

    func subscriber(_ change: (inout SubscriberSettings) -> Void = { _ in }) -> Subscriber {
        var settings = SubscriberSettings()
        change(&settings)
        return Subscriber(client, to: subscription, settings)
    }
}

extension Subscriber {
    /// Receives so many messages, or those that come within some seconds.
    func receive(_ count: Int, seconds: Double = 300) throws(GoogleCloudError) -> [Delivery] {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        var received: [Delivery] = []
        while received.count < count && clock.now < end {
            received += try next(timeout: clock.now.duration(to: end), most: count - received.count)
        }
        return received
    }
}

extension Delivery {
    var text: String { String(decoding: message.data, as: UTF8.self) }
}

/// Policies that give up within seconds.
extension RetryPolicy {
    func within(_ duration: Duration) -> RetryPolicy {
        var policy = self
        policy.firstWait = .milliseconds(50)
        policy.mostWait = .milliseconds(400)
        policy.mostTime = duration
        return policy
    }
}

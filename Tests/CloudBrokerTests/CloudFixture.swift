import GoogleAuth
import CloudBroker
import Foundation
import PubSub
import TestServers

/// Topics and subscriptions of a project of their own on the shared emulator.
struct CloudFixture {
    let client: PubSubClient
    let address: String
    let project = "test-\(UUID().uuidString.prefix(8).lowercased())"

    init() throws {
        address = try PubSubEmulator.shared.get().address
        client = try PubSubClient(credentials: .none, emulator: address)
    }

    /// Makes a topic with a subscription of the same name.
    func make(_ name: String, _ change: (inout PubSub.Subscription) -> Void = { _ in }) throws -> TopicName {
        let topic = TopicName(project: project, id: name)
        try client.create(PubSub.Topic(topic))
        var subscription = PubSub.Subscription(subscription(name), topic: topic)
        change(&subscription)
        try client.create(subscription)
        return topic
    }

    func subscription(_ name: String) -> SubscriptionName {
        SubscriptionName(project: project, id: name)
    }

    func output(_ topic: TopicName) -> StreamOutput { StreamOutput(Publisher(client, to: topic)) }

    /// What a topic has, as many as are expected and what comes in the second after.
    func messages(_ name: String, expecting count: Int, seconds: Double = 300) throws -> [PubSub.PubsubMessage] {
        let subscriber = Subscriber(client, to: subscription(name))
        var messages: [PubSub.PubsubMessage] = []
        let deadline = Date.now + seconds
        while Date.now < deadline {
            let some = try subscriber.next(timeout: .seconds(1))
            subscriber.ack(some)
            messages += some.map(\.message)
            if some.isEmpty && messages.count >= count { break }
        }
        subscriber.close(timeout: .seconds(5))
        return messages
    }

    /// What processes that use these emulators are to have in their environment.
    var environment: [String: String] { ["PUBSUB_EMULATOR_HOST": address, "GCE_METADATA_HOST": "127.0.0.1:9"] }
}

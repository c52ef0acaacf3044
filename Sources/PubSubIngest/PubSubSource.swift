package import Broker
package import PubSub

/// A subscription on Pub/Sub that carries a survey's alerts, and how it is read.
package struct PubSubSource: IntakeSource {
    package var client: PubSubClient
    package var subscription: SubscriptionName
    /// The run ends when no message came for this long; `nil` goes on for ever. A subscription has no end of its own.
    package var idle: Duration? = .seconds(10)

    package init(client: PubSubClient, subscription: SubscriptionName) {
        self.client = client
        self.subscription = subscription
    }

    /// Asks for the subscription at once, so that a wrong name or a missing right shows.
    package func open(_ context: IntakeContext) throws(BrokerError) -> any Intake {
        try PubSubIntake(self, context)
    }
}

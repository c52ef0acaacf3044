package import Broker
package import DataLayout
package import PubSub

/// A subscription on Pub/Sub that carries a survey's alerts, and how it is read.
package struct PubSubSource: IntakeSource {
    /// Where the subscription is.
    package var client: PubSubClient
    /// The subscription's name.
    package var subscription: SubscriptionName
    /// The run ends when no message came for this long; `nil` for no end. A subscription has no end of its own.
    ///
    /// Twice as long as a lease: messages of a killed worker are delivered again before the run ends.
    package var idle: Duration? = PubSubIntake.lease * 2

    /// A subscription that is read until no message came for 20 s.
    package init(client: PubSubClient, subscription: SubscriptionName) {
        self.client = client
        self.subscription = subscription
    }

    /// Looks the subscription up, so that a wrong name or a missing permission fails at once.
    ///
    /// - Throws: ``BrokerError`` where there is no such subscription.
    package func open(_ context: IntakeContext) throws(BrokerError) -> any Intake {
        try PubSubIntake(self, context)
    }
}

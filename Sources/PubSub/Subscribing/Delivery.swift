/// A message that a subscriber was given, and its lease: to be acknowledged or given back.
package struct Delivery: Sendable, Hashable {
    /// The message itself.
    package let message: PubSub.PubsubMessage
    /// The name of its lease.
    package let ackID: String
    /// Which delivery this is, from 1; 0 where the subscription has no dead-letter policy.
    package let attempt: Int

    init(_ received: PubSub.ReceivedMessage) {
        message = received.message
        ackID = received.ackID
        attempt = Int(received.deliveryAttempt)
    }

    /// What flow control counts.
    var bytes: Int {
        message.data.count + message.attributes.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
    }
}

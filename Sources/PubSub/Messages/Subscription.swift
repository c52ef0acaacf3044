internal import GoogleAuth
package import Protobuf

extension PubSub {
    /// A subscription to a topic.
    package struct Subscription: PubSubResource, Hashable {
        /// What the service calls it.
        package static let methods = PubSubMethods(
            service: "Subscriber", kind: "Subscription", parameter: "subscription", collection: "subscriptions")

        /// `projects/P/subscriptions/S`.
        package var name = ""
        /// `projects/P/topics/T`; `_deleted-topic_` where that is gone.
        package var topic = ""
        /// Where messages are sent to; `nil` where they are pulled.
        package var pushConfig: PushConfig?
        /// How long a message is left with who pulled it before it comes again, s: 10 to 600; 0 for the service's 10.
        package var ackDeadlineSeconds: Int32 = 0
        /// Whether acknowledged messages are kept as long as the others, for seeking back.
        package var retainAckedMessages = false
        /// How long messages are kept: 10 min to 31 days; `nil` for the service's 7 days.
        package var messageRetentionDuration: Duration?
        /// The owner's labels, by name.
        package var labels: [String: String] = [:]
        /// Whether messages of one key come in order.
        package var enableMessageOrdering = false
        /// When the subscription goes if nobody uses it; `nil` for the service's 31 days.
        package var expirationPolicy: ExpirationPolicy?
        /// Which messages come, by their attributes; cannot be changed. Empty for all.
        package var filter = ""
        /// What becomes of messages that are not acknowledged again and again; `nil` for nothing.
        package var deadLetterPolicy: DeadLetterPolicy?
        /// How long a message that was refused stays away; `nil` for not at all.
        package var retryPolicy: RetryPolicy?
        /// Whether a message that was acknowledged does not come again.
        package var enableExactlyOnceDelivery = false

        /// A subscription with the service's standard settings.
        package init(_ name: SubscriptionName, topic: TopicName) {
            self.name = name.path
            self.topic = topic.path
        }

        package init(_ reader: inout ProtobufReader) throws(ProtobufError) {
            while let (field, _) = try reader.next() {
                switch field {
                case 1: name = try reader.string()
                case 2: topic = try reader.string()
                case 4: pushConfig = try reader.message()
                case 5: ackDeadlineSeconds = try reader.int32()
                case 7: retainAckedMessages = try reader.bool()
                case 8: messageRetentionDuration = try reader.message(ProtobufDuration.self).duration
                case 9:
                    let (key, value) = try reader.mapEntry()
                    labels[key] = value
                case 10: enableMessageOrdering = try reader.bool()
                case 11: expirationPolicy = try reader.message()
                case 12: filter = try reader.string()
                case 13: deadLetterPolicy = try reader.message()
                case 14: retryPolicy = try reader.message()
                case 16: enableExactlyOnceDelivery = try reader.bool()
                default: try reader.skip()
                }
            }
            if pushConfig?.pushEndpoint == "" { pushConfig = nil }  // how the service says that messages are pulled
        }

        package func write(to writer: inout ProtobufWriter) {
            writer.string(1, name.ifSet)
            writer.string(2, topic.ifSet)
            writer.message(4, pushConfig)
            writer.int32(5, ackDeadlineSeconds.ifSet)
            writer.bool(7, retainAckedMessages.ifSet)
            writer.message(8, messageRetentionDuration.map { ProtobufDuration($0) })
            writer.map(9, labels)
            writer.bool(10, enableMessageOrdering.ifSet)
            writer.message(11, expirationPolicy)
            writer.string(12, filter.ifSet)
            writer.message(13, deadLetterPolicy)
            writer.message(14, retryPolicy)
            writer.bool(16, enableExactlyOnceDelivery.ifSet)
        }
    }
}

package import Protobuf

extension PubSub {
    /// A message that was pulled, and the name of its lease.
    package struct ReceivedMessage: ProtobufMessage, Hashable {
        /// The name of the lease, by which it is acknowledged or extended.
        package var ackID = ""
        /// The message itself.
        package var message = PubsubMessage()
        /// Which delivery this is, from 1; 0 where the subscription has no dead-letter policy.
        package var deliveryAttempt: Int32 = 0

        package init(_ reader: inout ProtobufReader) throws(ProtobufError) {
            while let (field, _) = try reader.next() {
                switch field {
                case 1: ackID = try reader.string()
                case 2: message = try reader.message()
                case 3: deliveryAttempt = try reader.int32()
                default: try reader.skip()
                }
            }
        }

        package func write(to writer: inout ProtobufWriter) {
            writer.string(1, ackID.ifSet)
            writer.message(2, message)
            writer.int32(3, deliveryAttempt.ifSet)
        }
    }

    /// Opens a stream; sent again without the subscription it says that the stream is still wanted.
    package struct StreamingPullRequest: ProtobufMessage, Hashable {
        /// `projects/P/subscriptions/S`.
        package var subscription = ""
        /// How long messages are leased, s: 10 to 600.
        package var streamAckDeadlineSeconds: Int32 = 0
        /// Streams with one name are one reader's: ordered messages go on from the broken to the next.
        package var clientID = ""
        /// How many messages may be leased at once; 0 for any.
        package var maxOutstandingMessages: Int64 = 0
        /// And how many bytes of them.
        package var maxOutstandingBytes: Int64 = 0

        /// A request with nothing set.
        package init() {}

        package init(_ reader: inout ProtobufReader) throws(ProtobufError) {
            while let (field, _) = try reader.next() {
                switch field {
                case 1: subscription = try reader.string()
                case 5: streamAckDeadlineSeconds = try reader.int32()
                case 6: clientID = try reader.string()
                case 7: maxOutstandingMessages = try reader.int64()
                case 8: maxOutstandingBytes = try reader.int64()
                default: try reader.skip()
                }
            }
        }

        package func write(to writer: inout ProtobufWriter) {
            writer.string(1, subscription.ifSet)
            writer.int32(5, streamAckDeadlineSeconds.ifSet)
            writer.string(6, clientID.ifSet)
            writer.int64(7, maxOutstandingMessages.ifSet)
            writer.int64(8, maxOutstandingBytes.ifSet)
        }
    }

    /// What comes over a stream.
    package struct StreamingPullResponse: ProtobufMessage, Hashable {
        /// Messages that were leased.
        package var receivedMessages: [ReceivedMessage] = []
        /// What the subscription is like now, in some answers.
        package var subscriptionProperties: SubscriptionProperties?

        package init(_ reader: inout ProtobufReader) throws(ProtobufError) {
            while let (field, _) = try reader.next() {
                switch field {
                case 1: receivedMessages.append(try reader.message())
                case 4: subscriptionProperties = try reader.message()
                default: try reader.skip()
                }
            }
        }

        package func write(to writer: inout ProtobufWriter) {
            for each in receivedMessages { writer.message(1, each) }
            writer.message(4, subscriptionProperties)
        }
    }

    /// What a stream's subscription is like.
    package struct SubscriptionProperties: ProtobufMessage, Hashable {
        /// Whether a message that was acknowledged does not come again.
        package var exactlyOnceDeliveryEnabled = false
        /// Whether messages of one key come in order.
        package var messageOrderingEnabled = false

        package init(_ reader: inout ProtobufReader) throws(ProtobufError) {
            while let (field, _) = try reader.next() {
                switch field {
                case 1: exactlyOnceDeliveryEnabled = try reader.bool()
                case 2: messageOrderingEnabled = try reader.bool()
                default: try reader.skip()
                }
            }
        }

        package func write(to writer: inout ProtobufWriter) {
            writer.bool(1, exactlyOnceDeliveryEnabled.ifSet)
            writer.bool(2, messageOrderingEnabled.ifSet)
        }
    }
}

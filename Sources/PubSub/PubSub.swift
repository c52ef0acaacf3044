/// Google's Pub/Sub, over gRPC (https://cloud.google.com/pubsub/docs/reference/rpc/google.pubsub.v1).
///
/// The messages of its protocol are named as there, and hold the fields in use.
package enum PubSub {
    /// The service's limits (https://cloud.google.com/pubsub/quotas#resource_limits).
    package enum Limits {
        /// Bytes of a request, and of a message with its attributes.
        package static let requestBytes = 10_000_000
        /// Messages of a request.
        package static let messagesPerRequest = 1_000
        /// Attributes of a message.
        package static let attributes = 100
        /// Bytes of an attribute's name.
        package static let attributeKeyBytes = 256
        /// Bytes of an attribute's value.
        package static let attributeValueBytes = 1_024
        /// Bytes of an ordering key.
        package static let orderingKeyBytes = 1_024
        /// Bytes of a request that acknowledges or extends.
        package static let acknowledgeBytes = 524_288
        /// How long a message may be leased at once, s.
        package static let ackDeadline = 10...600
    }
}

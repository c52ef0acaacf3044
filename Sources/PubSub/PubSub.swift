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

/// A topic of a project.
package struct TopicName: Hashable, Sendable, CustomStringConvertible {
    /// The project's id.
    package let project: String
    /// The topic's own name.
    package let topic: String

    /// The name of a topic of a project.
    package init(project: String, topic: String) {
        self.project = project
        self.topic = topic
    }

    /// Out of `projects/P/topics/T`; `nil` for anything else.
    package init?(path: String) {
        guard let (project, topic) = split(path, "topics") else { return nil }
        self.init(project: project, topic: topic)
    }

    /// As the service names it.
    package var path: String { "projects/\(project)/topics/\(topic)" }
    package var description: String { path }
}

/// A subscription of a project, to a topic of that or another one.
package struct SubscriptionName: Hashable, Sendable, CustomStringConvertible {
    /// The project's id.
    package let project: String
    /// The subscription's own name.
    package let subscription: String

    /// The name of a subscription of a project.
    package init(project: String, subscription: String) {
        self.project = project
        self.subscription = subscription
    }

    /// Out of `projects/P/subscriptions/S`; `nil` for anything else.
    package init?(path: String) {
        guard let (project, subscription) = split(path, "subscriptions") else { return nil }
        self.init(project: project, subscription: subscription)
    }

    /// As the service names it.
    package var path: String { "projects/\(project)/subscriptions/\(subscription)" }
    package var description: String { path }
}

private func split(_ path: String, _ kind: String) -> (String, String)? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == "projects", parts[2] == kind, !parts[1].isEmpty, !parts[3].isEmpty else {
        return nil
    }
    return (String(parts[1]), String(parts[3]))
}

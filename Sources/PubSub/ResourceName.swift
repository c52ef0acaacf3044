package import Protobuf

/// A kind of thing that a project of Pub/Sub has by name: a topic or a subscription.
package protocol PubSubResource: ProtobufMessage {
    /// The service's methods for it.
    static var methods: PubSubMethods { get }
    /// As ``ResourceName/path``.
    var name: String { get }
}

/// What the service calls a kind of resource, and the methods that create, get, list and delete it.
package struct PubSubMethods: Sendable {
    /// The part of the service, such as `Publisher`.
    let service: String
    /// As methods have it, such as `Topic`.
    let kind: String
    /// What a request calls it, such as `topic`.
    let parameter: String
    /// The part of its names that says what it is, such as `topics`.
    let collection: String
}

/// The name of a topic or a subscription.
package struct ResourceName<Resource: PubSubResource>: Hashable, Sendable, CustomStringConvertible {
    /// The project's id.
    package let project: String
    /// The resource's own name.
    package let id: String

    /// The name of a project's resource.
    package init(project: String, id: String) {
        self.project = project
        self.id = id
    }

    /// Out of `projects/P/topics/T`, or `projects/P/subscriptions/S`; `nil` for anything else.
    package init?(path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "projects", parts[2] == Resource.methods.collection, !parts[1].isEmpty,
            !parts[3].isEmpty
        else { return nil }
        self.init(project: String(parts[1]), id: String(parts[3]))
    }

    /// As the service names it.
    package var path: String { "projects/\(project)/\(Resource.methods.collection)/\(id)" }
    package var description: String { path }
}

/// The name of a topic of a project.
package typealias TopicName = ResourceName<PubSub.Topic>

/// The name of a subscription of a project, to a topic of that or another one.
package typealias SubscriptionName = ResourceName<PubSub.Subscription>

package import GoogleAuth
internal import Protobuf

/// Topics and subscriptions.
extension PubSubClient {
    // MARK: - Topics

    /// Makes a topic.
    ///
    /// - Returns: The topic as the service has it.
    /// - Throws: ``GoogleCloudError/Code/alreadyExists``, or another error of the service's.
    @discardableResult
    package func create(_ topic: PubSub.Topic) throws(GoogleCloudError) -> PubSub.Topic {
        try call("Publisher/CreateTopic", topic, of: topic.name, "name", retries: Retries.changing)
    }

    /// A topic's properties; ``GoogleCloudError/Code/notFound`` where there is none.
    package func topic(_ name: TopicName) throws(GoogleCloudError) -> PubSub.Topic {
        let request = PubSub.NamingRequest(name.path)
        return try call("Publisher/GetTopic", request, of: name.path, "topic", retries: Retries.reading)
    }

    /// All topics of a project.
    package func topics(in project: String) throws(GoogleCloudError) -> [PubSub.Topic] {
        try list("Publisher/ListTopics", in: project)
    }

    /// Removes a topic; its subscriptions stay, and get nothing any more.
    package func delete(_ name: TopicName) throws(GoogleCloudError) {
        let request = PubSub.NamingRequest(name.path)
        let _: ProtobufEmpty = try call(
            "Publisher/DeleteTopic", request, of: name.path, "topic", retries: Retries.changing)
    }

    // MARK: - Subscriptions

    /// Makes a subscription: it gets what is published from then on.
    ///
    /// - Returns: The subscription as the service has it.
    /// - Throws: ``GoogleCloudError/Code/alreadyExists``, ``GoogleCloudError/Code/notFound`` for the topic, or another
    ///   error of the service's.
    @discardableResult
    package func create(_ subscription: PubSub.Subscription) throws(GoogleCloudError) -> PubSub.Subscription {
        try call(
            "Subscriber/CreateSubscription", subscription, of: subscription.name, "name", retries: Retries.changing)
    }

    /// A subscription's properties; ``GoogleCloudError/Code/notFound`` where there is none.
    package func subscription(_ name: SubscriptionName) throws(GoogleCloudError) -> PubSub.Subscription {
        let request = PubSub.NamingRequest(name.path)
        return try call("Subscriber/GetSubscription", request, of: name.path, "subscription", retries: Retries.reading)
    }

    /// All subscriptions of a project.
    package func subscriptions(in project: String) throws(GoogleCloudError) -> [PubSub.Subscription] {
        try list("Subscriber/ListSubscriptions", in: project)
    }

    /// Removes a subscription with all that it has not delivered.
    package func delete(_ name: SubscriptionName) throws(GoogleCloudError) {
        let request = PubSub.NamingRequest(name.path)
        let _: ProtobufEmpty = try call(
            "Subscriber/DeleteSubscription", request, of: name.path, "subscription", retries: Retries.changing)
    }

    /// Counts everything published before a time as acknowledged, and what is kept from after it as not.
    ///
    /// - Parameters:
    ///   - name: The subscription.
    ///   - time: Now clears it.
    /// - Throws: The service's error.
    package func seek(_ name: SubscriptionName, to time: ProtobufTimestamp) throws(GoogleCloudError) {
        let request = PubSub.SeekRequest(name.path, time: time)
        let _: ProtobufEmpty = try call(
            "Subscriber/Seek", request, of: name.path, "subscription", retries: Retries.reading)
    }

    /// Changes where a subscription's messages are sent; `nil` has them pulled.
    package func push(_ name: SubscriptionName, to config: PubSub.PushConfig?) throws(GoogleCloudError) {
        let request = PubSub.ModifyPushConfigRequest(name.path, config)
        let _: ProtobufEmpty = try call(
            "Subscriber/ModifyPushConfig", request, of: name.path, "subscription", retries: Retries.changing)
    }

    // MARK: - Lists

    private func list<Element: ProtobufMessage>(
        _ method: String, in project: String
    ) throws(GoogleCloudError) -> [Element] {
        let resource = "projects/\(project)"
        var elements: [Element] = []
        var token = ""
        repeat {
            let request = PubSub.ListRequest(project: resource, pageToken: token)
            let page: PubSub.ListResponse<Element> = try call(
                method, request, of: resource, "project", retries: Retries.reading)
            elements += page.elements
            token = page.nextPageToken
        } while !token.isEmpty
        return elements
    }
}

package import GoogleAuth
internal import Protobuf

/// Topics and subscriptions.
extension PubSubClient {
    /// Makes a topic, or a subscription, which gets what is published from then on.
    ///
    /// - Returns: The resource as the service has it.
    /// - Throws: ``GoogleCloudError/Code/alreadyExists``, ``GoogleCloudError/Code/notFound`` for a subscription's topic,
    ///   or another error of the service's.
    @discardableResult
    package func create<Resource: PubSubResource>(_ resource: Resource) throws(GoogleCloudError) -> Resource {
        try call(method("Create", Resource.self), resource, of: resource.name, "name", retries: Retries.changing)
    }

    /// The properties of a topic or a subscription; ``GoogleCloudError/Code/notFound`` where there is none.
    package func get<Resource: PubSubResource>(_ name: ResourceName<Resource>) throws(GoogleCloudError) -> Resource {
        try call(
            method("Get", Resource.self), PubSub.NamingRequest(name.path), of: name.path, Resource.methods.parameter,
            retries: Retries.reading)
    }

    /// All topics, or all subscriptions, of a project.
    package func list<Resource: PubSubResource>(
        _ kind: Resource.Type, in project: String
    ) throws(GoogleCloudError) -> [Resource] {
        let project = "projects/\(project)"
        var resources: [Resource] = []
        var token = ""
        repeat {
            let page: PubSub.ListResponse<Resource> = try call(
                method("List", kind, "s"), PubSub.ListRequest(project: project, pageToken: token), of: project,
                "project", retries: Retries.reading)
            resources += page.elements
            token = page.nextPageToken
        } while !token.isEmpty
        return resources
    }

    /// Removes a topic, whose subscriptions stay and get nothing any more; or a subscription with all that it has not
    /// delivered.
    package func delete<Resource: PubSubResource>(_ name: ResourceName<Resource>) throws(GoogleCloudError) {
        let _: ProtobufEmpty = try call(
            method("Delete", Resource.self), PubSub.NamingRequest(name.path), of: name.path,
            Resource.methods.parameter, retries: Retries.changing)
    }

    private func method<Resource: PubSubResource>(_ verb: String, _: Resource.Type, _ ending: String = "") -> String {
        "\(Resource.methods.service)/\(verb)\(Resource.methods.kind)\(ending)"
    }

    // MARK: - Subscriptions

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
}

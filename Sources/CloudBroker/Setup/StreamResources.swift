internal import CloudControl
internal import GoogleAuth
internal import PubSub

/// The topics and subscriptions of a broker.
struct StreamResources {
    /// Deliveries after which a message goes to the dead letters.
    private static let deliveryAttempts: Int32 = 5
    /// Retention of messages: a week, as on the survey's Kafka.
    private static let retention = Duration.seconds(7 * 86_400)

    let names: CloudNames
    let client: PubSubClient

    func topic(_ stream: CloudNames.Stream) -> CloudResource {
        let name = TopicName(project: names.project, id: names.topic(stream))
        let client = client
        return CloudResource(
            name: "topic \(name.id)",
            look: { () throws(GoogleCloudError) in
                try Self.look { () throws(GoogleCloudError) in _ = try client.get(name) }
            },
            make: { () throws(GoogleCloudError) in try client.create(PubSub.Topic(name)) },
            remove: { () throws(GoogleCloudError) in try client.delete(name) })
    }

    /// That everybody may subscribe to a stream, each in a project of their own, as the original broker's users do.
    ///
    /// The role does not allow to publish, nor to see whose subscriptions there are.
    func reading(_ stream: CloudNames.Stream, _ policies: TopicPolicyClient?) -> CloudResource {
        precondition(stream.isForEverybody, "\(stream.name) is for nobody but the broker")
        let (project, topic) = (names.project, names.topic(stream))
        return CloudResource(
            name: "reading of topic \(topic) by everybody",
            look: { () throws(GoogleCloudError) in
                // Google's emulator has no permissions.
                guard let policies else { return .unserved }
                do throws(GoogleCloudError) {
                    return try policies.has(Self.reader, Self.everybody, on: topic, in: project) ? .there : .missing
                } catch {
                    // Without the topic nobody may read it either.
                    guard error.code == .notFound else { throw Self.advised(error) }
                    return .missing
                }
            },
            make: { () throws(GoogleCloudError) in
                do throws(GoogleCloudError) {
                    _ = try policies?.grant(Self.reader, to: Self.everybody, on: topic, in: project)
                } catch { throw Self.advised(error) }
            },
            remove: { () throws(GoogleCloudError) in
                do throws(GoogleCloudError) {
                    _ = try policies?.revoke(Self.reader, from: Self.everybody, on: topic, in: project)
                } catch { throw Self.advised(error) }
            })
    }

    private static let reader = "roles/pubsub.subscriber"
    private static let everybody = "allUsers"

    /// An error with what to do about it.
    private static func advised(_ error: GoogleCloudError) -> GoogleCloudError {
        let advice: String
        switch error.code {
        case .permissionDenied: advice = "it takes roles/pubsub.admin on the project"
        case .failedPrecondition:
            advice =
                "the organization's policy iam.allowedPolicyMemberDomains keeps everybody out; its administrator can "
                + "make an exception for this project"
        default: return error
        }
        return GoogleCloudError(
            error.code, service: error.service, resource: error.resource, detail: "\(error.detail); \(advice)")
    }

    /// A subscription that is not read: its undelivered messages are the night's count, until it is sought to the present.
    func counter(_ stream: CloudNames.Stream) -> CloudResource {
        subscription(names.counter(stream), to: stream) { _ in }
    }

    /// The subscription that the instances of a stage share.
    func stage(_ stage: CloudNames.StageName) -> CloudResource {
        let deadLetters = TopicName(project: names.project, id: names.topic(.deadLetters))
        return subscription(names.subscription(stage), to: stage.input) { subscription in
            subscription.deadLetterPolicy = PubSub.DeadLetterPolicy(
                deadLetters, maxDeliveryAttempts: Self.deliveryAttempts)
            subscription.retryPolicy = PubSub.RetryPolicy(
                minimumBackoff: .seconds(10), maximumBackoff: .seconds(600))
        }
    }

    private func subscription(
        _ name: String, to stream: CloudNames.Stream, _ set: (inout PubSub.Subscription) -> Void
    ) -> CloudResource {
        let topic = TopicName(project: names.project, id: names.topic(stream))
        let name = SubscriptionName(project: names.project, id: name)
        var subscription = PubSub.Subscription(name, topic: topic)
        subscription.ackDeadlineSeconds = 60
        subscription.messageRetentionDuration = Self.retention
        // The default deletes a subscription that is unused for a month; a broker may be stopped for longer.
        subscription.expirationPolicy = PubSub.ExpirationPolicy(ttl: nil)
        set(&subscription)
        let (client, wanted) = (client, subscription)
        return CloudResource(
            name: "subscription \(name.id)",
            look: { () throws(GoogleCloudError) in
                try Self.look { () throws(GoogleCloudError) in _ = try client.get(name) }
            },
            make: { () throws(GoogleCloudError) in try client.create(wanted) },
            remove: { () throws(GoogleCloudError) in try client.delete(name) })
    }

    private static func look(
        _ body: () throws(GoogleCloudError) -> Void
    ) throws(GoogleCloudError) -> CloudResource.Found {
        do throws(GoogleCloudError) {
            try body()
            return .there
        } catch {
            guard error.code == .notFound else { throw error }
            return .missing
        }
    }
}

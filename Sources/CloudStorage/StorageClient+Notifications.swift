package import GoogleAuth
internal import Escaping
internal import HTTP

/// What of a bucket is told to a Pub/Sub topic (resource `notificationConfigs` of the JSON API).
package struct StorageNotification: Hashable, Sendable {
    /// What a notification's message holds, by the service's names.
    package enum Payload: String, Hashable, Sendable {
        case object = "JSON_API_V1"  // the object's description
        case none = "NONE"
    }
    /// What a bucket notifies of, by the service's names.
    package enum Event: String, Hashable, Sendable, CaseIterable {
        case finalize = "OBJECT_FINALIZE"
        case metadataUpdate = "OBJECT_METADATA_UPDATE"
        case delete = "OBJECT_DELETE"
        case archive = "OBJECT_ARCHIVE"
    }
    /// Where the messages go.
    package var topic: String  // `projects/P/topics/T`
    /// What the messages hold.
    package var payload: Payload
    /// All events if empty.
    package var events: [Event]
    /// Attributes that every message has beside the service's own.
    package var attributes: [String: String]
    /// What an object's name begins with; all objects where it is empty.
    package var prefix: String
    /// Given by the service; `nil` before it is made.
    package private(set) var id: String?

    /// A notification to a topic.
    package init(
        topic: String, payload: Payload, events: [Event] = [.finalize], attributes: [String: String] = [:],
        prefix: String = ""
    ) {
        self.topic = topic
        self.payload = payload
        self.events = events
        self.attributes = attributes
        self.prefix = prefix
    }

    fileprivate init?(_ fields: JSONObject) {
        guard let id = fields.text("id"), let topic = fields.text("topic"), topic.hasPrefix(Self.topicRoot),
            let payload = fields.text("payload_format").flatMap(Payload.init)
        else { return nil }
        self.init(
            topic: String(topic.dropFirst(Self.topicRoot.count)), payload: payload,
            events: fields.texts("event_types").compactMap(Event.init),
            attributes: fields.object("custom_attributes")?.texts ?? [:],
            prefix: fields.text("object_name_prefix") ?? "")
        self.id = id
    }

    private static let topicRoot = "//pubsub.googleapis.com/"

    fileprivate var bytes: [UInt8] {
        var fields: [String: Any] = ["topic": Self.topicRoot + topic, "payload_format": payload.rawValue]
        if !events.isEmpty { fields["event_types"] = events.map(\.rawValue) }
        if !attributes.isEmpty { fields["custom_attributes"] = attributes }
        if !prefix.isEmpty { fields["object_name_prefix"] = prefix }
        return JSONObject.bytes(fields)
    }
}

extension StorageClient {
    /// Makes a notification. Twice the same makes two: look at ``notifications(of:)`` first.
    ///
    /// - Throws: ``GoogleCloudError``; ``GoogleCloudError/Code/invalidArgument`` also where the service may not publish
    ///   to the topic: grant ``serviceAgent(of:)`` that right first.
    package func createNotification(
        _ notification: StorageNotification, of bucket: String
    ) throws(GoogleCloudError) -> StorageNotification {
        var call = try notificationCall(.post, bucket)
        call.headers = [Self.json]
        call.body = notification.bytes
        call.isIdempotent = false
        return try read(object(answering: call), bucket)
    }

    /// All notifications of a bucket.
    package func notifications(of bucket: String) throws(GoogleCloudError) -> [StorageNotification] {
        var found: [StorageNotification] = []
        for fields in try object(answering: notificationCall(.get, bucket)).objects("items") {
            found.append(try read(fields, bucket))
        }
        return found
    }

    /// Removes a notification by its ``StorageNotification/id``.
    package func deleteNotification(_ id: String, of bucket: String) throws(GoogleCloudError) {
        _ = try answer(to: notificationCall(.delete, bucket, "/\(PercentEncoding.escape(id))"))
    }

    /// The account by which Cloud Storage publishes a project's notifications; it must be a publisher on their topics.
    package func serviceAgent(of project: String) throws(GoogleCloudError) -> String {
        let call = Call(
            method: .get, path: "projects/\(PercentEncoding.escape(project))/serviceAccount", resource: project)
        guard let email = try object(answering: call).text("email_address") else {
            throw Self.error(.malformedAnswer, project, "no account named")
        }
        return email
    }

    private func notificationCall(
        _ method: HTTPMethod, _ bucket: String, _ rest: String = ""
    ) throws(GoogleCloudError) -> Call {
        let path = "\(try StoragePath.resource(bucket: bucket))/notificationConfigs\(rest)"
        return Call(method: method, path: path, resource: "notifications of gs://\(bucket)")
    }

    private func read(_ fields: JSONObject, _ bucket: String) throws(GoogleCloudError) -> StorageNotification {
        guard let notification = StorageNotification(fields) else {
            throw Self.error(
                .malformedAnswer, "notifications of gs://\(bucket)", "the answer describes no notification")
        }
        return notification
    }
}

package import GoogleAuth
internal import Foundation

/// Publishes messages to one topic, in batches, each at least once.
///
/// Any thread may publish. Let go of without ``close()``, it still sends what it was given, as long as the process lives.
package final class Publisher: Sendable {
    /// Where the messages go.
    package let topic: TopicName
    private let queue: PublishQueue

    /// Starts the threads that send; whether the topic is there shows with the first batch.
    package init(_ client: PubSubClient, to topic: TopicName, _ settings: PublisherSettings = PublisherSettings()) {
        precondition(settings.senders > 0)
        precondition((1...PubSub.Limits.messagesPerRequest).contains(settings.batchMessages))
        precondition((1...PubSub.Limits.requestBytes).contains(settings.batchBytes))
        self.topic = topic
        let queue = PublishQueue(topic: topic.path, settings)
        self.queue = queue
        for _ in 0..<settings.senders {
            let thread = Thread {
                while let batch = queue.nextBatch() {
                    queue.finish(batch, with: Self.send(batch, client, topic.path, settings))
                }
            }
            thread.name = "publish"
            thread.start()
        }
    }

    deinit { queue.finish() }

    /// Hands a message over; waits while too many bytes are outstanding.
    ///
    /// - Parameters:
    ///   - data: Up to 10 MB with the attributes.
    ///   - attributes: Up to 100; names up to 256 bytes, values up to 1024.
    ///   - orderingKey: Messages of one key are published in this order; after one is given up, none until
    ///     ``resume(orderingKey:)``. Empty for none.
    /// - Returns: What becomes of it.
    /// - Throws: ``GoogleCloudError/Code/invalidArgument`` for a message that the service would refuse, and
    ///   ``GoogleCloudError/Code/failedPrecondition`` for a key whose earlier message was given up.
    @discardableResult
    package func publish(
        _ data: [UInt8], attributes: [String: String] = [:], orderingKey: String = ""
    ) throws(GoogleCloudError) -> PublishTicket {
        let message = PubSub.PubsubMessage(data: data, attributes: attributes, orderingKey: orderingKey)
        return try queue.add(message, size: check(message))
    }

    /// Sends what is there without delay, and waits until the service has taken all of it.
    ///
    /// - Throws: Where messages were given up since the last flush: why the first, and how many.
    package func flush() throws(GoogleCloudError) { try queue.flush() }

    /// Publishes messages of an ordering key again, after one of them was given up.
    package func resume(orderingKey: String) { queue.resume(orderingKey) }

    /// Flushes, and takes no more messages.
    package func close() throws(GoogleCloudError) {
        defer { queue.finish() }
        try flush()
    }

    /// - Returns: How many bytes the message takes at most.
    private func check(_ message: PubSub.PubsubMessage) throws(GoogleCloudError) -> Int {
        // What frames a field: a byte for its number and up to four for its length.
        let framing = 5
        var size = message.data.count + message.orderingKey.utf8.count + 3 * framing
        for (key, value) in message.attributes {
            let bytes = (key: key.utf8.count, value: value.utf8.count)
            guard bytes.key > 0, bytes.key <= PubSub.Limits.attributeKeyBytes else {
                throw invalid("the attribute's name '\(key.prefix(40))' is empty or longer than 256 bytes")
            }
            guard bytes.value <= PubSub.Limits.attributeValueBytes else {
                throw invalid("the value of the attribute '\(key)' is longer than 1024 bytes")
            }
            size += bytes.key + bytes.value + 3 * framing
        }
        guard message.attributes.count <= PubSub.Limits.attributes else {
            throw invalid("the message has \(message.attributes.count) attributes, more than 100")
        }
        guard message.orderingKey.utf8.count <= PubSub.Limits.orderingKeyBytes else {
            throw invalid("the ordering key is longer than 1024 bytes")
        }
        guard !message.data.isEmpty || !message.attributes.isEmpty else {
            throw invalid("a message needs data or an attribute")
        }
        guard size + topic.path.utf8.count + framing <= PubSub.Limits.requestBytes else {
            throw invalid("the message has \(size) bytes, more than 10 MB")
        }
        return size
    }

    private func invalid(_ detail: String) -> GoogleCloudError {
        GoogleCloudError(
            .invalidArgument, service: GoogleService.pubSub.rawValue, resource: topic.path, detail: detail)
    }

    private static func send(
        _ batch: PublishBatch, _ client: PubSubClient, _ topic: String, _ settings: PublisherSettings
    ) -> Result<[String], GoogleCloudError> {
        Result { () throws(GoogleCloudError) in
            let response: PubSub.PublishResponse = try client.call(
                "Publisher/Publish", batch.request, of: topic, "topic", retries: settings.retries,
                deadline: settings.deadline)
            guard response.messageIDs.count == batch.count else {
                throw GoogleCloudError(
                    .malformedAnswer, service: GoogleService.pubSub.rawValue, resource: topic,
                    detail: "\(response.messageIDs.count) identifiers for \(batch.count) messages")
            }
            return response.messageIDs
        }
    }
}

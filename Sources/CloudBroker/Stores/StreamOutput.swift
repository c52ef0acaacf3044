package import GoogleAuth
package import PubSub

/// A stream to which stages publish, from any of their threads.
package struct StreamOutput: Sendable {
    private let publisher: Publisher

    /// A stream of a publisher.
    package init(_ publisher: Publisher) { self.publisher = publisher }

    /// Publishes messages, and returns once the service has all of them.
    ///
    /// - Throws: ``GoogleCloudError``: some of them may be published all the same.
    package func publish(_ messages: [(data: [UInt8], attributes: [String: String])]) throws(GoogleCloudError) {
        let tickets = try messages.map { (message) throws(GoogleCloudError) in
            try publisher.publish(message.data, attributes: message.attributes)
        }
        for ticket in tickets { _ = try ticket.wait() }
    }
}

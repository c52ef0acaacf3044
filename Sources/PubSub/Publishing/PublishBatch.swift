package import GoogleAuth
internal import Protobuf
internal import Threads

/// Messages that are sent as one request, written as they come.
///
/// `@unchecked Sendable` because it is filled under the queue's lock, and afterwards belongs to the thread that sends it.
final class PublishBatch: @unchecked Sendable {
    let orderingKey: String
    /// When it is sent at the latest.
    let due: ContinuousClock.Instant
    private(set) var count = 0
    private var writer: ProtobufWriter
    /// The messages' identifiers in their order, or why they were not published.
    let outcome = Monitor<Result<[String], GoogleCloudError>?>(nil)

    init(topic: String, orderingKey: String, capacity: Int, due: ContinuousClock.Instant) {
        self.orderingKey = orderingKey
        self.due = due
        writer = ProtobufWriter(capacity: capacity)
        writer.string(1, topic)  // the fields of a PublishRequest
    }

    var bytes: Int { writer.bytes.count }
    var request: [UInt8] { writer.bytes }

    /// - Returns: The message's place in the batch.
    func add(_ message: PubSub.PubsubMessage) -> Int {
        writer.message(2, message)
        count += 1
        return count - 1
    }
}

/// What becomes of one message.
package struct PublishTicket: Sendable {
    let batch: PublishBatch
    let index: Int

    /// Waits until the service has taken the message, or the publisher has given up.
    ///
    /// - Returns: The identifier that the service gave it.
    /// - Throws: Why the batch that it was in was not published.
    package func wait() throws(GoogleCloudError) -> String {
        guard let id = try wait(for: nil) else { preconditionFailure("a wait without end came to one") }
        return id
    }

    /// The same, but waits at most so long; `nil` when the time is over. `nil` for a time waits without end.
    package func wait(for timeout: Duration?) throws(GoogleCloudError) -> String? {
        try batch.outcome.wait(for: timeout) { $0 }?.get()[index]
    }
}

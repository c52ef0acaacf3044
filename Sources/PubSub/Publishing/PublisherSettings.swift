package import GoogleAuth

/// When a publisher sends what it was given, and how much it holds.
package struct PublisherSettings: Sendable {
    /// A batch is sent when it has so many messages, at most ``PubSub/Limits/messagesPerRequest``.
    package var batchMessages = 1_000
    /// Or so many bytes, at most ``PubSub/Limits/requestBytes``; a larger message is a batch of its own.
    package var batchBytes = 1_000_000
    /// Or is so old.
    package var batchDelay = Duration.milliseconds(10)
    /// While so many bytes are not yet published, ``Publisher/publish(_:attributes:orderingKey:)`` waits.
    package var outstandingBytes = 100_000_000
    /// Batches under way at once.
    package var senders = 4
    /// The longest wait for the answer to one batch.
    package var deadline = Duration.seconds(60)
    /// Codes and waits of Google's own clients for publishing. A batch that fails for longer than `mostTime` is given up.
    package var retries = RetryPolicy(
        codes: [.aborted, .cancelled, .deadlineExceeded, .internal, .resourceExhausted, .unavailable, .unknown],
        firstWait: .milliseconds(100), mostWait: .seconds(60), factor: 1.3, mostTime: .seconds(600))

    /// The standard settings.
    package init() {}
}

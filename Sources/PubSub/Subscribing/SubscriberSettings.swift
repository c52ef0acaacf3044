package import GoogleAuth

/// How much a subscriber holds, and how long it keeps messages leased.
package struct SubscriberSettings: Sendable {
    /// So many messages are handed out and not yet acknowledged at most; besides, one answer of the service's may wait.
    package var outstandingMessages = 1_000
    /// And so many bytes of them, but for one message larger than that.
    package var outstandingBytes = 100_000_000
    /// For how long a message is leased, and leased again; 10 to 600 s. `nil` for as long as 99 % of the messages took to
    /// be acknowledged until then, 60 s before that is known.
    package var ackDeadline: Duration?
    /// A message is leased again for so long at most; then it may come to somebody else.
    package var longestLease = Duration.seconds(3_600)
    /// For how long acknowledgements are gathered to be sent together.
    package var ackDelay = Duration.milliseconds(100)
    /// When a broken stream is opened again, with the codes of Google's own clients; and how long an acknowledgement
    /// that cannot be sent is tried. `mostTime` counts from the first failure of a series.
    package var retries = RetryPolicy(
        codes: [.aborted, .deadlineExceeded, .internal, .resourceExhausted, .unavailable, .unknown],
        firstWait: .milliseconds(100), mostWait: .seconds(60), factor: 1.3, mostTime: .seconds(600))

    /// The standard settings.
    package init() {}
}

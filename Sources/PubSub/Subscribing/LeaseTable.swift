/// The messages that are leased, and when to lease them again.
///
/// No clock of its own: the caller says what time it is.
struct LeaseTable {
    private struct Lease {
        let bytes: Int
        let since: ContinuousClock.Instant
    }

    private let fixedDeadline: Int?
    private let longest: Duration
    private var leases: [String: Lease] = [:]
    private var ackTimes = AckTimes()
    private(set) var bytes = 0
    /// When all are leased again next.
    private(set) var nextExtension: ContinuousClock.Instant
    /// For how long messages are leased as they come, s: what the stream was opened with.
    private var streamDeadline = LeaseTable.firstDeadline
    /// Set by what the service says of the subscription.
    var isExactlyOnce = false

    /// The least that Google's own clients lease for with exactly-once delivery, s: a lease that ends early is seen twice.
    private static let exactlyOnceDeadline = 60
    private static let firstDeadline = 60

    init(_ settings: SubscriberSettings, now: ContinuousClock.Instant) {
        fixedDeadline = settings.ackDeadline.map { Int(clamping: $0.components.seconds) }
        longest = settings.longestLease
        nextExtension = now
        _ = beginStream()
        nextExtension = now + interval
    }

    var count: Int { leases.count }

    /// The names of all leases.
    var ackIDs: [String] { Array(leases.keys) }

    /// For how long messages are leased, s.
    var deadline: Int {
        let wanted = fixedDeadline ?? ackTimes.percentile(0.99) ?? Self.firstDeadline
        let least = isExactlyOnce ? Self.exactlyOnceDeadline : PubSub.Limits.ackDeadline.lowerBound
        return min(max(wanted, least), PubSub.Limits.ackDeadline.upperBound)
    }

    /// Leases are renewed after two thirds of their time, so that an answer that is late does not end them.
    private var interval: Duration { .milliseconds(min(deadline, streamDeadline) * 667) }

    /// - Returns: For how long a new stream's messages are leased, s.
    mutating func beginStream() -> Int {
        streamDeadline = deadline
        return streamDeadline
    }

    mutating func add(_ delivery: Delivery, now: ContinuousClock.Instant) {
        if let old = leases.updateValue(Lease(bytes: delivery.bytes, since: now), forKey: delivery.ackID) {
            bytes -= old.bytes
        }
        bytes += delivery.bytes
    }

    /// Ends a lease: the message was acknowledged, or given back.
    mutating func end(_ ackID: String, isAcknowledged: Bool, now: ContinuousClock.Instant) {
        guard let lease = leases.removeValue(forKey: ackID) else { return }
        bytes -= lease.bytes
        if isAcknowledged { ackTimes.add(lease.since.duration(to: now)) }
    }

    /// What is to be leased again now; those leased for too long are let go.
    mutating func extensions(now: ContinuousClock.Instant) -> [String] {
        guard now >= nextExtension else { return [] }
        nextExtension = now + interval
        for (ackID, lease) in leases where lease.since.duration(to: now) > longest {
            end(ackID, isAcknowledged: false, now: now)
        }
        return Array(leases.keys)
    }
}

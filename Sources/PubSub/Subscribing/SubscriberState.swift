internal import GoogleAuth
internal import GRPC

/// What a subscriber's threads and its owner share.
struct SubscriberState {
    enum Phase: Comparable {
        case pulling
        /// Nothing is pulled any more; what was handed out may still be acknowledged.
        case stopped
        /// The threads end.
        case closed
    }

    /// An acknowledgement, or a message given back, on its way.
    struct Release {
        let ackID: String
        /// `nil` for a message given back that nobody asked for.
        let ticket: AckTicket?
        let index: Int
        let since: ContinuousClock.Instant
    }

    private(set) var phase = Phase.pulling
    /// What messages come by.
    private var stream: GRPCStream?
    /// Pulled, and not yet handed out.
    var arrived: [Delivery] = []
    var leases: LeaseTable
    var acknowledged: [Release] = []
    var givenBack: [Release] = []
    /// Releases that are being sent.
    var inFlight = 0
    /// Whether somebody waits for the releases to go.
    var isFlushing = false
    /// No release is sent again before then.
    var quietUntil: ContinuousClock.Instant
    var failedReleases = 0
    /// Why no more messages come.
    var failure: GoogleCloudError?

    init(_ settings: SubscriberSettings, now: ContinuousClock.Instant) {
        leases = LeaseTable(settings, now: now)
        quietUntil = now
    }

    /// - Returns: `false` where none is wanted any more.
    mutating func begin(_ stream: GRPCStream) -> Bool {
        self.stream = stream
        return phase == .pulling
    }

    /// Pulls no more.
    ///
    /// - Returns: What the service is to be told on that it need send no more; it ends the stream then.
    mutating func stop() -> GRPCStream? {
        phase = max(phase, .stopped)
        return stream
    }

    /// Ends the threads; who receives from the stream wakes up.
    mutating func close() {
        phase = .closed
        stream?.cancel()
        stream = nil
    }

    /// When leases are to be renewed or releases sent.
    var nextWork: ContinuousClock.Instant {
        waiting > 0 ? min(quietUntil, leases.nextExtension) : leases.nextExtension
    }

    var waiting: Int { acknowledged.count + givenBack.count }

    /// Removes the messages that may be handed out from those that have arrived.
    mutating func dequeue(most: Int, _ settings: SubscriberSettings) -> [Delivery] {
        guard !arrived.isEmpty else { return [] }
        var messages = leases.count - arrived.count
        var bytes = leases.bytes - arrived.reduce(0) { $0 + $1.bytes }
        var count = 0
        for delivery in arrived {
            guard count < most, messages == 0 || messages < settings.outstandingMessages,
                messages == 0 || bytes + delivery.bytes <= settings.outstandingBytes
            else { break }
            messages += 1
            bytes += delivery.bytes
            count += 1
        }
        defer { arrived.removeFirst(count) }
        return Array(arrived.prefix(count))
    }

    /// Ends the leases of messages, and has the service told.
    mutating func release(
        _ deliveries: [Delivery], isAcknowledged: Bool, ticket: AckTicket?, now: ContinuousClock.Instant
    ) {
        let releases = deliveries.enumerated().map { index, delivery in
            Release(ackID: delivery.ackID, ticket: ticket, index: index, since: now)
        }
        for delivery in deliveries { leases.end(delivery.ackID, isAcknowledged: isAcknowledged, now: now) }
        if isAcknowledged { acknowledged += releases } else { givenBack += releases }
    }

    /// Gives back every message that is still leased.
    mutating func giveBackAll(now: ContinuousClock.Instant) {
        for ackID in leases.ackIDs {
            leases.end(ackID, isAcknowledged: false, now: now)
            givenBack.append(Release(ackID: ackID, ticket: nil, index: 0, since: now))
        }
    }
}

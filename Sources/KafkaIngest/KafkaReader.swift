internal import Broker
internal import Kafka
internal import Threads

/// The reading thread's work: queues the group's messages, and answers rebalances.
struct KafkaReader {
    static let batchMessages = 256
    static let batchBytes = 16 << 20
    /// The longest time of a round without waits for other threads: a rebalance asks servers several times, 30 s each.
    private static let longestRound = Duration.seconds(180)

    private let worker: KafkaWorker
    private let transaction: KafkaTransaction
    private let positions: StoredPositions
    private let follows: Bool
    /// The topics that it reads to their end.
    private let topics: Set<String>
    private let queue: IntakeQueue
    private let stop: StopSignal
    private var group: GroupReader
    /// Offsets that another worker has processed, in partitions of which this one still had claimed messages to store.
    private var passedOver: [KafkaPartition: Range<Int64>] = [:]
    /// Offsets that this worker has stored and the group has lost.
    private var ahead: [KafkaPartition: Int64] = [:]
    private var lookback = Lookback()
    private var bytesRead: Int64 = 0

    /// Joins the group. Without `ends` the topic is followed without an end.
    init(
        _ source: KafkaSource, for worker: KafkaWorker, _ transaction: KafkaTransaction, positions: StoredPositions,
        ends: [KafkaPartition: KafkaWatermarks]?, into queue: IntakeQueue, stop: StopSignal
    ) throws(KafkaError) {
        self.worker = worker
        self.transaction = transaction
        self.positions = positions
        follows = ends == nil
        topics = Set((ends ?? [:]).keys.map(\.topic))
        self.queue = queue
        self.stop = stop
        group = try GroupReader(
            source, with: worker.consumer, ends: ends, maxMessages: Self.batchMessages, maxBytes: Self.batchBytes,
            log: worker.log)
    }

    /// Reads to the end, or until a stop is requested.
    mutating func run() throws(KafkaError) {
        while !stop.isSet {
            guard try queue.waiting(atMost: Self.longestRound, { () throws(KafkaError) in try readOnce() }) else {
                return
            }
        }
    }

    /// Polls once; `false` at the end.
    private mutating func readOnce() throws(KafkaError) -> Bool {
        if worker.ownership.consumeSeek() { try readAgain() }
        guard let step = try group.next(stop: stop) else {
            reportEnd()
            return false
        }
        guard try enqueue(step.messages) else { return false }
        if let rebalance = step.rebalance { try answer(rebalance) }
        return !step.isIdle || follows || queue.flush()
    }

    /// The group has reached the end of its topics, which was known from the start.
    private func reportEnd() {
        guard !follows, !stop.isSet else { return }
        for topic in topics {
            guard queue.put(endOf: worker.key(KafkaPartition(topic, 0))) else { return }
        }
    }

    // MARK: - Batches

    /// Queues messages, a batch for each partition; `false` once the queue is closed.
    private mutating func enqueue(_ messages: [KafkaMessage]) throws(KafkaError) -> Bool {
        var byPartition: [KafkaPartition: [KafkaMessage]] = [:]
        var passed: [KafkaPartition: [KafkaMessage]] = [:]
        for message in messages {
            if passedOver[message.partition]?.contains(message.offset) == true {
                passed[message.partition, default: []].append(message)
            } else {
                byPartition[message.partition, default: []].append(message)
            }
        }
        for (partition, messages) in passed {
            let key = worker.key(partition)
            guard queue.put(accountedElsewhere: messages.map { $0.packet(of: key) }, of: key) else { return false }
        }
        for (partition, messages) in byPartition.sorted(by: { $0.key < $1.key }) {
            guard try enqueue(messages, of: partition) else { return false }
        }
        return true
    }

    private mutating func enqueue(
        _ messages: [KafkaMessage], of partition: KafkaPartition
    ) throws(KafkaError) -> Bool {
        // Without a ticket the partition is read again, or is another worker's.
        guard let ticket = worker.ownership.ticket(of: partition) else { return true }
        let (known, new, resume) = lookback.split(messages, of: partition)
        let key = worker.key(partition)
        if !known.isEmpty, !queue.put(accountedElsewhere: known.map { $0.packet(of: key) }, of: key) { return false }
        if let resume { try worker.consumer.seek([partition: resume]) }
        // Messages of an earlier claim are not published again: no batch mixes them with new ones.
        let granted = worker.ownership.claimed(of: partition).granted
        let border = new.firstIndex { $0.offset >= granted } ?? new.endIndex
        let receipt = KafkaReceipt(transaction: transaction, partition: partition, ticket: ticket)
        for part in [new[..<border], new[border...]] where !part.isEmpty {
            bytesRead += Int64(part.map(\.payload.count).reduce(0, +))
            guard queue.put(IntakeBatch(part, of: key, bytesRead: bytesRead, receipt: receipt)) else { return false }
        }
        return true
    }

    // MARK: - Rebalances

    private mutating func answer(_ rebalance: KafkaRebalance) throws(KafkaError) {
        switch rebalance {
        case .assigned(let partitions):
            try group.accept(rebalance, startingAt: try begin(partitions))
            restore(partitions)
        case .revoked(let partitions, let lost):
            // What was read of them is made durable first: the next worker continues after it.
            if !lost, !partitions.isEmpty { _ = queue.flush() }
            worker.ownership.release(partitions)
            try group.accept(rebalance)
        }
    }

    /// Acquires partitions, and returns where they start.
    private mutating func begin(_ partitions: [KafkaPartition]) throws(KafkaError) -> [KafkaPartition: KafkaStart] {
        guard !partitions.isEmpty else { return [:] }
        let committed = try worker.committedPositions(partitions, stop: stop)
        var starts = try group.firstStarts(in: partitions)
        var owned: [KafkaPartition: Ownership.Claimed] = [:]
        for partition in partitions {
            passedOver[partition] = nil
            ahead[partition] = nil
            lookback.skip(partition)
            let position = committed[partition]
            owned[partition] = Ownership.Claimed(
                claims: OffsetClaims(position?.metadata ?? ""), offset: position?.offset)
            if starts[partition] == nil {
                let mine = try positions.offset(of: worker.key(partition))
                starts[partition] = resume(partition, at: position, mine: mine, &owned[partition, default: .init()])
            }
        }
        worker.ownership.acquire(owned)
        return starts
    }

    /// Where this worker continues in a partition.
    ///
    /// - Parameters:
    ///   - partition: The partition.
    ///   - position: The group's committed position; `nil` where it has none.
    ///   - mine: The offset after the last one that this worker has accounted for.
    ///   - claimed: The claims on the partition; the offsets that are granted already are set.
    /// - Returns: Where to start, including the lookback.
    private mutating func resume(
        _ partition: KafkaPartition, at position: KafkaPosition?, mine: Int64?, _ claimed: inout Ownership.Claimed
    ) -> KafkaStart {
        let start: Int64
        if let claim = claimed.claims[worker.name], let position, claim.upperBound > mine ?? claim.lowerBound {
            // Claimed and not stored: this worker must process it, even if others have continued since.
            start = max(claim.lowerBound, mine ?? claim.lowerBound)
            claimed.granted = claim.upperBound
            if position.offset > claim.upperBound { passedOver[partition] = claim.upperBound..<position.offset }
        } else {
            // This worker's tables may be ahead of a group whose offsets were lost.
            guard let known = [position?.offset, mine].compactMap({ $0 }).max() else { return .beginning }
            if let mine, mine > position?.offset ?? 0 { ahead[partition] = mine }
            start = known
        }
        return .offset(worker.start(in: partition, at: start, claimed.claims, lookingBack: &lookback))
    }

    /// Commits again offsets that the group has lost: a server that fails may lose the last commits.
    private func restore(_ partitions: [KafkaPartition]) {
        var lost: [KafkaPartition: KafkaPosition] = [:]
        for partition in partitions {
            guard let mine = ahead[partition] else { continue }
            let claims = worker.ownership.claimed(of: partition).claims
            lost[partition] = KafkaPosition(offset: mine, metadata: claims.text)
        }
        guard !lost.isEmpty else { return }
        do throws(KafkaError) {
            try worker.consumer.commit(lost)
            worker.ownership.record(lost)
        } catch { worker.log("cannot restore the offsets that the group has lost: \(error.detail)") }
    }

    /// Reads messages again that were read and not claimed.
    private mutating func readAgain() throws(KafkaError) {
        let partitions = worker.consumer.assignment
        // All of them may be assigned to other workers meanwhile.
        guard !partitions.isEmpty else { return }
        let starts = try begin(partitions)
        var offsets: [KafkaPartition: Int64] = [:]
        for partition in partitions {
            if case .offset(let offset)? = starts[partition] {
                offsets[partition] = offset
            } else {
                offsets[partition] = try worker.consumer.watermarks(of: partition).low
            }
        }
        try worker.consumer.seek(offsets)
    }
}

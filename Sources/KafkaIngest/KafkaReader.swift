internal import Broker
internal import Kafka
internal import Threads

/// The reading thread's work: hands the group's messages on, and answers rebalances.
struct KafkaReader {
    static let batchMessages = 256
    static let batchBytes = 16 << 20

    private let worker: KafkaWorker
    private let transaction: KafkaTransaction
    private let positions: StoredPositions
    private let follows: Bool
    private let queue: IntakeQueue
    private let stop: StopSignal
    private var group: GroupReader
    /// What another worker has done in partitions of which this one still owed something.
    private var passedOver: [KafkaPartition: Range<Int64>] = [:]
    /// Where this worker is further than the group knows.
    private var ahead: [KafkaPartition: Int64] = [:]
    private var lookback = Lookback()
    private var bytesRead: Int64 = 0

    /// Joins the group. Without `ends` it is followed for ever.
    init(
        _ source: KafkaSource, for worker: KafkaWorker, _ transaction: KafkaTransaction, positions: StoredPositions,
        ends: [KafkaPartition: KafkaWatermarks]?, into queue: IntakeQueue, stop: StopSignal
    ) throws(KafkaError) {
        self.worker = worker
        self.transaction = transaction
        self.positions = positions
        follows = ends == nil
        self.queue = queue
        self.stop = stop
        group = try GroupReader(
            source, with: worker.consumer, ends: ends, maxMessages: Self.batchMessages, maxBytes: Self.batchBytes,
            log: worker.log)
    }

    /// Reads to the end, or until it is asked to stop.
    mutating func run() throws(KafkaError) {
        while !stop.isSet {
            if worker.ownership.consumeSeek() { try readAgain() }
            guard let step = try group.next(stop: stop), try handOn(step.messages) else { return }
            if let rebalance = step.rebalance { try answer(rebalance) }
            if step.isIdle, !follows, !queue.flush() { return }
        }
    }

    // MARK: - Batches

    /// Hands messages on, a batch for each partition; `false` once nobody wants them.
    private mutating func handOn(_ messages: [KafkaMessage]) throws(KafkaError) -> Bool {
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
            guard try handOn(messages, of: partition) else { return false }
        }
        return true
    }

    private mutating func handOn(
        _ messages: [KafkaMessage], of partition: KafkaPartition
    ) throws(KafkaError) -> Bool {
        // Without a ticket it is to be read again, or another worker's.
        guard let ticket = worker.ownership.ticket(of: partition) else { return true }
        let (known, new, goOn) = lookback.split(messages, of: partition)
        let key = worker.key(partition)
        if !known.isEmpty, !queue.put(accountedElsewhere: known.map { $0.packet(of: key) }, of: key) { return false }
        if let goOn { try worker.consumer.seek([partition: goOn]) }
        // What is owed since an earlier claim is not published again: no batch holds it and what is new.
        let granted = worker.ownership.claimed(of: partition).granted
        let border = new.firstIndex { $0.offset >= granted } ?? new.endIndex
        let receipt = KafkaReceipt(transaction: transaction, partition: partition, ticket: ticket)
        for part in [new[..<border], new[border...]] where !part.isEmpty {
            bytesRead += Int64(part.map(\.payload.count).reduce(0, +))
            guard queue.put(IntakeBatch(part, of: key, bytesRead: bytesRead, receipt: receipt)) else { return false }
        }
        return true
    }

    // MARK: - Partitions that come and go

    private mutating func answer(_ rebalance: KafkaRebalance) throws(KafkaError) {
        switch rebalance {
        case .assigned(let partitions):
            try group.accept(rebalance, startingAt: try begin(partitions))
            remind(partitions)
        case .revoked(let partitions, let lost):
            // What was read of them is made durable first: the next worker goes on behind it.
            if !lost, !partitions.isEmpty { _ = queue.flush() }
            worker.ownership.release(partitions)
            try group.accept(rebalance)
        }
    }

    /// Where partitions begin; from now on their batches count.
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
                claims: OffsetClaims(position?.note ?? ""), offset: position?.offset)
            if starts[partition] == nil {
                let mine = try positions.offset(of: worker.key(partition))
                starts[partition] = resume(partition, at: position, mine: mine, &owned[partition, default: .init()])
            }
        }
        worker.ownership.acquire(owned)
        return starts
    }

    /// Where this worker goes on in a partition.
    ///
    /// - Parameters:
    ///   - partition: The partition.
    ///   - position: Where the group is; `nil` where it never was.
    ///   - mine: The offset after the last one that this worker has accounted for.
    ///   - claimed: What the group knows of the partition.
    /// - Returns: Where to begin, perhaps looking back from there.
    private mutating func resume(
        _ partition: KafkaPartition, at position: KafkaPosition?, mine: Int64?, _ claimed: inout Ownership.Claimed
    ) -> KafkaStart {
        let start: Int64
        if let claim = claimed.claims[worker.name], let position, claim.upperBound > mine ?? claim.lowerBound {
            // Granted, and not committed here: this worker's to do, whoever went on since.
            start = max(claim.lowerBound, mine ?? claim.lowerBound)
            claimed.granted = claim.upperBound
            if position.offset > claim.upperBound { passedOver[partition] = claim.upperBound..<position.offset }
        } else {
            // Its own tables know more than a group whose offsets were lost.
            guard let known = [position?.offset, mine].compactMap({ $0 }).max() else { return .beginning }
            if let mine, mine > position?.offset ?? 0 { ahead[partition] = mine }
            start = known
        }
        return .offset(worker.start(in: partition, at: start, claimed.claims, lookingBack: &lookback))
    }

    /// Commits again what the group has forgotten: a server that was lost may have lost what was committed last.
    private func remind(_ partitions: [KafkaPartition]) {
        var forgotten: [KafkaPartition: KafkaPosition] = [:]
        for partition in partitions {
            guard let mine = ahead[partition] else { continue }
            let claims = worker.ownership.claimed(of: partition).claims
            forgotten[partition] = KafkaPosition(offset: mine, note: claims.text)
        }
        guard !forgotten.isEmpty else { return }
        do throws(KafkaError) {
            try worker.consumer.commit(forgotten)
            worker.ownership.record(forgotten)
        } catch { worker.log("the group does not take what it has forgotten: \(error.detail)") }
    }

    /// Reads again what was read and not granted.
    private mutating func readAgain() throws(KafkaError) {
        let partitions = worker.consumer.assignment
        // All of them may have gone to others meanwhile.
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

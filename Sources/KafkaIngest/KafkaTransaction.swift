internal import Broker
internal import DataLayout
internal import Kafka
internal import Synchronization
internal import Threads

/// Claims for the group the offsets that this worker is about to store. Used by the writing thread.
///
/// Each message counts once over all workers because of the order of two commits: first the group's (fenced: a worker that
/// lost a partition is refused), then this worker's tables. A crash in between leaves a claim that the worker finds when it
/// restarts (``ClaimRecovery``). Products are published in the same Kafka transaction as the claim.
final class KafkaTransaction: Sendable {
    private static let publishPause = Duration.seconds(1)
    /// The longest time of calls to the server in one try: each has a limit of its own, and some calls follow one another.
    private static let longestCall = Duration.seconds(200)
    private static let retryPause = Duration.milliseconds(300)

    private let worker: KafkaWorker
    private let stream: KafkaStream?
    private let stop: StopSignal
    /// Offsets in the open transaction, by partition.
    private let open = Mutex<[KafkaPartition: Range<Int64>]>([:])
    /// Logs why products cannot be published.
    private let waits: WaitLog

    init(_ worker: KafkaWorker, publishingTo stream: KafkaStream?, stop: StopSignal) {
        self.worker = worker
        self.stream = stream
        self.stop = stop
        waits = WaitLog(worker.log)
    }

    /// Adds offsets, unless the partition was assigned to another worker, or is read again, since they were read.
    func admit(_ offsets: Range<Int64>, of partition: KafkaPartition, ticket: Int) -> Admission {
        guard worker.ownership.ticket(of: partition) == ticket else { return .stale }
        open.withLock { $0[partition] = ($0[partition]?.lowerBound ?? offsets.lowerBound)..<offsets.upperBound }
        let isGranted = offsets.lowerBound < worker.ownership.claimed(of: partition).granted
        return .admitted(publishingTo: isGranted ? nil : stream)
    }

    /// Claims the offsets in the open transaction.
    ///
    /// - Returns: ``CommitDecision/rollBack`` where partitions are assigned to another worker, or products cannot be published;
    ///   ``CommitDecision/giveUp`` where the group could not be reached before the stop.
    /// - Throws: ``BrokerError`` after a fatal error of the client.
    func claim() throws(BrokerError) -> CommitDecision {
        let wanted = wantedPositions()
        guard !wanted.isEmpty else { return .commit }
        let decision = try stop.finishing(within: Run.grace) { () throws(BrokerError) in try self.claim(wanted) }
        if let decision, decision != .giveUp { return decision }
        // Whether the claim succeeded, this worker finds out when it restarts; if so, it reads the messages again.
        worker.log("stopped while the group could not be reached; the next run completes the commit")
        return .giveUp
    }

    /// The open transaction is committed.
    func close() { open.withLock { $0.removeAll() } }

    /// The open transaction is dropped; its messages are read again.
    func rollBack() {
        close()
        waiting { stream?.abort() }
        worker.ownership.reset()
    }

    /// The group's positions after the claim of the open transaction, without offsets that were claimed before.
    private func wantedPositions() -> [KafkaPartition: KafkaPosition] {
        var wanted: [KafkaPartition: KafkaPosition] = [:]
        for (partition, range) in open.withLock({ $0 }) {
            let claimed = worker.ownership.claimed(of: partition)
            guard range.upperBound > claimed.granted else { continue }
            let claims = claimed.claims.claiming(range, by: worker.name)
            wanted[partition] = KafkaPosition(offset: range.upperBound, metadata: claims.text)
        }
        return wanted
    }

    /// Claims positions; waits while no server answers.
    private func claim(_ wanted: [KafkaPartition: KafkaPosition]) throws(BrokerError) -> CommitDecision {
        if let failure = stream?.failure, failure.recovery != .newClient {
            return publishAgain("cannot publish, retries: \(failure.detail) (\(failure.operation))")
        }
        var isLogged = false
        while true {
            do throws(KafkaError) {
                let isOurs = try waiting { () throws(KafkaError) in
                    guard try isUnchanged(Array(wanted.keys)) else { return false }
                    if let stream {
                        try stream.commit(wanted, of: worker.consumer)
                    } else {
                        try worker.consumer.commit(wanted)
                    }
                    return true
                }
                guard isOurs else {
                    worker.log("another worker has continued these partitions; reads again from its offsets")
                    return .rollBack
                }
                waits.end("publishing continues")
                return granted(wanted)
            } catch {
                let decision = try waiting { () throws(BrokerError) -> CommitDecision? in
                    try self.decision(after: error, on: wanted)
                }
                if let decision { return decision }
                if !isLogged { worker.log("waits for the group: \(error.detail)") }
                isLogged = true
                switch waiting({ find(wanted) }) {
                case .stopped: return .giveUp
                case .committed: return granted(wanted)
                case .notCommitted, .unknown: continue
                }
            }
        }
    }

    /// The decision after a commit that failed; `nil` to retry it.
    private func decision(
        after error: KafkaError, on wanted: [KafkaPartition: KafkaPosition]
    ) throws(BrokerError) -> CommitDecision? {
        if let stream, error.code == .fatal || error.recovery == .newClient {
            worker.log("creates a new producer: \(error.detail)")
            do throws(KafkaError) { try stream.renew() } catch { throw BrokerError(error) }
        } else if error.code == .fatal {
            throw BrokerError(error)
        } else if stream != nil, error.recovery == .none {
            return publishAgain("sends messages again that were not accepted: \(error.detail)")
        } else if error.code == .fenced || error.recovery == .abortTransaction {
            stream?.abort()
        } else {
            return nil
        }
        switch find(wanted) {
        case .stopped: return .giveUp
        case .committed: return granted(wanted)
        case .notCommitted, .unknown: return .rollBack
        }
    }

    private func granted(_ wanted: [KafkaPartition: KafkaPosition]) -> CommitDecision {
        worker.ownership.record(wanted)
        return .commit
    }

    /// Messages that could not be sent cannot be committed: all are read and sent again.
    private func publishAgain(_ reason: String) -> CommitDecision {
        waits.wait(reason)
        waiting {
            stream?.abort()
            stop.wait(for: Self.publishPause)
        }
        return .rollBack
    }

    /// Asks servers for something: the writing thread counts as alive meanwhile.
    private func waiting<Result, Failure: Error>(_ work: () throws(Failure) -> Result) throws(Failure) -> Result {
        try worker.monitor.waiting(.write, atMost: Self.longestCall, work)
    }

    /// Whether the group's offsets are what this worker last committed. A server fences a worker that lost a partition, but
    /// one that has lost its groups may assign a partition to two workers.
    private func isUnchanged(_ partitions: [KafkaPartition]) throws(KafkaError) -> Bool {
        let found = try worker.consumer.committedPositions(partitions, timeout: .seconds(5))
        return partitions.allSatisfy { found[$0]?.offset == worker.ownership.claimed(of: $0).offset }
    }

    /// The group's state after a commit that failed.
    private enum Finding { case committed, notCommitted, unknown, stopped }

    /// Checks after a pause whether a failed commit has succeeded after all.
    private func find(_ wanted: [KafkaPartition: KafkaPosition]) -> Finding {
        if stop.wait(for: Self.retryPause) { return .stopped }
        guard let found = try? worker.consumer.committedPositions(Array(wanted.keys), timeout: .seconds(5)) else {
            return .unknown
        }
        return wanted.allSatisfy { found[$0.key] == $0.value } ? .committed : .notCommitted
    }
}

internal import Broker
internal import DataLayout
internal import Kafka
internal import Synchronization
internal import Threads

/// Claims for the group what this worker is about to commit. Used by the thread that writes.
///
/// The order of the two commits is what makes each message count once over all workers: first the group's (fenced: a worker
/// that lost a partition is refused), then this worker's tables. A crash in between leaves a claim that the worker finds
/// when it comes back (``ClaimRecovery``). Products that are published go out in the same Kafka transaction as the claim.
final class KafkaTransaction: Sendable {
    private static let publishPause = Duration.seconds(1)
    private static let retryPause = Duration.milliseconds(300)

    private let worker: KafkaWorker
    private let stream: KafkaStream?
    private let stop: StopSignal
    /// What the open transaction holds of each partition.
    private let open = Mutex<[KafkaPartition: Range<Int64>]>([:])
    /// What keeps the products from being published.
    private let waits: WaitLog

    init(_ worker: KafkaWorker, publishingTo stream: KafkaStream?, stop: StopSignal) {
        self.worker = worker
        self.stream = stream
        self.stop = stop
        waits = WaitLog(worker.log)
    }

    /// Adds offsets, unless they were read before the partition went to another worker, or was to be read again.
    func admit(_ offsets: Range<Int64>, of partition: KafkaPartition, ticket: Int) -> Admission {
        guard worker.ownership.ticket(of: partition) == ticket else { return .stale }
        open.withLock { $0[partition] = ($0[partition]?.lowerBound ?? offsets.lowerBound)..<offsets.upperBound }
        let isGranted = offsets.lowerBound < worker.ownership.claimed(of: partition).granted
        return .admitted(publishingTo: isGranted ? nil : stream)
    }

    /// Claims what the open transaction holds.
    ///
    /// - Returns: ``CommitDecision/rollBack`` where partitions went to another worker, or the products cannot be published;
    ///   ``CommitDecision/giveUp`` where the group could not be reached before the stop.
    /// - Throws: ``BrokerError`` where the client can do no more.
    func claim() throws(BrokerError) -> CommitDecision {
        let wanted = wantedPositions()
        guard !wanted.isEmpty else { return .commit }
        let decision = try stop.finishing(within: Run.grace) { () throws(BrokerError) in try self.claim(wanted) }
        if let decision, decision != .giveUp { return decision }
        // Granted or not, this worker finds out when it comes back, and makes it good.
        worker.log("stopped while the group could not be reached; the same command makes it good")
        return .giveUp
    }

    /// What the open transaction holds is committed.
    func close() { open.withLock { $0.removeAll() } }

    /// What the open transaction holds is read again.
    func rollBack() {
        close()
        stream?.abort()
        worker.ownership.reset()
    }

    /// The group's positions once it has granted what the open transaction holds; without those that it granted before.
    private func wantedPositions() -> [KafkaPartition: KafkaPosition] {
        var wanted: [KafkaPartition: KafkaPosition] = [:]
        for (partition, range) in open.withLock({ $0 }) {
            let claimed = worker.ownership.claimed(of: partition)
            guard range.upperBound > claimed.granted else { continue }
            let claims = claimed.claims.claiming(range, by: worker.name)
            wanted[partition] = KafkaPosition(offset: range.upperBound, note: claims.text)
        }
        return wanted
    }

    /// Waits while no server answers.
    private func claim(_ wanted: [KafkaPartition: KafkaPosition]) throws(BrokerError) -> CommitDecision {
        if let failure = stream?.failure, failure.recovery != .newClient {
            return publishAgain("cannot publish, and tries again: \(failure.detail) (\(failure.operation))")
        }
        var isLogged = false
        while true {
            do throws(KafkaError) {
                guard try isAsKnown(Array(wanted.keys)) else {
                    worker.log("finds that another worker has gone on; reads again from there")
                    return .rollBack
                }
                if let stream {
                    try stream.commit(wanted, of: worker.consumer)
                } else {
                    try worker.consumer.commit(wanted)
                }
                waits.end("publishes again")
                return granted(wanted)
            } catch {
                if let decision = try decision(after: error, on: wanted) { return decision }
                if !isLogged { worker.log("waits for the group: \(error.detail)") }
                isLogged = true
                switch find(wanted) {
                case .stopped: return .giveUp
                case .committed: return granted(wanted)
                case .notCommitted, .unknown: continue
                }
            }
        }
    }

    /// What follows from a commit that failed; `nil` where it is to be tried again.
    private func decision(
        after error: KafkaError, on wanted: [KafkaPartition: KafkaPosition]
    ) throws(BrokerError) -> CommitDecision? {
        if let stream, error.code == .fatal || error.recovery == .newClient {
            worker.log("makes a new producer: \(error.detail)")
            do throws(KafkaError) { try stream.renew() } catch { throw BrokerError(error) }
        } else if error.code == .fatal {
            throw BrokerError(error)
        } else if stream != nil, error.recovery == .none {
            return publishAgain("sends again what was not taken: \(error.detail)")
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

    /// What could not be sent cannot be committed: all of it is read and sent again.
    private func publishAgain(_ reason: String) -> CommitDecision {
        waits.wait(reason)
        stream?.abort()
        stop.wait(for: Self.publishPause)
        return .rollBack
    }

    /// Whether the group is still where this worker thinks it is. A server fences a worker that lost a partition, but one
    /// that has forgotten its groups may let two have the same one.
    private func isAsKnown(_ partitions: [KafkaPartition]) throws(KafkaError) -> Bool {
        let found = try worker.consumer.committedPositions(partitions, timeout: .seconds(5))
        return partitions.allSatisfy { found[$0]?.offset == worker.ownership.claimed(of: $0).offset }
    }

    /// What a group says of positions after a commit that failed.
    private enum Finding { case committed, notCommitted, unknown, stopped }

    /// Whether the group has these positions after all, asked after a pause.
    private func find(_ wanted: [KafkaPartition: KafkaPosition]) -> Finding {
        if stop.wait(for: Self.retryPause) { return .stopped }
        guard let found = try? worker.consumer.committedPositions(Array(wanted.keys), timeout: .seconds(5)) else {
            return .unknown
        }
        return wanted.allSatisfy { found[$0.key] == $0.value } ? .committed : .notCommitted
    }
}

internal import Broker
internal import DataLayout
internal import Kafka
internal import Synchronization
internal import Threads

/// This data folder's worker as a member of its group: what the thread that reads and the one that writes share.
final class KafkaWorker: Sendable {
    /// The data folder's, for good.
    let name: String
    let consumer: KafkaConsumer
    let ownership = Ownership()
    let log: @Sendable (String) -> Void
    /// The cluster's own name, under which this worker keeps its positions; known once a server has answered.
    private let cluster = Mutex("")

    init(name: String, consumer: KafkaConsumer, log: @escaping @Sendable (String) -> Void) {
        self.name = name
        self.consumer = consumer
        self.log = log
    }

    func learnCluster() {
        // Servers before 0.10.1 have no name for their cluster.
        let name = consumer.cluster() ?? ""
        cluster.withLock { $0 = name }
    }

    /// A partition as the ledger knows it.
    func key(_ partition: KafkaPartition) -> SourceKey {
        SourceKey(
            name: "kafka:\(partition.topic)", fingerprint: cluster.withLock { $0 }, partition: Int(partition.number))
    }

    /// Where the group is; waits while no server says, as while a transaction is open that a worker left behind.
    func committedPositions(
        _ partitions: [KafkaPartition], stop: StopSignal
    ) throws(KafkaError) -> [KafkaPartition: KafkaPosition] {
        var isLogged = false
        while true {
            do throws(KafkaError) {
                return try consumer.committedPositions(partitions, timeout: .seconds(5))
            } catch {
                guard error.recovery == .retry || error.code == .timedOut || error.code == .unreachable, !stop.isSet
                else { throw error }
                if !isLogged { log("waits for the group's offsets: \(error.detail)") }
                isLogged = true
            }
        }
    }

    /// Where to begin with a partition, so as to see first which alerts were claimed last by others before an offset.
    func start(
        in partition: KafkaPartition, at offset: Int64, _ claims: OffsetClaims, lookingBack lookback: inout Lookback
    ) -> Int64 {
        // What was always this worker's is in its archive.
        guard offset > 0, claims.claims.contains(where: { $0.worker != name }) else { return offset }
        // An offset that is gone already would send librdkafka elsewhere; without an answer it is let be.
        guard let marks = try? consumer.watermarks(of: partition, timeout: .seconds(5)) else { return offset }
        return lookback.begin(partition, at: offset, low: marks.low)
    }
}

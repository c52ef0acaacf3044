internal import Broker
internal import DataLayout
internal import Kafka
internal import Synchronization
internal import Threads

/// This data folder's worker as a member of its group: the state that the reading and the writing thread share.
final class KafkaWorker: Sendable {
    /// The worker's name, which stays with the data folder.
    let name: String
    let consumer: KafkaConsumer
    let ownership = Ownership()
    let log: @Sendable (String) -> Void
    /// Shows that the run's threads are alive while a server is away.
    let monitor: RunMonitor
    /// The cluster's id, under which this worker keeps its positions; known once a server has answered.
    private let cluster = Mutex("")

    init(
        name: String, consumer: KafkaConsumer, monitor: RunMonitor = RunMonitor(),
        log: @escaping @Sendable (String) -> Void
    ) {
        self.name = name
        self.consumer = consumer
        self.monitor = monitor
        self.log = log
    }

    func learnCluster() {
        // Servers before 0.10.1 have no cluster id.
        let name = consumer.cluster() ?? ""
        cluster.withLock { $0 = name }
    }

    /// A partition's key in the ledger.
    func key(_ partition: KafkaPartition) -> SourceKey {
        SourceKey(
            name: "kafka:\(partition.topic)", fingerprint: cluster.withLock { $0 }, partition: Int(partition.number))
    }

    /// The group's committed positions; waits while no server returns them, as while a dead worker's transaction is open.
    func committedPositions(
        _ partitions: [KafkaPartition], stop: StopSignal
    ) throws(KafkaError) -> [KafkaPartition: KafkaPosition] {
        var isLogged = false
        while true {
            do throws(KafkaError) {
                return try monitor.waiting(.read, atMost: .seconds(10)) { () throws(KafkaError) in
                    try consumer.committedPositions(partitions, timeout: .seconds(5))
                }
            } catch {
                guard error.recovery == .retry || error.code == .timedOut || error.code == .unreachable, !stop.isSet
                else { throw error }
                if !isLogged { log("waits for the group's offsets: \(error.detail)") }
                isLogged = true
            }
        }
    }

    /// Where to start in a partition, so as to learn first which alerts before an offset other workers claimed last.
    func start(
        in partition: KafkaPartition, at offset: Int64, _ claims: OffsetClaims, lookingBack lookback: inout Lookback
    ) -> Int64 {
        // Alerts of a partition that no other worker had are in this worker's archive.
        guard offset > 0, claims.claims.contains(where: { $0.worker != name }) else { return offset }
        // An expired offset would make librdkafka reset its position; without the watermarks there is no lookback.
        guard let marks = try? consumer.watermarks(of: partition, timeout: .seconds(5)) else { return offset }
        return lookback.begin(partition, at: offset, low: marks.low)
    }
}

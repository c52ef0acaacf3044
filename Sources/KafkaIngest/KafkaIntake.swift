internal import Broker
internal import DataLayout
internal import Kafka
internal import Threads

/// Reads a survey's topic as one worker of a group, and claims offsets for it just before the worker commits its tables.
///
/// Two threads use it. The reading thread polls, answers rebalances and queues batches (``KafkaReader``); the writing thread
/// claims just before it commits (``KafkaTransaction``).
final class KafkaIntake: Intake {
    private let source: KafkaSource
    /// Path of the data folder.
    private let folder: String
    private let worker: KafkaWorker
    private let stream: KafkaStream?
    private let transaction: KafkaTransaction

    /// - Parameters:
    ///   - source: The topic.
    ///   - context: The run.
    /// - Throws: ``BrokerError`` where librdkafka does not know a property, or the folder cannot be read.
    init(_ source: KafkaSource, _ context: IntakeContext) throws(BrokerError) {
        self.source = source
        folder = context.folder
        let name = try context.workerName()
        do throws(KafkaError) {
            worker = KafkaWorker(
                name: name,
                consumer: try KafkaConsumer(Self.configuration(of: source, worker: name), group: source.group),
                monitor: context.monitor, log: context.log)
            stream = try source.publish.map { (outputs) throws(KafkaError) in
                try KafkaStream(
                    outputs, group: source.group, worker: name, stop: context.stop, monitor: context.monitor)
            }
        } catch { throw BrokerError(error) }
        transaction = KafkaTransaction(worker, publishingTo: stream, stop: context.stop)
    }

    private static func configuration(of source: KafkaSource, worker: String) -> KafkaConfiguration {
        var configuration = source.configuration
        // A worker that restarts within this time gets its partitions back without a rebalance.
        configuration.setDefault("group.instance.id", "\(source.group)-\(worker)")
        if configuration["group.instance.id"] == "" { configuration["group.instance.id"] = nil }
        configuration.setDefault("session.timeout.ms", "45000")
        // What librdkafka prefetches of all partitions together, kilobytes. One response from each server may exceed it, each
        // no larger than this (`fetch.max.bytes` follows it).
        configuration.setDefault("queued.max.messages.kbytes", "32768")
        configuration.setDefault("fetch.message.max.bytes", "4194304")
        // How soon a new topic is detected, ms; librdkafka's default of five minutes is long when a night begins.
        configuration.setDefault("topic.metadata.refresh.interval.ms", "10000")
        return configuration
    }

    let isStream = true

    var hasEnd: Bool { !source.follows }

    var partitions: [RunMonitor.Partition] {
        worker.consumer.positions.map { partition, position, end in
            RunMonitor.Partition(
                topic: partition.topic, number: Int(partition.number), position: position, end: end)
        }
    }

    func read(into queue: IntakeQueue, stop: StopSignal) throws(BrokerError) {
        do throws(KafkaError) {
            guard try findServer(queue, stop: stop) else { return }
            // Ends a transaction that this worker left open before it stopped; only then are its claims read.
            try queue.waiting(atMost: .seconds(120)) { () throws(KafkaError) in try stream?.open() }
            let ends = try queue.waiting(atMost: .seconds(300)) { () throws(KafkaError) in
                source.follows ? nil : try source.ends(log: worker.log)
            }
            let positions = try storedPositions()
            var recovery = ClaimRecovery(worker, source, positions: positions)
            try recovery.run(into: queue, stop: stop)
            var reader = try KafkaReader(
                source, for: worker, transaction, positions: positions, ends: ends, into: queue, stop: stop)
            try reader.run()
        } catch { throw BrokerError(error) }
    }

    /// Connects to a server and learns the cluster's name; a stream that is followed waits until a server answers.
    ///
    /// - Returns: `false` when a stop was requested meanwhile.
    private func findServer(_ queue: IntakeQueue, stop: StopSignal) throws(KafkaError) -> Bool {
        let admin = try KafkaAdmin(source.configuration)
        var isLogged = false
        while !stop.isSet {
            do throws(KafkaError) {
                try queue.waiting(atMost: .seconds(60)) { () throws(KafkaError) in
                    _ = try admin.topics(timeout: source.follows ? .seconds(5) : .seconds(30))
                    worker.learnCluster()
                }
                if isLogged { worker.log("a server answers") }
                return true
            } catch {
                guard source.follows, error.recovery == .retry else { throw error }
                if !isLogged { worker.log("waits for a server: \(error.detail)") }
                isLogged = true
            }
        }
        return false
    }

    private func storedPositions() throws(KafkaError) -> StoredPositions {
        do throws(BrokerError) { return try StoredPositions(folder: folder) } catch {
            throw KafkaError(.other, "read the positions", "\(error)")
        }
    }

    func willCommit() throws(BrokerError) -> CommitDecision { try transaction.claim() }

    func didCommit() { transaction.close() }

    func rollBack() { transaction.rollBack() }

    func close() {
        stream?.close()
        try? worker.consumer.close()
    }
}

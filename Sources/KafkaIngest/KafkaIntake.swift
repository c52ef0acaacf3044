internal import Broker
internal import DataLayout
internal import Kafka
internal import Threads

/// Reads a survey's topic as one worker of a group, and claims for the group what this worker is about to commit.
///
/// Two threads use it. The one that reads polls, answers rebalances and hands batches on (``KafkaReader``); the one that
/// writes claims, just before it commits (``KafkaTransaction``).
final class KafkaIntake: Intake {
    private let source: KafkaSource
    /// Path of the data folder.
    private let folder: String
    private let worker: KafkaWorker
    private let stream: KafkaStream?
    private let transaction: KafkaTransaction

    /// - Parameters:
    ///   - source: What to read.
    ///   - context: The run.
    /// - Throws: ``BrokerError`` where a property is none that librdkafka knows, or the folder cannot be read.
    init(_ source: KafkaSource, _ context: IntakeContext) throws(BrokerError) {
        self.source = source
        folder = context.folder
        let name = try context.workerName()
        do throws(KafkaError) {
            worker = KafkaWorker(
                name: name,
                consumer: try KafkaConsumer(Self.configuration(of: source, worker: name), group: source.group),
                log: context.log)
            stream = try source.publish.map { (outputs) throws(KafkaError) in
                try KafkaStream(outputs, group: source.group, worker: name, stop: context.stop)
            }
        } catch { throw BrokerError(error) }
        transaction = KafkaTransaction(worker, publishingTo: stream, stop: context.stop)
    }

    private static func configuration(of source: KafkaSource, worker: String) -> KafkaConfiguration {
        var configuration = source.configuration
        // A worker that comes back within this time finds its partitions again, and nobody else is moved.
        configuration.setDefault("group.instance.id", "\(source.group)-\(worker)")
        if configuration["group.instance.id"] == "" { configuration["group.instance.id"] = nil }
        configuration.setDefault("session.timeout.ms", "45000")
        // What librdkafka reads ahead of all partitions together, kilobytes. An answer that is on its way may overshoot it,
        // one from each server, each no larger than this (`fetch.max.bytes` follows it).
        configuration.setDefault("queued.max.messages.kbytes", "32768")
        configuration.setDefault("fetch.message.max.bytes", "4194304")
        // How soon it sees that a topic has come, ms; librdkafka's own five minutes are long for a night that begins.
        configuration.setDefault("topic.metadata.refresh.interval.ms", "10000")
        return configuration
    }

    let isStream = true

    func read(into queue: IntakeQueue, stop: StopSignal) throws(BrokerError) {
        do throws(KafkaError) {
            guard try findServer(stop: stop) else { return }
            // Ends what an earlier life of this worker left open, before its claims are looked at.
            try stream?.open()
            let ends = source.follows ? nil : try source.ends(log: worker.log)
            let positions = try storedPositions()
            var recovery = ClaimRecovery(worker, source, positions: positions)
            try recovery.run(into: queue, stop: stop)
            var reader = try KafkaReader(
                source, for: worker, transaction, positions: positions, ends: ends, into: queue, stop: stop)
            try reader.run()
        } catch { throw BrokerError(error) }
    }

    /// Finds a server, and the cluster's name: where a stream is followed, waits until one answers.
    ///
    /// - Returns: `false` when it was asked to stop meanwhile.
    private func findServer(stop: StopSignal) throws(KafkaError) -> Bool {
        let admin = try KafkaAdmin(source.configuration)
        var isLogged = false
        while !stop.isSet {
            do throws(KafkaError) {
                _ = try admin.topics(timeout: source.follows ? .seconds(5) : .seconds(30))
                worker.learnCluster()
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

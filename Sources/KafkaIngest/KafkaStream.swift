internal import Avro
internal import Broker
internal import Foundation
internal import Kafka
internal import Synchronization
internal import Pipeline
internal import Threads

/// Publishes products to Kafka, in transactions that also commit the group's offsets.
///
/// Each message is an Avro container of one record, as ZTF's own are, keyed by the object. The schemas are published to the
/// topic `nightjar_schemas`, keyed by their fingerprints. Used by the writing thread.
final class KafkaStream: MessageStream, Sendable {
    /// Failures are thrown when the transaction is committed.
    typealias Failure = Never

    static let schemaTopic = "nightjar_schemas"

    private struct State {
        var producer: KafkaProducer
        /// Whether a transaction is open.
        var isOpen = false
        var topics: Set<String> = []
        var schemas: Set<String> = []
        /// Why the open transaction cannot be committed.
        var failure: KafkaError?
    }

    private let outputs: KafkaOutputs
    private let configuration: KafkaConfiguration
    private let name: String
    private let stop: StopSignal
    private let monitor: RunMonitor
    private let state: Mutex<State>

    init(
        _ outputs: KafkaOutputs, group: String, worker: String, stop: StopSignal, monitor: RunMonitor = RunMonitor()
    ) throws(KafkaError) {
        self.outputs = outputs
        self.stop = stop
        self.monitor = monitor
        var configuration = outputs.configuration
        configuration.setDefault("compression.type", "lz4")
        configuration.setDefault("linger.ms", "5")
        configuration.setDefault("message.max.bytes", "10000000")
        // The next owner of a dead worker's partitions waits for the end of its transaction: shorter than the session timeout.
        configuration.setDefault("transaction.timeout.ms", "30000")
        configuration.setDefault("queue.buffering.max.kbytes", "65536")
        self.configuration = configuration
        name = "nightjar-\(group)-\(worker)"
        state = Mutex(State(producer: try KafkaProducer(configuration, transactionalID: name)))
    }

    /// Why the open transaction cannot be committed; ``abort()`` clears it.
    var failure: KafkaError? { state.withLock { $0.failure } }

    private var producer: KafkaProducer { state.withLock { $0.producer } }

    /// Ends a transaction that this worker left open before it stopped.
    func open() throws(KafkaError) { try producer.initTransactions() }

    /// Replaces a producer that has failed; what was sent and not committed is dropped.
    func renew() throws(KafkaError) {
        let fresh = try KafkaProducer(configuration, transactionalID: name)
        try fresh.initTransactions()
        state.withLock { $0 = State(producer: fresh, topics: $0.topics) }
    }

    /// Sends a message; it becomes visible once ``commit(_:of:)`` has returned, which also throws what failed here.
    func publish(_ message: Message) {
        guard state.withLock({ $0.failure == nil }) else { return }
        do throws(KafkaError) { try send(message) } catch { state.withLock { $0.failure = error } }
    }

    private func send(_ message: Message) throws(KafkaError) {
        let (topic, schema) = (message.topic, message.schema)
        try createTopic(topic, compacted: false)
        if !state.withLock({ $0.isOpen }) {
            try producer.begin()
            state.withLock { $0.isOpen = true }
        }
        if state.withLock({ $0.schemas.insert(schema.fingerprint).inserted }) {
            try createTopic(Self.schemaTopic, compacted: true)
            try send(
                to: Self.schemaTopic, key: ArraySlice(schema.fingerprint.utf8), payload: schema.schema.json[...],
                headers: [KafkaHeader("topic", topic)])
        }
        try send(
            to: topic, key: message.key.map { ArraySlice($0.utf8) }, payload: message.container[...],
            headers: message.attributes.sorted { $0.key < $1.key }.map { KafkaHeader($0.key, $0.value) })
    }

    /// Sends a message; waits up to 60 s while the producer's queue is full, as when no server answers.
    private func send(
        to topic: String, key: ArraySlice<UInt8>?, payload: ArraySlice<UInt8>, headers: [KafkaHeader]
    ) throws(KafkaError) {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            do throws(KafkaError) {
                return try producer.send(
                    topic: topic, key: key, payload: payload, headers: headers, timeout: .seconds(1))
            } catch {
                guard error.code == .queueFull, ContinuousClock.now < deadline, !stop.isSet else { throw error }
                monitor.beat(.write)
            }
        }
    }

    /// Commits what was sent together with the group's new positions.
    func commit(_ positions: [KafkaPartition: KafkaPosition], of consumer: KafkaConsumer) throws(KafkaError) {
        if let failure = state.withLock({ $0.failure }) { throw failure }
        if !state.withLock({ $0.isOpen }) {
            try producer.begin()
            state.withLock { $0.isOpen = true }
        }
        try producer.send(positions, of: consumer)
        try producer.commit()
        state.withLock { $0.isOpen = false }
    }

    /// Drops what was sent since the last commit.
    func abort() {
        let wasOpen = state.withLock { state in
            defer { state.isOpen = false }
            // A schema that was sent in it is dropped with it.
            if state.isOpen { state.schemas.removeAll() }
            state.failure = nil
            return state.isOpen
        }
        if wasOpen { try? producer.abort() }
    }

    func close() { abort() }

    private func createTopic(_ name: String, compacted: Bool) throws(KafkaError) {
        guard !state.withLock({ $0.topics.contains(name) }) else { return }
        let created: ()? = try monitor.waiting(.write, atMost: Self.topicTimeout * 4) { () throws(KafkaError) in
            try stop.finishing { [outputs] () throws(KafkaError) in
                try Self.createTopic(name, compacted: compacted, outputs)
            }
        }
        guard created != nil else {
            throw KafkaError(.state, "create the topic \(name)", "stopped before it was created")
        }
        state.withLock { _ = $0.topics.insert(name) }
    }

    private static func createTopic(_ name: String, compacted: Bool, _ outputs: KafkaOutputs) throws(KafkaError) {
        let admin = try KafkaAdmin(outputs.configuration)
        guard try admin.topic(name, timeout: topicTimeout) == nil else { return }
        do throws(KafkaError) {
            try admin.create(
                topic: name, partitions: compacted ? 1 : outputs.partitions,
                retention: compacted ? nil : outputs.retention,
                settings: compacted ? ["cleanup.policy": "compact"] : [:], timeout: topicTimeout)
        } catch { if error.code != .topicExists { throw error } }
    }

    private static let topicTimeout = Duration.seconds(10)
}

internal import Avro
internal import Broker
internal import Foundation
internal import Kafka
internal import Synchronization
internal import Pipeline
internal import Threads

/// Sends the products to Kafka, in transactions that also carry the group's offsets.
///
/// Each message is an Avro container of one record, as ZTF's own are, keyed by the object. The schemas are sent to the
/// topic `nightjar_schemas` too, keyed by their fingerprints. Used by the thread that writes.
final class KafkaStream: MessageStream, Sendable {
    /// What fails is told when the transaction is to be committed.
    typealias Failure = Never

    static let schemaTopic = "nightjar_schemas"

    private struct State {
        var producer: KafkaProducer
        /// Whether a transaction is open.
        var isOpen = false
        var topics: Set<String> = []
        var schemas: Set<String> = []
        /// Why what was sent in the open transaction cannot be committed.
        var failure: KafkaError?
    }

    private let outputs: KafkaOutputs
    private let configuration: KafkaConfiguration
    private let name: String
    private let stop: StopSignal
    private let state: Mutex<State>

    init(_ outputs: KafkaOutputs, group: String, worker: String, stop: StopSignal) throws(KafkaError) {
        self.outputs = outputs
        self.stop = stop
        var configuration = outputs.configuration
        configuration.setDefault("compression.type", "lz4")
        configuration.setDefault("linger.ms", "5")
        configuration.setDefault("message.max.bytes", "10000000")
        // Whoever takes the partitions of a worker that died waits for the end of its transaction: less than for its session.
        configuration.setDefault("transaction.timeout.ms", "30000")
        configuration.setDefault("queue.buffering.max.kbytes", "65536")
        self.configuration = configuration
        name = "nightjar-\(group)-\(worker)"
        state = Mutex(State(producer: try KafkaProducer(configuration, transactionalID: name)))
    }

    /// Why what was sent in the open transaction cannot be committed; ``abort()`` forgets it.
    var failure: KafkaError? { state.withLock { $0.failure } }

    private var producer: KafkaProducer { state.withLock { $0.producer } }

    /// Ends what an earlier life of this worker left open.
    func open() throws(KafkaError) { try producer.initTransactions() }

    /// Makes another producer in place of one that can do no more; what was sent and not committed is dropped.
    func renew() throws(KafkaError) {
        let fresh = try KafkaProducer(configuration, transactionalID: name)
        try fresh.initTransactions()
        state.withLock { $0 = State(producer: fresh, topics: $0.topics) }
    }

    /// Sends a message; it is seen once ``commit(_:of:)`` has returned, which also says what failed here.
    func publish(_ message: Message) {
        guard state.withLock({ $0.failure == nil }) else { return }
        do throws(KafkaError) { try send(message) } catch { state.withLock { $0.failure = error } }
    }

    private func send(_ message: Message) throws(KafkaError) {
        let (topic, schema) = (message.topic, message.schema)
        try makeTopic(topic, compacted: false)
        if !state.withLock({ $0.isOpen }) {
            try producer.begin()
            state.withLock { $0.isOpen = true }
        }
        if state.withLock({ $0.schemas.insert(schema.fingerprint).inserted }) {
            try makeTopic(Self.schemaTopic, compacted: true)
            try send(
                to: Self.schemaTopic, key: ArraySlice(schema.fingerprint.utf8), payload: schema.schema.json[...],
                headers: [KafkaHeader("topic", topic)])
        }
        try send(
            to: topic, key: message.key.map { ArraySlice($0.utf8) }, payload: message.container[...],
            headers: message.attributes.sorted { $0.key < $1.key }.map { KafkaHeader($0.key, $0.value) })
    }

    /// Waits while the producer's queue is full, as while no server takes anything.
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
            }
        }
    }

    /// Makes visible what was sent, together with the group's new positions.
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
            // A schema that was sent in it is gone with it.
            if state.isOpen { state.schemas.removeAll() }
            state.failure = nil
            return state.isOpen
        }
        if wasOpen { try? producer.abort() }
    }

    func close() { abort() }

    private func makeTopic(_ name: String, compacted: Bool) throws(KafkaError) {
        guard !state.withLock({ $0.topics.contains(name) }) else { return }
        let made: ()? = try stop.finishing { [outputs] () throws(KafkaError) in
            try Self.makeTopic(name, compacted: compacted, outputs)
        }
        guard made != nil else { throw KafkaError(.state, "create the topic \(name)", "stopped before it was there") }
        state.withLock { _ = $0.topics.insert(name) }
    }

    private static func makeTopic(_ name: String, compacted: Bool, _ outputs: KafkaOutputs) throws(KafkaError) {
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

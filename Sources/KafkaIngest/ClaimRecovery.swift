internal import Broker
internal import Kafka
internal import Threads

/// Reads the messages that a worker claimed before it was last stopped and never committed, without the group.
///
/// The group has committed these offsets already, so nothing is claimed or published for them: they only go into the tables.
struct ClaimRecovery {
    private let worker: KafkaWorker
    private let source: KafkaSource
    private let positions: StoredPositions
    /// Claimed offsets that are still to be read.
    private var pending: [KafkaPartition: Range<Int64>] = [:]
    private var starts: [KafkaPartition: KafkaStart] = [:]
    private var lookback = Lookback()

    init(_ worker: KafkaWorker, _ source: KafkaSource, positions: StoredPositions) {
        self.worker = worker
        self.source = source
        self.positions = positions
    }

    /// Reads the pending messages, and waits until they are durable. No other worker reads them.
    mutating func run(into queue: IntakeQueue, stop: StopSignal) throws(KafkaError) {
        try findPending(stop: stop)
        guard !pending.isEmpty else { return }
        let count = pending.values.map(\.count).reduce(0, +)
        worker.log("reads \(count) messages that this worker claimed and had not stored before it stopped")
        if try read(into: queue, stop: stop) { _ = queue.flush() }
    }

    private mutating func findPending(stop: StopSignal) throws(KafkaError) {
        let topics = try worker.monitor.waiting(.read, atMost: .seconds(60)) { () throws(KafkaError) in
            try source.topics(try KafkaAdmin(source.configuration))
        }
        let partitions = topics.flatMap { topic in topic.partitions.map { KafkaPartition(topic.name, $0.number) } }
        guard !partitions.isEmpty else { return }
        for (partition, position) in try worker.committedPositions(partitions, stop: stop) {
            let claims = OffsetClaims(position.metadata)
            guard let claim = claims[worker.name] else { continue }
            let mine = try positions.offset(of: worker.key(partition))
            let from = max(claim.lowerBound, mine ?? claim.lowerBound)
            guard from < claim.upperBound else { continue }
            pending[partition] = from..<claim.upperBound
            starts[partition] = .offset(worker.start(in: partition, at: from, claims, lookingBack: &lookback))
        }
    }

    /// Puts the pending messages into the queue; `false` once it is closed.
    private mutating func read(into queue: IntakeQueue, stop: StopSignal) throws(KafkaError) -> Bool {
        var own = source.configuration
        own["group.instance.id"] = nil
        let reader = try KafkaConsumer(own, group: nil)
        defer { try? reader.close() }
        try reader.assign(starts)
        while !pending.isEmpty, !stop.isSet {
            queue.beat()
            let poll = try reader.poll(
                timeout: .milliseconds(200), maxMessages: KafkaReader.batchMessages, maxBytes: KafkaReader.batchBytes)
            for (partition, messages) in Dictionary(grouping: poll.messages, by: \.partition) {
                guard try enqueue(messages, of: partition, from: reader, into: queue) else { return false }
            }
            for event in poll.events {
                // The last offsets of a claim may carry no message, such as a transaction marker.
                if case .reachedEnd(let partition, let offset) = event, let range = pending[partition],
                    offset >= range.upperBound
                {
                    pending[partition] = nil
                }
            }
        }
        return true
    }

    private mutating func enqueue(
        _ messages: [KafkaMessage], of partition: KafkaPartition, from reader: KafkaConsumer, into queue: IntakeQueue
    ) throws(KafkaError) -> Bool {
        guard let range = pending[partition] else { return true }
        let key = worker.key(partition)
        let (known, new, resume) = lookback.split(messages, of: partition)
        if !known.isEmpty, !queue.put(accountedElsewhere: known.map { $0.packet(of: key) }, of: key) { return false }
        if let resume { try reader.seek([partition: resume]) }
        let own = new.filter { range.contains($0.offset) }
        if !own.isEmpty, !queue.put(IntakeBatch(own, of: key, bytesRead: 0, receipt: nil)) { return false }
        if messages.contains(where: { $0.offset >= range.upperBound - 1 }) { pending[partition] = nil }
        return true
    }
}

internal import Broker
internal import Kafka
internal import Threads

/// Reads what a worker claimed in an earlier life and never committed, without the group.
///
/// The messages count for the group already, so nothing is claimed or published for them: they only go into the tables.
struct ClaimRecovery {
    private let worker: KafkaWorker
    private let source: KafkaSource
    private let positions: StoredPositions
    /// Offsets that are still to be read.
    private var owed: [KafkaPartition: Range<Int64>] = [:]
    private var starts: [KafkaPartition: KafkaStart] = [:]
    private var lookback = Lookback()

    init(_ worker: KafkaWorker, _ source: KafkaSource, positions: StoredPositions) {
        self.worker = worker
        self.source = source
        self.positions = positions
    }

    /// Reads what is owed, and waits until it is durable. Nobody else will read it.
    mutating func run(into queue: IntakeQueue, stop: StopSignal) throws(KafkaError) {
        try findOwed(stop: stop)
        guard !owed.isEmpty else { return }
        let count = owed.values.map(\.count).reduce(0, +)
        worker.log("makes good \(count) messages that were claimed before the last stop")
        if try read(into: queue, stop: stop) { _ = queue.flush() }
    }

    private mutating func findOwed(stop: StopSignal) throws(KafkaError) {
        let topics = try source.topics(try KafkaAdmin(source.configuration))
        let partitions = topics.flatMap { topic in topic.partitions.map { KafkaPartition(topic.name, $0.number) } }
        guard !partitions.isEmpty else { return }
        for (partition, position) in try worker.committedPositions(partitions, stop: stop) {
            let claims = OffsetClaims(position.note)
            guard let claim = claims[worker.name] else { continue }
            let mine = try positions.offset(of: worker.key(partition))
            let from = max(claim.lowerBound, mine ?? claim.lowerBound)
            guard from < claim.upperBound else { continue }
            owed[partition] = from..<claim.upperBound
            starts[partition] = .offset(worker.start(in: partition, at: from, claims, lookingBack: &lookback))
        }
    }

    /// Hands on what is owed; `false` once nobody wants it.
    private mutating func read(into queue: IntakeQueue, stop: StopSignal) throws(KafkaError) -> Bool {
        var own = source.configuration
        own["group.instance.id"] = nil
        let reader = try KafkaConsumer(own, group: nil)
        defer { try? reader.close() }
        try reader.assign(starts)
        while !owed.isEmpty, !stop.isSet {
            let poll = try reader.poll(
                timeout: .milliseconds(200), maxMessages: KafkaReader.batchMessages, maxBytes: KafkaReader.batchBytes)
            for (partition, messages) in Dictionary(grouping: poll.messages, by: \.partition) {
                guard try handOn(messages, of: partition, from: reader, into: queue) else { return false }
            }
            for event in poll.events {
                // A claim may end in what carries no message, such as the mark of a transaction.
                if case .reachedEnd(let partition, let offset) = event, let range = owed[partition],
                    offset >= range.upperBound
                {
                    owed[partition] = nil
                }
            }
        }
        return true
    }

    private mutating func handOn(
        _ messages: [KafkaMessage], of partition: KafkaPartition, from reader: KafkaConsumer, into queue: IntakeQueue
    ) throws(KafkaError) -> Bool {
        guard let range = owed[partition] else { return true }
        let key = worker.key(partition)
        let (known, new, goOn) = lookback.split(messages, of: partition)
        if !known.isEmpty, !queue.put(accountedElsewhere: known.map { $0.packet(of: key) }, of: key) { return false }
        if let goOn { try reader.seek([partition: goOn]) }
        let own = new.filter { range.contains($0.offset) }
        if !own.isEmpty, !queue.put(IntakeBatch(own, of: key, bytesRead: 0, receipt: nil)) { return false }
        if messages.contains(where: { $0.offset >= range.upperBound - 1 }) { owed[partition] = nil }
        return true
    }
}

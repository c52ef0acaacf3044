internal import Avro
internal import Foundation
internal import Kafka
internal import Packets
internal import Synchronization
internal import Threads

/// Reads a survey's topic as one worker of a group, and claims for the group what this worker is about to commit.
///
/// Two threads use it. The one that reads polls, answers rebalances and hands batches on; the one that writes claims, just
/// before it commits. The order of the two commits is what makes each message count once over all workers: first the
/// group's (fenced: a worker that lost a partition is refused), then this worker's tables. A crash in between leaves a
/// claim that the worker finds when it comes back, and makes good before it joins the group again.
final class KafkaIntake: Sendable {
    static let batchPackets = 256
    static let batchBytes = 16 << 20

    private let source: KafkaSource
    let consumer: KafkaConsumer
    let ownership = Ownership()
    let publisher: KafkaPublisher?
    private let folder: String
    let worker: String
    /// The cluster's own name, under which this worker keeps its positions; known once a server has answered.
    private let cluster = Mutex("")
    private let note: @Sendable (String) -> Void
    /// What keeps the products from being published.
    private let waits = Waiting()
    private static let publishPause = Duration.seconds(1)

    /// - Parameters:
    ///   - source: What to read.
    ///   - folder: The data folder, held for writing.
    ///   - stop: Asks to stop.
    ///   - note: Told each change of state in a line.
    /// - Throws: ``BrokerError`` where a property is none that librdkafka knows, or the folder cannot be read.
    init(
        _ source: KafkaSource, folder: DataFolder, stop: StopSignal, note: @escaping @Sendable (String) -> Void
    ) throws(BrokerError) {
        self.source = source
        self.folder = folder.path
        self.note = note
        let worker = try folder.workerName()
        self.worker = worker
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
        do throws(KafkaError) {
            consumer = try KafkaConsumer(configuration, group: source.group)
            publisher = try source.publish.map { (outputs) throws(KafkaError) in
                try KafkaPublisher(outputs, group: source.group, worker: worker, stop: stop)
            }
        } catch { throw BrokerError(error) }
    }

    func key(_ partition: KafkaPartition) -> SourceKey {
        SourceKey(
            name: "kafka:\(partition.topic)", fingerprint: cluster.withLock { $0 }, partition: Int(partition.number))
    }

    // MARK: - Reading

    /// Reads until the end, where one is set, or until it is asked to stop.
    func read(into queue: BatchQueue<Reading>, stop: StopSignal) throws(BrokerError) {
        do throws(KafkaError) {
            guard try findServer(stop: stop) else { return }
            // Ends what an earlier life of this worker left open, before its claims are looked at.
            try publisher?.open()
            let ends = source.follows ? nil : try topicEnds()
            try finishClaims(into: queue, stop: stop)
            try consumer.subscribe([source.topic])
            var reader = KafkaReader(
                intake: self, positions: try stored(), source: source, ends: ends, queue: queue, stop: stop, note: note)
            try reader.run()
        } catch { throw BrokerError(error) }
    }

    /// Finds a server, and the cluster's name: where a stream is followed, waits until one answers.
    ///
    /// - Returns: `false` when it was asked to stop meanwhile.
    private func findServer(stop: StopSignal) throws(KafkaError) -> Bool {
        let admin = try KafkaAdmin(source.configuration)
        var wasTold = false
        while !stop.isSet {
            do throws(KafkaError) {
                _ = try admin.topics(timeout: source.follows ? .seconds(5) : .seconds(30))
                // Servers before 0.10.1 have no name for their cluster.
                let name = consumer.cluster() ?? ""
                cluster.withLock { $0 = name }
                if wasTold { note("a server answers") }
                return true
            } catch {
                guard source.follows, error.recovery == .retry else { throw error }
                if !wasTold { note("waits for a server: \(error.detail)") }
                wasTold = true
            }
        }
        return false
    }

    private func stored() throws(KafkaError) -> StoredPositions {
        do { return try StoredPositions(folder: folder) } catch {
            throw KafkaError(.other, "read the positions", "\(error)")
        }
    }

    /// The offset after the last message of each partition now.
    private func topicEnds() throws(KafkaError) -> [KafkaPartition: KafkaWatermarks] {
        var ends: [KafkaPartition: KafkaWatermarks] = [:]
        let admin = try KafkaAdmin(source.configuration)
        let names = try admin.topics().map(\.name).filter { matches($0) }
        guard !names.isEmpty else {
            throw KafkaError(
                .unknownTopic, "read \(source.topic)",
                "there is no such topic; 'nightjar kafka ready --wait' waits for one, --follow reads it when it comes")
        }
        for name in names { ends.merge(try admin.watermarks(of: name)) { $1 } }
        if ends.values.allSatisfy({ $0.count == 0 }) {
            note("\(names.joined(separator: ", ")): there, but empty; 'nightjar kafka ready --wait' waits for messages")
        }
        return ends
    }

    private func matches(_ name: String) -> Bool {
        (try? KafkaTopicName(source.topic))?.matches(name) ?? false
    }

    /// Where the group is; waits while no server says, as while a transaction is open that a worker left behind.
    func committedPositions(
        _ partitions: [KafkaPartition], stop: StopSignal
    ) throws(KafkaError) -> [KafkaPartition: KafkaPosition] {
        var wasTold = false
        while true {
            do throws(KafkaError) {
                return try consumer.committedPositions(partitions, timeout: .seconds(5))
            } catch {
                guard error.recovery == .retry || error.code == .timedOut || error.code == .unreachable, !stop.isSet
                else { throw error }
                if !wasTold { note("waits for the group's offsets: \(error.detail)") }
                wasTold = true
            }
        }
    }

    /// Reads what this worker claimed and never committed; nobody else will.
    private func finishClaims(into queue: BatchQueue<Reading>, stop: StopSignal) throws(KafkaError) {
        let admin = try KafkaAdmin(source.configuration)
        let topics = try admin.topics().filter { matches($0.name) }
        let partitions = topics.flatMap { topic in topic.partitions.map { KafkaPartition(topic.name, $0.number) } }
        guard !partitions.isEmpty else { return }
        let committed = try committedPositions(partitions, stop: stop)
        let positions = try stored()
        var owed: [KafkaPartition: Range<Int64>] = [:]
        var lookBack = LookBack()
        var starts: [KafkaPartition: KafkaStart] = [:]
        for (partition, position) in committed {
            let note = ClaimNote(position.note)
            guard let claim = note[worker] else { continue }
            let mine: Int64?
            do { mine = try positions.position(of: key(partition)) } catch {
                throw KafkaError(.other, "read the positions", "\(error)")
            }
            let from = max(claim.lowerBound, mine ?? claim.lowerBound)
            guard from < claim.upperBound else { continue }
            owed[partition] = from..<claim.upperBound
            starts[partition] = .offset(self.lookBack(&lookBack, in: partition, before: from, note))
        }
        guard !owed.isEmpty else { return }
        let count = owed.values.map(\.count).reduce(0, +)
        note("makes good \(count) messages that were claimed before the last stop")
        var reader = ClaimReader(
            intake: self, configuration: source.configuration, owed: owed, starts: starts, lookBack: lookBack)
        try reader.read(into: queue, stop: stop)
    }

    /// Where to begin with a partition, so as to see first which alerts were claimed last by others before an offset.
    func lookBack(
        _ lookBack: inout LookBack, in partition: KafkaPartition, before offset: Int64, _ note: ClaimNote
    ) -> Int64 {
        // What was always this worker's is in its archive.
        guard offset > 0, note.claims.contains(where: { $0.worker != worker }) else { return offset }
        // An offset that is gone already would send librdkafka elsewhere; without an answer it is let be.
        guard let marks = try? consumer.watermarks(of: partition, timeout: .seconds(5)) else { return offset }
        return lookBack.begin(partition, at: offset, low: marks.low)
    }

    // MARK: - Claiming

    /// Claims for this worker what it is about to commit. Waits while no server answers.
    ///
    /// - Returns: Whether it was granted; where it was not, the partitions went to another worker, and nothing of it counts.
    func claim(_ ranges: [KafkaPartition: Range<Int64>], stop: StopSignal) throws(BrokerError) -> Bool {
        var notes: [KafkaPartition: ClaimNote] = [:]
        for (partition, range) in ranges {
            let claim = ownership.claim(on: partition)
            guard range.upperBound > claim.granted else { continue }
            notes[partition] = claim.note.claiming(range, by: worker)
        }
        guard !notes.isEmpty else { return true }
        let positions = notes.compactMap { partition, note in
            ranges[partition].map { (partition, KafkaPosition(offset: $0.upperBound, note: note.text)) }
        }
        let wanted = Dictionary(uniqueKeysWithValues: positions)
        if let publisher, let failure = publisher.failure, failure.recovery != .newClient {
            // What could not be sent cannot be committed: all of it is read and sent again.
            waits.tell("cannot publish, and tries again: \(failure.detail) (\(failure.operation))", note)
            publisher.abort()
            stop.wait(for: Self.publishPause)
            return false
        }
        var wasTold = false
        while true {
            do throws(KafkaError) {
                guard try isAsKnown(Array(wanted.keys)) else {
                    note("finds that another worker has gone on; reads again from there")
                    publisher?.abort()
                    return false
                }
                if let publisher { try publisher.commit(wanted, of: consumer) } else { try consumer.commit(wanted) }
                ownership.claimed(wanted)
                waits.end("publishes again", note)
                return true
            } catch {
                if let publisher, error.code == .fatal || error.recovery == .newClient {
                    note("makes a new producer: \(error.detail)")
                    do throws(KafkaError) { try publisher.renew() } catch { throw BrokerError(error) }
                    return try isCommitted(wanted, stop: stop) == true
                }
                if error.code == .fatal { throw BrokerError(error) }
                if publisher != nil, error.recovery == .none {
                    // What was sent cannot be committed: all of it again.
                    waits.tell("sends again what was not taken: \(error.detail)", note)
                    publisher?.abort()
                    stop.wait(for: Self.publishPause)
                    return false
                }
                if error.code == .fenced || error.recovery == .abortTransaction {
                    publisher?.abort()
                    return try isCommitted(wanted, stop: stop) == true
                }
                if !wasTold { note("waits for the group: \(error.detail)") }
                wasTold = true
                if let granted = try isCommitted(wanted, stop: stop), granted {
                    ownership.claimed(wanted)
                    return true
                }
            }
        }
    }

    /// Whether the group is still where this worker thinks it is. A server fences a worker that lost a partition, but one
    /// that has forgotten its groups may let two have the same one.
    private func isAsKnown(_ partitions: [KafkaPartition]) throws(KafkaError) -> Bool {
        let found = try consumer.committedPositions(partitions, timeout: .seconds(5))
        return partitions.allSatisfy { found[$0]?.offset == ownership.claim(on: $0).offset }
    }

    /// Whether the group has these positions; `nil` while no server says.
    private func isCommitted(
        _ wanted: [KafkaPartition: KafkaPosition], stop: StopSignal
    ) throws(BrokerError) -> Bool? {
        if stop.wait(for: .milliseconds(300)) {
            throw BrokerError(
                .interrupted, path: "",
                detail: "stopped while the group could not be reached; the same command makes it good")
        }
        guard let found = try? consumer.committedPositions(Array(wanted.keys), timeout: .seconds(5)) else { return nil }
        return wanted.allSatisfy { found[$0.key] == $0.value }
    }

    func close() {
        publisher?.close()
        try? consumer.close()
    }
}

extension BrokerError {
    init(_ error: KafkaError) { self.init(.kafka, path: "", detail: error.description) }
}

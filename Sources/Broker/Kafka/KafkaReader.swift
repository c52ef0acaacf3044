internal import Foundation
internal import Kafka
internal import Packets
internal import Threads

/// The reading thread's work: polls, answers rebalances, hands batches on, and knows when the end is reached.
struct KafkaReader {
    private static let pollTime = Duration.milliseconds(100)

    private let intake: KafkaIntake
    private let positions: StoredPositions
    private let source: KafkaSource
    private let ends: [KafkaPartition: KafkaWatermarks]?
    private let queue: BatchQueue<Reading>
    private let stop: StopSignal
    private let note: @Sendable (String) -> Void
    /// Partitions that were begun already, so that a start other than the committed offset counts once.
    private var begun: Set<KafkaPartition> = []
    /// What another worker has done in partitions of which this one still owed something.
    private var passedOver: [KafkaPartition: Range<Int64>] = [:]
    /// Where this worker is further than the group knows.
    private var ahead: [KafkaPartition: Int64] = [:]
    private var lookBack = LookBack()
    private var bytesRead: Int64 = 0
    /// Whether messages were handed on that are perhaps not durable yet.
    private var isOwing = false
    private var lastLook = ContinuousClock.now
    private var lookPause = Self.shortestLookPause
    private static let shortestLookPause = Duration.milliseconds(50)
    private static let longestLookPause = Duration.milliseconds(500)

    init(
        intake: KafkaIntake, positions: StoredPositions, source: KafkaSource, ends: [KafkaPartition: KafkaWatermarks]?,
        queue: BatchQueue<Reading>, stop: StopSignal, note: @escaping @Sendable (String) -> Void
    ) {
        self.intake = intake
        self.positions = positions
        self.source = source
        self.ends = ends
        self.queue = queue
        self.stop = stop
        self.note = note
    }

    mutating func run() throws(KafkaError) {
        while !stop.isSet {
            if intake.ownership.takeSeek() { try startAnew() }
            let poll = try intake.consumer.poll(
                timeout: Self.pollTime, maxMessages: KafkaIntake.batchPackets, maxBytes: KafkaIntake.batchBytes)
            try tell(poll.events)
            isOwing = isOwing || !poll.messages.isEmpty
            guard try handOn(poll.messages) else { return }
            if let rebalance = poll.rebalance { try answer(rebalance) }
            if poll.messages.isEmpty, try isDone() { return }
        }
    }

    private func tell(_ events: [KafkaEvent]) throws(KafkaError) {
        for event in events {
            switch event {
            case .reachedEnd: continue
            case .fatal(let reason): throw KafkaError(.fatal, "read", reason)
            // Its end will never come.
            case .topicMissing(let topic) where ends?.keys.contains { $0.topic == topic } == true:
                throw KafkaError(.unknownTopic, "read \(topic)", "the topic was deleted while it was read")
            default: note(event.description)
            }
        }
    }

    // MARK: - Batches

    /// Hands messages on, a batch for each partition; `false` once nobody takes them.
    private mutating func handOn(_ messages: [KafkaMessage]) throws(KafkaError) -> Bool {
        var byPartition: [KafkaPartition: [KafkaMessage]] = [:]
        var passed: [KafkaPartition: [KafkaMessage]] = [:]
        for message in messages where message.offset < ends?[message.partition]?.high ?? .max {
            if passedOver[message.partition]?.contains(message.offset) == true {
                passed[message.partition, default: []].append(message)
            } else {
                byPartition[message.partition, default: []].append(message)
            }
        }
        for (partition, messages) in passed {
            let key = intake.key(partition)
            guard queue.put(.known(key, messages.map { $0.packet(of: key) })) else { return false }
        }
        for (partition, messages) in byPartition.sorted(by: { $0.key < $1.key }) {
            // Without a ticket it is to be read anew, or another worker's.
            guard let ticket = intake.ownership.ticket(of: partition) else { continue }
            let (known, new, goOn) = lookBack.part(messages, of: partition)
            let key = intake.key(partition)
            if !known.isEmpty, !queue.put(.known(key, known.map { $0.packet(of: key) })) { return false }
            if let goOn { try intake.consumer.seek([partition: goOn]) }
            // What is owed since an earlier claim is not published again: no batch holds it and what is new.
            let granted = intake.ownership.claim(on: partition).granted
            let border = new.firstIndex { $0.offset >= granted } ?? new.endIndex
            for part in [new[..<border], new[border...]] where !part.isEmpty {
                bytesRead += Int64(part.map(\.payload.count).reduce(0, +))
                let batch = ReadBatch(part, of: partition, key: key, ticket: ticket, bytesRead: bytesRead)
                guard queue.put(.batch(batch)) else { return false }
            }
        }
        return true
    }

    // MARK: - Partitions that come and go

    private mutating func answer(_ rebalance: KafkaRebalance) throws(KafkaError) {
        switch rebalance {
        case .assigned(let partitions):
            let starts = try begin(partitions)
            try intake.consumer.accept(rebalance, startingAt: starts)
            remind(partitions)
            if !partitions.isEmpty { note("takes \(Self.list(partitions))") }
        case .revoked(let partitions, let lost):
            if !lost, !partitions.isEmpty {
                // What was read of them is made durable first: the next worker goes on behind it.
                let settled = Settlement()
                if queue.put(.settle(settled)) { settled.wait() }
            }
            intake.ownership.give(partitions)
            try intake.consumer.accept(rebalance)
            if !partitions.isEmpty { note((lost ? "has lost " : "gives away ") + Self.list(partitions)) }
        }
    }

    private static func list(_ partitions: [KafkaPartition]) -> String {
        let topics = Dictionary(grouping: partitions, by: \.topic)
        return topics.sorted { $0.key < $1.key }.map { topic, partitions in
            "\(topic) [\(partitions.map(\.number).sorted().map(String.init).joined(separator: ", "))]"
        }.joined(separator: ", ")
    }

    /// Where partitions begin; from now on their batches count.
    private mutating func begin(_ partitions: [KafkaPartition]) throws(KafkaError) -> [KafkaPartition: KafkaStart] {
        guard !partitions.isEmpty else { return [:] }
        let committed = try intake.committedPositions(partitions, stop: stop)
        var starts: [KafkaPartition: KafkaStart] = [:]
        var owned: [KafkaPartition: Ownership.Claimed] = [:]
        let fresh = partitions.filter { !begun.contains($0) }
        var byTime: [KafkaPartition: Int64] = [:]
        if case .time(let time) = source.start {
            byTime = try intake.consumer.offsets(notBefore: time, in: fresh)
        }
        for partition in partitions {
            let group = committed[partition]
            let note = ClaimNote(group?.note ?? "")
            owned[partition] = Ownership.Claimed(note: note, offset: group?.offset)
            passedOver[partition] = nil
            ahead[partition] = nil
            lookBack.skip(partition)
            let isFirst = begun.insert(partition).inserted
            switch source.start {
            case .earliest where isFirst: starts[partition] = .beginning
            case .offset(let offset) where isFirst: starts[partition] = .offset(offset)
            case .time where isFirst: starts[partition] = byTime[partition].map { .offset($0) } ?? .end
            default:
                let mine: Int64?
                do { mine = try positions.position(of: intake.key(partition)) } catch {
                    throw KafkaError(.other, "read the positions", "\(error)")
                }
                if let claim = note[intake.worker], let group, claim.upperBound > mine ?? claim.lowerBound {
                    // Granted, and not committed here: this worker's to do, whoever went on since.
                    let first = max(claim.lowerBound, mine ?? claim.lowerBound)
                    starts[partition] = .offset(intake.lookBack(&lookBack, in: partition, before: first, note))
                    owned[partition] = Ownership.Claimed(
                        note: note, granted: claim.upperBound, offset: group.offset)
                    if group.offset > claim.upperBound { passedOver[partition] = claim.upperBound..<group.offset }
                    continue
                }
                // Its own tables know more than a group whose offsets were lost.
                let known = [group?.offset, mine].compactMap { $0 }.max()
                if let mine, mine > group?.offset ?? 0 { ahead[partition] = mine }
                starts[partition] =
                    known.map { .offset(intake.lookBack(&lookBack, in: partition, before: $0, note)) } ?? .beginning
            }
        }
        intake.ownership.take(owned)
        return starts
    }

    /// Tells the group again what it has forgotten: a server that was lost may have lost what was committed last.
    private func remind(_ partitions: [KafkaPartition]) {
        var forgotten: [KafkaPartition: KafkaPosition] = [:]
        for partition in partitions {
            guard let mine = ahead[partition] else { continue }
            forgotten[partition] = KafkaPosition(offset: mine, note: intake.ownership.claim(on: partition).note.text)
        }
        guard !forgotten.isEmpty else { return }
        do throws(KafkaError) {
            try intake.consumer.commit(forgotten)
            intake.ownership.claimed(forgotten)
        } catch { note("the group does not take what it has forgotten: \(error.detail)") }
    }

    /// Reads again what was read and not granted.
    private mutating func startAnew() throws(KafkaError) {
        let partitions = intake.consumer.assignment
        // All of them may have gone to others meanwhile.
        guard !partitions.isEmpty else { return }
        let starts = try begin(partitions)
        var offsets: [KafkaPartition: Int64] = [:]
        for partition in partitions {
            if case .offset(let offset)? = starts[partition] {
                offsets[partition] = offset
            } else {
                offsets[partition] = try intake.consumer.watermarks(of: partition).low
            }
        }
        try intake.consumer.seek(offsets)
    }

    // MARK: - The end

    /// Whether the group has come to the ends that were set, over all its workers.
    private mutating func isDone() throws(KafkaError) -> Bool {
        guard let ends else { return false }
        if isOwing {
            // Nothing more has come for a while: perhaps this was the end, and then there is nothing to wait for.
            let settled = Settlement()
            guard queue.put(.settle(settled)) else { return true }
            settled.wait()
            isOwing = false
            lookPause = Self.shortestLookPause
        } else {
            guard ContinuousClock.now - lastLook > lookPause else { return false }
            lookPause = min(lookPause * 2, Self.longestLookPause)
        }
        lastLook = ContinuousClock.now
        let open = ends.filter { $0.value.high > $0.value.low }
        // Not known for now is not done.
        guard
            let committed = try? intake.consumer.committedPositions(Array(open.keys), timeout: .seconds(2))
        else { return false }
        return open.allSatisfy { partition, marks in committed[partition]?.offset ?? -1 >= marks.high }
    }
}

extension ReadBatch {
    /// Messages of a partition; `ticket` as in ``Claim``.
    init(
        _ messages: some Collection<KafkaMessage>, of partition: KafkaPartition, key: SourceKey, ticket: Int?,
        bytesRead: Int64
    ) {
        self.init(
            source: key, packets: messages.map { $0.packet(of: key) },
            arrivals: messages.map { $0.timestamp?.milliseconds ?? 0 },
            progress: Packets.Progress(bytesRead: bytesRead, total: nil), skipped: 0,
            claim: Claim(partition: partition, ticket: ticket))
    }
}

extension KafkaMessage {
    func packet(of key: SourceKey) -> Packet {
        let place = Place(source: key.name, member: "[\(partition.number)]", ordinal: Int(offset), byte: offset)
        return Packet(bytes: payload, place: place)
    }
}

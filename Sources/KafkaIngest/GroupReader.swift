package import Kafka
package import Threads

/// Reads a topic as one member of a group: polls, logs events, and detects the end.
///
/// The caller processes the messages and commits their offsets.
package struct GroupReader {
    /// The result of one poll; the caller handles all of it before the next.
    package struct Step {
        /// Messages in the order of their offsets, partition by partition, without those after the end.
        package let messages: [KafkaMessage]
        /// A rebalance, to be answered with ``GroupReader/accept(_:startingAt:)`` once the messages are processed.
        package let rebalance: KafkaRebalance?
        /// Whether no messages came after some had come: the caller commits what it has processed, since this may be the end.
        package let isIdle: Bool
    }

    private static let pollTime = Duration.milliseconds(100)
    private static let shortestPause = Duration.milliseconds(50)
    private static let longestPause = Duration.milliseconds(500)

    private let consumer: KafkaConsumer
    private let source: KafkaSource
    private let ends: [KafkaPartition: KafkaWatermarks]?
    private let maxMessages: Int
    private let maxBytes: Int
    private let log: @Sendable (String) -> Void
    /// Partitions read before, so that a start other than the committed offset is applied once.
    private var begun: Set<KafkaPartition> = []
    /// The offset after the last message that was returned, for each assigned partition.
    private var given: [KafkaPartition: Int64] = [:]
    /// Partitions of which messages were read.
    private var hasRead: Set<KafkaPartition> = []
    /// The end offset of each of them when its last message was read.
    private var reached: [KafkaPartition: Int64] = [:]
    /// Whether messages were returned that may not be committed yet.
    private var hasUncommitted = false
    private var mustCheckEnd = false
    private var lastCheck = ContinuousClock.now
    private var checkPause = Self.shortestPause

    /// Joins the group.
    ///
    /// - Parameters:
    ///   - source: The topic, and where to start.
    ///   - consumer: A member of the group, not subscribed yet.
    ///   - ends: Where to stop, over all members of the group; `nil` for no end.
    ///   - maxMessages: Messages of a poll at most.
    ///   - maxBytes: Bytes of messages after which a poll returns.
    ///   - log: Logs each change of state in a line.
    /// - Throws: ``KafkaError`` where the topic cannot be subscribed to.
    package init(
        _ source: KafkaSource, with consumer: KafkaConsumer, ends: [KafkaPartition: KafkaWatermarks]?,
        maxMessages: Int, maxBytes: Int, log: @escaping @Sendable (String) -> Void
    ) throws(KafkaError) {
        self.source = source
        self.consumer = consumer
        self.ends = ends
        self.maxMessages = maxMessages
        self.maxBytes = maxBytes
        self.log = log
        try consumer.subscribe([source.topic])
    }

    /// Polls once, waiting up to 0.1 s.
    ///
    /// - Returns: `nil` once the group has reached the ends, or a stop was requested.
    /// - Throws: ``KafkaError`` where reading cannot continue.
    package mutating func next(stop: StopSignal) throws(KafkaError) -> Step? {
        if stop.isSet { return nil }
        if mustCheckEnd, try isAtEnd() { return nil }
        let poll = try consumer.poll(timeout: Self.pollTime, maxMessages: maxMessages, maxBytes: maxBytes)
        try report(poll.events)
        var isIdle = false
        if !poll.messages.isEmpty {
            hasUncommitted = true
        } else if hasUncommitted {
            isIdle = true
            hasUncommitted = false
            checkPause = Self.shortestPause
            mustCheckEnd = ends != nil
        } else if ends != nil, .now - lastCheck > checkPause {
            checkPause = min(checkPause * 2, Self.longestPause)
            mustCheckEnd = true
        }
        let messages = ends.map { ends in poll.messages.filter { $0.offset < ends[$0.partition]?.high ?? .max } }
        for message in messages ?? [] { given[message.partition] = message.offset + 1 }
        for message in poll.messages { hasRead.insert(message.partition) }
        return Step(messages: messages ?? poll.messages, rebalance: poll.rebalance, isIdle: isIdle)
    }

    private mutating func report(_ events: [KafkaEvent]) throws(KafkaError) {
        for event in events {
            switch event {
            case .reachedEnd(let partition, let offset): reached[partition] = offset
            case .fatal(let reason): throw KafkaError(.fatal, "read", reason)
            case .offsetReset(let partition, let offset, toEnd: _):
                log(event.description)
                try checkReset(partition, at: offset)
            // Its end is never reached.
            case .topicMissing(let topic) where ends?.keys.contains { $0.topic == topic } == true:
                throw KafkaError(.unknownTopic, "read \(topic)", "the topic was deleted while it was read")
            default: log(event.description)
            }
        }
    }

    /// The starts of partitions that are assigned for the first time, where they are not the committed offset.
    ///
    /// - Throws: ``KafkaError`` where no server answers.
    package mutating func firstStarts(
        in partitions: [KafkaPartition]
    ) throws(KafkaError) -> [KafkaPartition: KafkaStart] {
        let starts = try source.starts(of: partitions.filter { !begun.contains($0) }, asking: consumer)
        begun.formUnion(partitions)
        return starts
    }

    /// Answers a rebalance.
    ///
    /// - Parameters:
    ///   - rebalance: The rebalance of the last step.
    ///   - starts: The starts of assigned partitions; others start at the committed offset.
    /// - Throws: ``KafkaError`` where librdkafka refuses it.
    package mutating func accept(
        _ rebalance: KafkaRebalance, startingAt starts: [KafkaPartition: KafkaStart] = [:]
    ) throws(KafkaError) {
        try consumer.accept(rebalance, startingAt: starts)
        let (line, partitions) =
            switch rebalance {
            case .assigned(let partitions): ("assigned ", partitions)
            case .revoked(let partitions, lost: let isLost): (isLost ? "lost " : "revoked ", partitions)
            }
        for partition in partitions { (given[partition], reached[partition]) = (nil, nil) }
        if !partitions.isEmpty { log(line + Self.list(partitions)) }
    }

    private static func list(_ partitions: [KafkaPartition]) -> String {
        let topics = Dictionary(grouping: partitions, by: \.topic)
        return topics.sorted { $0.key < $1.key }.map { topic, partitions in
            "\(topic) [\(partitions.map(\.number).sorted().map(String.init).joined(separator: ", "))]"
        }.joined(separator: ", ")
    }

    /// Whether the group has reached the ends, over all its members.
    private mutating func isAtEnd() throws(KafkaError) -> Bool {
        guard let ends else { return false }
        mustCheckEnd = false
        lastCheck = .now
        let open = ends.filter { $0.value.high > $0.value.low }
        // While the offsets are unknown, the end is not reached.
        guard let committed = try? consumer.committedPositions(Array(open.keys), timeout: .seconds(2)) else {
            return false
        }
        try checkCommitted(committed, against: ends)
        let rest = open.filter { partition, marks in committed[partition]?.offset ?? -1 < marks.high }
        let empty = rest.filter { partition, marks in
            reached[partition] ?? -1 >= marks.high && committed[partition]?.offset ?? 0 >= given[partition] ?? 0
        }
        return commitEnds(of: empty, after: committed) && empty.count == rest.count
    }

    /// A topic that was made again is not read on: what its messages have for numbers counts as read, and would be passed over
    /// after a restart. An offset that was asked for and is not there, or has expired, is another matter.
    private func checkReset(_ partition: KafkaPartition, at offset: Int64) throws(KafkaError) {
        guard let end = try? consumer.watermarks(of: partition, timeout: .seconds(5)).high, offset > end else { return }
        let committed = try? consumer.committedPositions([partition], timeout: .seconds(5))[partition]?.offset
        guard hasRead.contains(partition) || committed ?? -1 > end else { return }
        throw topicMadeAgain(partition, at: offset, end: end)
    }

    private func topicMadeAgain(_ partition: KafkaPartition, at offset: Int64, end: Int64) -> KafkaError {
        KafkaError(
            .offsetOutOfRange, "read \(partition)",
            "the group \(source.group) is at offset \(offset), and the partition ends at \(end): "
                + "the topic was made again, or has lost messages; read it by another --group into another data folder")
    }

    /// A group beyond all that a partition has is not at its end: the topic was made again, and nothing of it was read.
    private func checkCommitted(
        _ committed: [KafkaPartition: KafkaPosition], against ends: [KafkaPartition: KafkaWatermarks]
    ) throws(KafkaError) {
        for (partition, position) in committed {
            guard let end = ends[partition]?.high, position.offset > end else { continue }
            // The topic may have grown, and another member have read on.
            guard let now = try? consumer.watermarks(of: partition, timeout: .seconds(5)), position.offset > now.high
            else { continue }
            throw topicMadeAgain(partition, at: position.offset, end: now.high)
        }
    }

    /// Commits the ends of partitions whose last offsets carry no message, such as transaction markers: no other member could
    /// know that nothing is left to read there.
    ///
    /// - Returns: Whether the commit succeeded.
    private func commitEnds(
        of partitions: [KafkaPartition: KafkaWatermarks], after committed: [KafkaPartition: KafkaPosition]
    ) -> Bool {
        guard !partitions.isEmpty else { return true }
        let positions = partitions.map { partition, marks in
            (partition, KafkaPosition(offset: marks.high, metadata: committed[partition]?.metadata ?? ""))
        }
        return (try? consumer.commit(Dictionary(uniqueKeysWithValues: positions))) != nil
    }
}

package import Kafka
package import Threads

/// Reads a topic as one member of a group: polls, logs what happens, and knows when the end is reached.
///
/// What is done with the messages, and when their offsets are committed, is its user's.
package struct GroupReader {
    /// What there was to read; all of it is to be answered before the next.
    package struct Step {
        /// In the order of their offsets, partition by partition. What begins beyond the end that was set is left out.
        package let messages: [KafkaMessage]
        /// To be answered with ``GroupReader/accept(_:startingAt:)``, once the messages are processed.
        package let rebalance: KafkaRebalance?
        /// Whether nothing has come for a while, and something had come before: what was processed is to be committed now,
        /// since perhaps this was the end.
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
    /// Partitions that were begun already, so that a start other than the committed offset counts once.
    private var begun: Set<KafkaPartition> = []
    /// The offset after the last message that was given, of each partition that is read.
    private var given: [KafkaPartition: Int64] = [:]
    /// How far the servers had each of them when the last of it was read.
    private var reached: [KafkaPartition: Int64] = [:]
    /// Whether messages were given that are perhaps not committed yet.
    private var isOwing = false
    private var wantsLook = false
    private var lastLook = ContinuousClock.now
    private var lookPause = Self.shortestPause

    /// Joins the group.
    ///
    /// - Parameters:
    ///   - source: What to read, and where to begin.
    ///   - consumer: A member of the group, not subscribed yet.
    ///   - ends: Where to stop, over all members of the group; `nil` goes on for ever.
    ///   - maxMessages: Messages given at once.
    ///   - maxBytes: No more are given at once when they have as many bytes.
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

    /// Waits a little for what there is to read.
    ///
    /// - Returns: `nil` once the group has come to the ends, or was asked to stop.
    /// - Throws: ``KafkaError`` where it cannot be read on.
    package mutating func next(stop: StopSignal) throws(KafkaError) -> Step? {
        if stop.isSet { return nil }
        if wantsLook, isAtEnd() { return nil }
        let poll = try consumer.poll(timeout: Self.pollTime, maxMessages: maxMessages, maxBytes: maxBytes)
        try report(poll.events)
        var isIdle = false
        if !poll.messages.isEmpty {
            isOwing = true
        } else if isOwing {
            isIdle = true
            isOwing = false
            lookPause = Self.shortestPause
            wantsLook = ends != nil
        } else if ends != nil, .now - lastLook > lookPause {
            lookPause = min(lookPause * 2, Self.longestPause)
            wantsLook = true
        }
        let messages = ends.map { ends in poll.messages.filter { $0.offset < ends[$0.partition]?.high ?? .max } }
        for message in messages ?? [] { given[message.partition] = message.offset + 1 }
        return Step(messages: messages ?? poll.messages, rebalance: poll.rebalance, isIdle: isIdle)
    }

    private mutating func report(_ events: [KafkaEvent]) throws(KafkaError) {
        for event in events {
            switch event {
            case .reachedEnd(let partition, let offset): reached[partition] = offset
            case .fatal(let reason): throw KafkaError(.fatal, "read", reason)
            // Its end will never come.
            case .topicMissing(let topic) where ends?.keys.contains { $0.topic == topic } == true:
                throw KafkaError(.unknownTopic, "read \(topic)", "the topic was deleted while it was read")
            default: log(event.description)
            }
        }
    }

    /// Where to begin with those of these partitions that come for the first time, where that is not the committed offset.
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
    ///   - rebalance: What the last step had.
    ///   - starts: Where to begin with partitions that are assigned; those not named begin at the committed offset.
    /// - Throws: ``KafkaError``, where librdkafka does not take it.
    package mutating func accept(
        _ rebalance: KafkaRebalance, startingAt starts: [KafkaPartition: KafkaStart] = [:]
    ) throws(KafkaError) {
        try consumer.accept(rebalance, startingAt: starts)
        let (line, partitions) =
            switch rebalance {
            case .assigned(let partitions): ("takes ", partitions)
            case .revoked(let partitions, lost: let isLost): (isLost ? "has lost " : "gives away ", partitions)
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

    /// Whether the group has come to the ends that were set, over all its members.
    private mutating func isAtEnd() -> Bool {
        guard let ends else { return false }
        wantsLook = false
        lastLook = .now
        let open = ends.filter { $0.value.high > $0.value.low }
        // Not known for now is not done.
        guard let committed = try? consumer.committedPositions(Array(open.keys), timeout: .seconds(2)) else {
            return false
        }
        let rest = open.filter { partition, marks in committed[partition]?.offset ?? -1 < marks.high }
        let empty = rest.filter { partition, marks in
            reached[partition] ?? -1 >= marks.high && committed[partition]?.offset ?? 0 >= given[partition] ?? 0
        }
        return commitEnds(of: empty, after: committed) && empty.count == rest.count
    }

    /// Commits the ends of partitions whose last offsets carry no message, such as the marks of transactions: no other
    /// member could know that nothing is left to read there.
    ///
    /// - Returns: Whether the group has them.
    private func commitEnds(
        of partitions: [KafkaPartition: KafkaWatermarks], after committed: [KafkaPartition: KafkaPosition]
    ) -> Bool {
        guard !partitions.isEmpty else { return true }
        let positions = partitions.map { partition, marks in
            (partition, KafkaPosition(offset: marks.high, note: committed[partition]?.note ?? ""))
        }
        return (try? consumer.commit(Dictionary(uniqueKeysWithValues: positions))) != nil
    }
}

package import Kafka
package import Packets
package import Threads

/// Reads messages between two offsets of partitions, alone: it joins no group and commits nothing.
package struct OffsetRangeReader {
    private static let pollTime = Duration.milliseconds(100)
    /// How long it waits for the next message while no partition is at its end.
    private static let patience = Duration.seconds(60)
    private static let mostMessages = 256
    private static let mostBytes = 16 << 20

    private let consumer: KafkaConsumer
    /// Of each partition what is left to read.
    private var rest: [KafkaPartition: Range<Int64>]
    /// The parts of the ranges that the server no longer has, or does not have yet.
    package private(set) var unavailable: [KafkaPartition: [Range<Int64>]] = [:]

    /// Asks what the server has of the ranges.
    ///
    /// - Parameters:
    ///   - configuration: Servers and properties.
    ///   - ranges: The offsets to read.
    /// - Throws: ``KafkaError`` where no server answers.
    package init(
        _ configuration: KafkaConfiguration, ranges: [KafkaPartition: Range<Int64>]
    ) throws(KafkaError) {
        consumer = try KafkaConsumer(configuration, group: nil)
        rest = [:]
        for (partition, range) in ranges where !range.isEmpty {
            let marks = try consumer.watermarks(of: partition)
            let there = range.clamped(to: marks.low..<max(marks.low, marks.high))
            if there.isEmpty {
                unavailable[partition] = [range]
                continue
            }
            rest[partition] = there
            let lost = [range.lowerBound..<there.lowerBound, there.upperBound..<range.upperBound].filter { !$0.isEmpty }
            if !lost.isEmpty { unavailable[partition] = lost }
        }
    }

    /// Reads them all, partition by partition in the order of their offsets.
    ///
    /// - Parameters:
    ///   - stop: Ends the reading early.
    ///   - body: Given each message.
    /// - Throws: ``KafkaError`` where reading cannot go on, and what the closure throws.
    package mutating func read(stop: StopSignal, _ body: (KafkaMessage) throws -> Void) throws {
        guard !rest.isEmpty else { return }
        try consumer.assign(rest.mapValues { .offset($0.lowerBound) })
        var lastMessage = ContinuousClock.now
        while !rest.isEmpty && !stop.isSet {
            let poll = try consumer.poll(
                timeout: Self.pollTime, maxMessages: Self.mostMessages, maxBytes: Self.mostBytes)
            var ended: [KafkaPartition] = []
            for message in poll.messages {
                guard let range = rest[message.partition] else { continue }
                if range.contains(message.offset) { try body(message) }
                let next = max(range.lowerBound, message.offset + 1)
                rest[message.partition] = next < range.upperBound ? next..<range.upperBound : nil
                if rest[message.partition] == nil { ended.append(message.partition) }
            }
            for event in poll.events { ended += try end(event) }
            if !ended.isEmpty { try consumer.pause(ended) }
            if !poll.messages.isEmpty || !ended.isEmpty { lastMessage = .now }
            guard .now - lastMessage < Self.patience else {
                let waiting = rest.keys.sorted().map(\.description).joined(separator: ", ")
                throw KafkaError(
                    .timedOut, "read \(waiting)",
                    "no message came for \(Self.patience); 'nightjar kafka check' tells what is wrong")
            }
        }
        try consumer.close()
    }

    /// The partitions that an event ends: the last offsets of one may carry no message.
    private mutating func end(_ event: KafkaEvent) throws(KafkaError) -> [KafkaPartition] {
        switch event {
        case .reachedEnd(let partition, let offset):
            guard let range = rest[partition], offset >= range.upperBound else { return [] }
            rest[partition] = nil
            return [partition]
        case .fatal(let reason): throw KafkaError(.fatal, "read", reason)
        case .partitionTrouble(_, let error): throw error
        case .offsetReset(let partition, let offset, toEnd: _):
            throw KafkaError(
                .offsetOutOfRange, "read \(partition)",
                "offset \(offset) has gone while it was read: the server no longer keeps the night")
        case .topicMissing(let topic):
            throw KafkaError(.unknownTopic, "read \(topic)", "there is no topic \(topic)")
        default: return []
        }
    }
}

extension KafkaMessage {
    /// It as a packet of a source.
    package func packet(named source: String) -> Packet {
        Packet(
            bytes: payload,
            location: PacketLocation(
                source: source, member: "[\(partition.number)]", ordinal: Int(offset), byte: offset))
    }
}

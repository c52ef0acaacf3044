internal import Foundation
package import Kafka

/// Looks at a night's stream: its partitions, how far the group has read them, and where the night begins and ends.
package final class StreamWatch {
    private static let patience = Duration.seconds(5)
    /// How far the clocks of a stream and of this machine may be apart, s: messages from the future, and old ones that have just
    /// come.
    private static let (mostAhead, mostBehind) = (300.0, 3_600.0)

    private let configuration: KafkaConfiguration
    private let topic: String
    private let group: String
    private var admin: KafkaAdmin?
    private var ends: [KafkaPartition: Int64] = [:]

    /// A stream, which is connected to when it is first looked at.
    ///
    /// - Parameters:
    ///   - configuration: Servers and properties.
    ///   - topic: A name or pattern, with the night's date in it as `{yyyyMMdd}`.
    ///   - group: The workers' group.
    package init(_ configuration: KafkaConfiguration, topic: String, group: String) {
        var configuration = configuration
        // It asks in the group's name, and is no member of it.
        configuration["group.instance.id"] = nil
        self.configuration = configuration
        self.topic = topic
        self.group = group
    }

    /// What is there now.
    package struct View: Sendable {
        /// The partitions.
        package let stream: NightObservation.Stream
        /// How far this machine's clock is from the stream's, where that is too far.
        package let clockError: String?
    }

    /// The name or pattern of a night's topic.
    package func name(of night: Int) throws(KafkaError) -> KafkaTopicName {
        try KafkaTopicName(topic, night: String(night))
    }

    /// Asks the servers whether they let this user in, have the topic, and let the group commit.
    ///
    /// - Parameter isOneTopic: Whether one topic has every night, so that it must be there.
    /// - Throws: ``Kafka/KafkaError`` with what to do; one to retry where no server answers.
    package func check(isOneTopic: Bool) throws(KafkaError) {
        let topics = try KafkaAdmin(configuration).topics(timeout: Self.patience)
        let name = try KafkaTopicName(topic)
        let found = topics.filter { name.matches($0.name) }
        guard !found.isEmpty || !isOneTopic else {
            let names = topics.map(\.name).filter { !$0.hasPrefix("__") }.prefix(10).joined(separator: ", ")
            throw KafkaError(
                .unknownTopic, "look for \(topic)",
                "there is no such topic; the server shows \(names.isEmpty ? "none" : names): correct the stream's name")
        }
        // Any topic will do to ask in the group's name.
        guard let any = (found + topics).first(where: { !$0.partitions.isEmpty && !$0.name.hasPrefix("__") }) else {
            return
        }
        let consumer = try KafkaConsumer(configuration, group: group)
        defer { try? consumer.close() }
        do throws(KafkaError) {
            _ = try consumer.committed([KafkaPartition(any.name, any.partitions[0].number)], timeout: Self.patience)
        } catch {
            guard error.code == .authorization else { throw error }
            throw KafkaError(
                .authorization, "ask for the offsets of the group \(group)",
                "the server refuses this group: \(error.detail); a group's name must often begin with the user's")
        }
    }

    /// Looks at a night's stream.
    ///
    /// - Parameters:
    ///   - machine: The night.
    ///   - before: Where the night before ended, as it was found then.
    ///   - time: Now, a modified Julian date in UTC.
    ///   - isDateDoubtful: Whether no noon may be taken to have passed by it.
    /// - Returns: What is there; what keeps it from being seen is a part of that.
    package func look(
        at machine: NightMachine, after before: [NightObservation.Partition.Key: Int64], time: Double,
        isDateDoubtful: Bool
    ) -> View {
        do throws(KafkaError) {
            let admin = if let admin { admin } else { try KafkaAdmin(configuration) }
            self.admin = admin
            let name = try name(of: machine.times.night)
            let topics = try admin.topics(timeout: Self.patience).filter { name.matches($0.name) }
            guard !topics.isEmpty else { return View(stream: .missing, clockError: nil) }
            var lags: [KafkaLag] = []
            for topic in topics { lags += try admin.lag(of: group, in: topic.name, timeout: Self.patience) }
            let found = lags.map(\.partition)
            let begins = isDateDoubtful ? [:] : try self.begins(of: found, machine, after: before, lags, time)
            let ends = isDateDoubtful ? [:] : try self.ends(of: found, machine, lags, time)
            let moved = lags.filter { isMoved($0) }
            let clockError = try self.clockError(moved.map(\.partition), lags, time)
            for lag in lags { self.ends[lag.partition] = lag.watermarks.high }
            return View(
                stream: .present(lags.map { Self.partition($0, begins, ends) }), clockError: clockError)
        } catch {
            // After a permanent failure the next look creates a new client.
            if error.recovery != .retry { admin = nil }
            return View(stream: .unreachable(error.detail), clockError: nil)
        }
    }

    private func isMoved(_ lag: KafkaLag) -> Bool {
        ends[lag.partition].map { lag.watermarks.high > $0 } ?? false
    }

    private static func partition(
        _ lag: KafkaLag, _ begins: [KafkaPartition: NightBegin], _ ends: [KafkaPartition: Int64]
    ) -> NightObservation.Partition {
        var partition = NightObservation.Partition(
            key(lag.partition), low: lag.watermarks.low, high: lag.watermarks.high, committed: lag.committed)
        partition.nightBegin = begins[lag.partition]?.offset
        partition.isBeginLost = begins[lag.partition]?.isLost ?? false
        partition.nightEnd = ends[lag.partition]
        return partition
    }

    private static func key(_ partition: KafkaPartition) -> NightObservation.Partition.Key {
        NightObservation.Partition.Key(partition.topic, partition.number)
    }

    /// Has the group begin where the night does, in partitions that it has never read; else it would begin at the oldest message
    /// that the stream still has.
    ///
    /// - Parameter slice: The night.
    /// - Throws: ``Kafka/KafkaError`` where the servers refuse it.
    package func begin(_ slice: NightSlice) throws(KafkaError) {
        let partitions = slice.partitions.map { KafkaPartition($0.topic, $0.number) }
        let consumer = try KafkaConsumer(configuration, group: group)
        defer { try? consumer.close() }
        let committed = try consumer.committed(partitions, timeout: Self.patience)
        var starts: [KafkaPartition: Int64] = [:]
        for part in slice.partitions {
            let partition = KafkaPartition(part.topic, part.number)
            if committed[partition] == nil, let from = part.from { starts[partition] = from }
        }
        try consumer.commit(starts)
    }

    // MARK: - Noons

    private struct NightBegin {
        let offset: Int64
        /// Whether messages of the night may have expired before it.
        let isLost: Bool
    }

    /// The offsets at which the night begins, of partitions where they are not known yet.
    private func begins(
        of partitions: [KafkaPartition], _ machine: NightMachine, after before: [NightObservation.Partition.Key: Int64],
        _ lags: [KafkaLag], _ time: Double
    ) throws(KafkaError) -> [KafkaPartition: NightBegin] {
        guard machine.rules.isOneTopic, time >= machine.times.begin else { return [:] }
        let known = Set(machine.slice.partitions.filter { $0.from != nil }.map { KafkaPartition($0.topic, $0.number) })
        var begins: [KafkaPartition: NightBegin] = [:]
        var unknown: [KafkaPartition] = []
        for partition in partitions where !known.contains(partition) {
            if let end = before[Self.key(partition)] {
                begins[partition] = NightBegin(offset: end, isLost: false)
            } else {
                unknown.append(partition)
            }
        }
        for (partition, offset) in try offsets(at: machine.times.begin, unknown, lags) {
            let low = lags.first { $0.partition == partition }?.watermarks.low ?? 0
            // What expired before the first message may have been the night's.
            begins[partition] = NightBegin(offset: offset, isLost: low > 0 && offset <= low)
        }
        return begins
    }

    /// The offsets at which the night ends, once it is over.
    private func ends(
        of partitions: [KafkaPartition], _ machine: NightMachine, _ lags: [KafkaLag], _ time: Double
    ) throws(KafkaError) -> [KafkaPartition: Int64] {
        guard machine.rules.isOneTopic, time >= machine.times.end else { return [:] }
        let unknown = partitions.filter { machine.nightEnds[Self.key($0)] == nil }
        return try offsets(at: machine.times.end, unknown, lags)
    }

    /// The first offset of each partition whose message is not older than a date. Where there is no such message it is the end,
    /// as it was before the question.
    private func offsets(
        at mjd: Double, _ partitions: [KafkaPartition], _ lags: [KafkaLag]
    ) throws(KafkaError) -> [KafkaPartition: Int64] {
        guard !partitions.isEmpty, let admin else { return [:] }
        let milliseconds = Int64(((mjd - 40_587) * 86_400_000).rounded())
        let found = try admin.offsets(notBefore: milliseconds, in: partitions, timeout: Self.patience)
        var offsets: [KafkaPartition: Int64] = [:]
        for partition in partitions {
            let end = lags.first { $0.partition == partition }?.watermarks.high
            offsets[partition] = found[partition] ?? end
        }
        return offsets
    }

    // MARK: - Clocks

    /// Compares this machine's clock with the times of messages that have just come.
    private func clockError(
        _ moved: [KafkaPartition], _ lags: [KafkaLag], _ time: Double
    ) throws(KafkaError) -> String? {
        guard !moved.isEmpty, let admin else { return nil }
        func offsets(_ seconds: Double) throws(KafkaError) -> [KafkaPartition: Int64] {
            let date = (time - 40_587) * 86_400 + seconds
            return try admin.offsets(notBefore: Int64(date * 1_000), in: moved, timeout: Self.patience)
        }
        if let (partition, _) = try offsets(Self.mostAhead).first {
            return "clock wrong: \(partition) has messages that are more than "
                + "\(Int(Self.mostAhead / 60)) min ahead of this machine's clock"
        }
        // Of each that moved, the last message has come since the last look.
        guard try offsets(-Self.mostBehind).isEmpty else { return nil }
        return
            "clock wrong: messages that have just come are more than \(Int(Self.mostBehind / 3_600)) h older than this "
            + "machine's clock"
    }
}

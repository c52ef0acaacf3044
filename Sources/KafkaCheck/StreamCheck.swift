internal import Foundation
internal import Kafka

/// What a run will want of a stream, for a check of it.
package struct StreamNeeds: Sendable {
    /// The group whose workers will share the stream; `nil` where nobody said one.
    package var group: String?
    /// How many they will be; `nil` where nobody said it.
    package var workers: Int?
    /// Why packets with a schema of a number cannot be read; `nil` where they can.
    package var schemaFault: @Sendable (UInt32) -> String? = { _ in nil }

    /// Needs nothing in particular.
    package init() {}
}

/// Looks at a topic as a run would read it: its name, its partitions, the group's place in it, and its last message.
struct StreamCheck {
    private static let patience = Duration.seconds(10)
    /// Clocks of two machines that agree differ by less, seconds.
    private static let clockError = 5.0
    /// Of a response beside its messages, bytes, as librdkafka has it.
    private static let overhead = 512

    let configuration: KafkaConfiguration
    let admin: KafkaAdmin
    let needs: StreamNeeds
    /// What was found, in order.
    private(set) var findings: [KafkaFinding] = []

    init(_ configuration: KafkaConfiguration, _ admin: KafkaAdmin, _ needs: StreamNeeds) {
        self.configuration = configuration
        self.admin = admin
        self.needs = needs
    }

    /// Looks; after what is wrong the rest is looked at all the same.
    mutating func check(_ topic: KafkaTopicName) throws(KafkaError) {
        let found = try admin.topics(timeout: Self.patience).filter { topic.matches($0.name) }
        checkName(topic, isThere: !found.isEmpty, try admin.topics(timeout: Self.patience).map(\.name))
        // Of a pattern's, the newest: names end in dates or versions.
        guard let newest = found.last else { return }
        checkPartitions(newest)
        try checkGroup(newest)
        // Known before a message is fetched, which a limit that is too low would keep from coming.
        let isTaken = try checkSize(newest)
        if isTaken { try checkLastMessage(newest) }
    }

    private mutating func wrong(_ fault: KafkaFinding.Fault, _ text: String) {
        findings.append(KafkaFinding(verdict: .wrong(fault), text: text))
    }

    // MARK: - Name and partitions

    /// A survey that has one topic for all nights renames it with its schema.
    private mutating func checkName(_ topic: KafkaTopicName, isThere: Bool, _ all: [String]) {
        guard !topic.isPattern, let own = VersionedName("\(topic)") else { return }
        let newer = all.compactMap(VersionedName.init).filter { $0.stem == own.stem && $0.version != own.version }
            .sorted { $0.version.lexicographicallyPrecedes($1.version) }
        guard let newest = newer.last else { return }
        let names = newer.map(\.name).joined(separator: ", ")
        if !isThere {
            wrong(.topicReplaced, "there is no topic \(topic), but \(names): read \(newest.name)")
        } else if own.version.lexicographicallyPrecedes(newest.version) {
            findings.append(
                .note("\(newest.name) is there too, and newer than \(topic): is it the one that is filled now?"))
        }
    }

    private mutating func checkPartitions(_ topic: KafkaTopic) {
        let leaderless = topic.partitions.filter { $0.leader == nil }.map { "\($0.number)" }
        if !leaderless.isEmpty {
            wrong(.other, "\(topic.name): no server leads the partitions \(leaderless.joined(separator: ", "))")
        }
        guard let workers = needs.workers, workers > topic.partitions.count else { return }
        wrong(
            .tooManyWorkers,
            "\(workers) workers for \(topic.partitions.count) partitions of \(topic.name): the others would read nothing; "
                + "start \(topic.partitions.count) at most (night.workers)")
    }

    // MARK: - The group

    private mutating func checkGroup(_ topic: KafkaTopic) throws(KafkaError) {
        guard let group = needs.group else { return }
        let lags: [KafkaLag]
        do throws(KafkaError) {
            lags = try admin.lag(of: group, in: topic.name, timeout: Self.patience)
        } catch {
            guard error.code == .authorization else { throw error }
            return wrong(.groupNotAllowed, try groupAdvice(group))
        }
        let committed = lags.filter { $0.committed != nil }
        guard !committed.isEmpty else {
            return findings.append(
                .works("the group \(group) may read, and begins where --start says: it has read nothing yet"))
        }
        let behind = lags.reduce(0) { $0 + $1.messages }
        let lost = committed.filter { ($0.committed ?? .max) < $0.watermarks.low }
        let ahead = committed.filter { ($0.committed ?? -1) > $0.watermarks.high }
        for lag in lost.prefix(3) {
            let gone = lag.watermarks.low - (lag.committed ?? 0)
            wrong(
                .messagesLost,
                "\(lag.partition): the group \(group) stands at offset \(lag.committed ?? 0), and the oldest message is "
                    + "\(lag.watermarks.low)\(kept(topic)): \(gone) messages are gone, and a run goes on behind them")
        }
        for lag in ahead.prefix(3) {
            wrong(
                .messagesLost,
                "\(lag.partition): the group \(group) stands at offset \(lag.committed ?? 0), behind the last one, "
                    + "\(lag.watermarks.high): the topic was made again; take another --group")
        }
        if lost.isEmpty && ahead.isEmpty {
            findings.append(.works("the group \(group) may read, and is \(behind) messages behind\(kept(topic))"))
        }
    }

    /// A server that gives a user the groups whose names begin with its own refuses all others.
    private func groupAdvice(_ group: String) throws(KafkaError) -> String {
        let refusal = "the server does not let this user read as the group \(group)"
        guard let user = try configuration.value(of: "sasl.username"), !user.isEmpty else { return refusal }
        guard !group.hasPrefix(user) else { return refusal + ": ask the survey which groups \(user) may use" }
        return refusal + ": where a user's groups are known by their beginning, say --group \(user)-\(group)"
    }

    /// How long the topic keeps messages, where the server says it.
    private func kept(_ topic: KafkaTopic) -> String {
        guard let text = settings(topic)["retention.ms"], let milliseconds = Double(text), milliseconds > 0 else {
            return ""
        }
        let days = milliseconds / 86_400_000
        return " (it keeps messages for \(days >= 1 ? "\(Int(days.rounded())) d" : "\(Int((days * 24).rounded())) h"))"
    }

    /// Many a user may not ask for them.
    private func settings(_ topic: KafkaTopic) -> [String: String] {
        (try? admin.settings(of: topic.name, timeout: Self.patience)) ?? [:]
    }

    // MARK: - Messages

    private mutating func checkLastMessage(_ topic: KafkaTopic) throws(KafkaError) {
        guard let message = try lastMessage(of: topic) else { return }
        let bytes = message.payload.count
        let ago = message.timestamp.map { Date.now.timeIntervalSince1970 - Double($0.milliseconds) / 1000 }
        let time = message.timestamp.map {
            " and is of " + Date(timeIntervalSince1970: Double($0.milliseconds) / 1000).formatted(.iso8601)
        }
        findings.append(.works("the last message of \(message.partition) has \(bytes) bytes\(time ?? "")"))
        if let ago, ago < -Self.clockError {
            wrong(
                .clock,
                "that is \(Int(-ago)) s from now: this machine's clock is behind the server's or the survey's (chrony, "
                    + "systemd-timesyncd)")
        }
        for name in ["fetch.message.max.bytes", "max.partition.fetch.bytes", "fetch.max.bytes"] {
            guard let limit = try limit(name), limit < bytes else { continue }
            findings.append(
                .note("\(name) is \(limit), less than a message has: each fetch brings one alone, which is slow"))
        }
        if message.payload.count > 5, message.payload.first == 0 {
            let id = message.payload.dropFirst().prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            if let fault = needs.schemaFault(id) {
                wrong(.schemaMissing, "its schema has the number \(id): \(fault)")
            } else {
                findings.append(.works("its schema, number \(id), is known"))
            }
        }
    }

    /// Whether a response with the topic's largest message is taken.
    private mutating func checkSize(_ topic: KafkaTopic) throws(KafkaError) -> Bool {
        guard let whole = try limit("receive.message.max.bytes"),
            let largest = settings(topic)["max.message.bytes"].flatMap({ Int($0) }), whole < largest + Self.overhead
        else { return true }
        wrong(
            .configuration,
            "receive.message.max.bytes is \(whole), and a message of \(topic.name) may have \(largest) bytes: a run would end "
                + "there; leave the property out, or set it to \(max(100_000_000, 2 * largest))")
        return false
    }

    private func limit(_ name: String) throws(KafkaError) -> Int? {
        try configuration.value(of: name).flatMap { Int($0) }
    }

    /// The last message of the partition with the most messages; `nil` if all are empty.
    private func lastMessage(of topic: KafkaTopic) throws(KafkaError) -> KafkaMessage? {
        let marks = try admin.watermarks(of: topic.name, timeout: Self.patience).filter { $0.value.count > 0 }
        guard let fullest = marks.max(by: { ($0.value.count, $1.key) < ($1.value.count, $0.key) }) else { return nil }
        let consumer = try KafkaConsumer(configuration, group: nil)
        defer { try? consumer.close() }
        // A transaction's end takes an offset and is no message.
        try consumer.assign([fullest.key: .offset(max(fullest.value.low, fullest.value.high - 8))])
        let deadline = ContinuousClock.now + Self.patience
        var last: KafkaMessage?
        while ContinuousClock.now < deadline {
            let poll = try consumer.poll(timeout: .milliseconds(200))
            last = poll.messages.last ?? last
            let isAtEnd = poll.events.contains { if case .reachedEnd = $0 { true } else { false } }
            if isAtEnd || last.map({ $0.offset + 1 >= fullest.value.high }) == true { break }
        }
        return last
    }
}

/// A topic's name with a version at its end, `lsst-alerts-v10.0`: what stands before it, and the version's numbers.
struct VersionedName {
    let name: String
    let stem: String
    let version: [Int]

    init?(_ name: String) {
        guard let match = name.wholeMatch(of: /(.+[-_.])v(\d{1,4})(?:[._](\d{1,4}))?/), let major = Int(match.2) else {
            return nil
        }
        self.name = name
        stem = String(match.1)
        version = [major] + (match.3.flatMap { Int($0) }.map { [$0] } ?? [])
    }
}

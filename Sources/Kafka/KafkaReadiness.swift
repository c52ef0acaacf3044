internal import Threads

/// Whether topics are there, and have messages.
package struct KafkaReadiness: Hashable, Sendable, Encodable {
    /// A topic that is there.
    package struct Topic: Hashable, Sendable, Encodable {
        /// The topic's name.
        package let name: String
        /// How many partitions it has.
        package let partitions: Int
        /// Offsets in use; there may be fewer messages, since transactions take some.
        package let messages: Int64
    }

    /// What was asked for.
    package let topic: String
    /// The topics that are there.
    package let topics: [Topic]

    /// Whether one of the topics has messages.
    package var isReady: Bool { topics.contains { $0.messages > 0 } }

    /// What was found, in a line.
    package var summary: String {
        guard !topics.isEmpty else { return "there is no topic \(topic) yet" }
        return topics.map { topic in
            topic.messages > 0
                ? "\(topic.name): \(Self.count(topic.messages, "message")) in "
                    + Self.count(Int64(topic.partitions), "partition")
                : "\(topic.name) is there, but empty"
        }.joined(separator: "; ")
    }

    private static func count(_ number: Int64, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }
}

extension KafkaAdmin {
    /// Looks, by metadata and watermarks, whether topics are there and have messages.
    ///
    /// - Parameters:
    ///   - name: Which topics.
    ///   - slice: The stretch of time whose messages count; `nil` for all.
    ///   - timeout: The longest wait for each answer.
    /// - Returns: What was found.
    /// - Throws: ``KafkaError``, where no server answers, or this client may not see the topic.
    package func readiness(
        of name: KafkaTopicName, in slice: KafkaSlice? = nil, timeout: Duration = .seconds(30)
    ) throws(KafkaError) -> KafkaReadiness {
        let found = try topics(timeout: timeout).filter { name.matches($0.name) }
        if found.isEmpty, !name.isPattern { try checkAccess(to: "\(name)", timeout: timeout) }
        var topics: [KafkaReadiness.Topic] = []
        for topic in found {
            var messages: Int64 = 0
            if let slice {
                messages = try offsets(of: topic.name, in: slice, timeout: timeout).values.reduce(0) { $0 + $1.count }
            } else {
                for partition in topic.partitions {
                    let partition = KafkaPartition(topic.name, partition.number)
                    messages += try client.watermarks(of: partition, timeout: timeout).count
                }
            }
            topics.append(
                KafkaReadiness.Topic(name: topic.name, partitions: topic.partitions.count, messages: messages))
        }
        return KafkaReadiness(topic: "\(name)", topics: topics)
    }

    /// As ``readiness(of:timeout:)``, but asks again and again until there are messages.
    ///
    /// - Parameters:
    ///   - name: Which topics.
    ///   - slice: The stretch of time whose messages count; `nil` for all.
    ///   - limit: How long; `nil` for as long as it takes.
    ///   - log: Logs each change of what keeps it waiting, in a line.
    /// - Returns: What was found last.
    /// - Throws: ``KafkaError`` for what no waiting mends, such as a wrong password, and where no server answered at last.
    package func waitUntilReady(
        _ name: KafkaTopicName, in slice: KafkaSlice? = nil, atMost limit: Duration?, log: (String) -> Void
    ) throws(KafkaError) -> KafkaReadiness {
        let clock = ContinuousClock()
        let deadline = limit.map { clock.now + $0 }
        var reported = ""
        while true {
            let isLast = deadline.map { clock.now >= $0 } ?? false
            do throws(KafkaError) {
                let found = try readiness(of: name, in: slice, timeout: Self.patience)
                if found.isReady || isLast { return found }
                report(found.summary, &reported, log)
            } catch {
                // A topic may go while it is looked at.
                let isGone = error.code == .unknownTopic || error.code == .unknownPartition
                guard error.recovery == .retry || isGone, !isLast else { throw error }
                if !isGone { report("no server answers", &reported, log) }
            }
            pause(for: Self.interval)
        }
    }

    private static let patience = Duration.seconds(5)
    /// Between two looks.
    private static let interval = Duration.milliseconds(500)

    private func report(_ reason: String, _ reported: inout String, _ log: (String) -> Void) {
        guard reason != reported else { return }
        reported = reason
        log(reason + "; waiting")
    }
}

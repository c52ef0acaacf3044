internal import CKafka

/// A topic as the servers describe it.
package struct KafkaTopic: Hashable, Sendable {
    /// One partition, as the servers describe it.
    package struct Partition: Hashable, Sendable {
        /// The partition's number.
        package let number: Int32
        /// The server that leads it; `nil` while none does.
        package let leader: Int32?
        /// The servers that have a copy of it.
        package let replicas: [Int32]
    }

    /// The topic's name.
    package let name: String
    /// By number.
    package let partitions: [Partition]
}

/// How far a group is behind in a partition.
package struct KafkaLag: Hashable, Sendable {
    /// Where the group is behind.
    package let partition: KafkaPartition
    /// `nil` where the group has committed nothing.
    package let committed: Int64?
    /// The offsets between which the partition has messages.
    package let watermarks: KafkaWatermarks

    /// Offsets still to be read.
    package var messages: Int64 { max(0, watermarks.high - max(watermarks.low, committed ?? watermarks.low)) }
}

/// Asks about topics and groups, creates and deletes topics. It never makes a topic by asking for it.
package struct KafkaAdmin: Sendable {
    let client: KafkaClient
    private let configuration: KafkaConfiguration

    /// Makes a client; it connects in the background.
    package init(_ configuration: KafkaConfiguration) throws(KafkaError) {
        // A consumer's handle, since a producer's has topics made that it asks for.
        var own = configuration
        own["allow.auto.create.topics"] = "false"
        own["enable.auto.commit"] = "false"
        own["group.id"] = nil
        own["group.instance.id"] = nil
        own["statistics.interval.ms"] = "0"
        own.setDefault("log.connection.close", "false")
        client = try KafkaClient(RD_KAFKA_CONSUMER, own)
        self.configuration = configuration
    }

    /// Every topic, by name.
    ///
    /// - Parameter timeout: The longest wait.
    /// - Returns: The topics that this client may see.
    /// - Throws: ``KafkaError``; a server that does not let this client in ends it before the time.
    package func topics(timeout: Duration = .seconds(30)) throws(KafkaError) -> [KafkaTopic] {
        let clock = ContinuousClock()
        let deadline = clock.now + timeout
        // librdkafka goes on connecting after it was refused; what it was told comes in between two questions.
        var patience = Duration.seconds(1)
        while true {
            do throws(KafkaError) {
                return try listTopics(timeout: min(patience, max(.zero, deadline - clock.now)))
            } catch {
                for case .refused(let server, let refusal) in news() {
                    throw KafkaError(refusal.code, "connect to \(server)", refusal.detail)
                }
                guard error.recovery == .retry else { throw error }
                guard clock.now < deadline else {
                    throw KafkaError(
                        .unreachable, "list topics", "no server answers; 'nightjar kafka check' says why",
                        recovery: .retry)
                }
            }
            patience *= 2
        }
    }

    private func listTopics(timeout: Duration) throws(KafkaError) -> [KafkaTopic] {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        try KafkaError.check(
            rd_kafka_metadata(client.handle, 1, nil, &metadata, timeout.milliseconds), "list topics")
        guard let metadata else { return [] }
        defer { rd_kafka_metadata_destroy(metadata) }
        let topics = UnsafeBufferPointer(start: metadata.pointee.topics, count: Int(metadata.pointee.topic_cnt))
        return topics.filter { $0.err == RD_KAFKA_RESP_ERR_NO_ERROR }.map { topic in
            let partitions = UnsafeBufferPointer(start: topic.partitions, count: Int(topic.partition_cnt))
            return KafkaTopic(
                name: String(cString: topic.topic),
                partitions: partitions.map { partition in
                    KafkaTopic.Partition(
                        number: partition.id, leader: partition.leader >= 0 ? partition.leader : nil,
                        replicas: Array(
                            UnsafeBufferPointer(start: partition.replicas, count: Int(partition.replica_cnt))))
                }.sorted { $0.number < $1.number })
        }.sorted { $0.name < $1.name }
    }

    /// One topic; `nil` where there is none.
    package func topic(_ name: String, timeout: Duration = .seconds(30)) throws(KafkaError) -> KafkaTopic? {
        try topics(timeout: timeout).first { $0.name == name }
    }

    /// The watermarks of every partition of a topic.
    ///
    /// - Throws: ``KafkaError/Code/unknownTopic``.
    package func watermarks(
        of topic: String, timeout: Duration = .seconds(30)
    ) throws(KafkaError) -> [KafkaPartition: KafkaWatermarks] {
        guard let found = try self.topic(topic, timeout: timeout) else {
            throw KafkaError(.unknownTopic, "ask for the watermarks of \(topic)", "there is no topic \(topic)")
        }
        var marks: [KafkaPartition: KafkaWatermarks] = [:]
        for number in found.partitions.map(\.number) {
            let partition = KafkaPartition(topic, number)
            marks[partition] = try client.watermarks(of: partition, timeout: timeout)
        }
        return marks
    }

    /// The first offset whose message is not older than a time; partitions without such a message are left out.
    ///
    /// - Parameters:
    ///   - milliseconds: The time, ms since 1970 UTC.
    ///   - partitions: Where to look.
    ///   - timeout: The longest wait.
    /// - Returns: The offsets by partition.
    /// - Throws: ``KafkaError`` where no server answers in time.
    package func offsets(
        notBefore milliseconds: Int64, in partitions: [KafkaPartition], timeout: Duration = .seconds(30)
    ) throws(KafkaError) -> [KafkaPartition: Int64] {
        try client.offsets(notBefore: milliseconds, in: partitions, timeout: timeout)
    }

    /// How far a group is behind in a topic, by partition.
    package func lag(
        of group: String, in topic: String, timeout: Duration = .seconds(30)
    ) throws(KafkaError) -> [KafkaLag] {
        let marks = try watermarks(of: topic, timeout: timeout)
        var own = configuration
        own["enable.auto.commit"] = "false"
        own["group.id"] = group
        own["group.instance.id"] = nil
        // It asks in the group's name, and does not join.
        let member = try KafkaClient(RD_KAFKA_CONSUMER, own)
        let committed: [KafkaPartition: Int64]
        do throws(KafkaError) { committed = try member.committed(Array(marks.keys), timeout: timeout) } catch {
            // A group that this user may not read as has no coordinator for it, and the question stays without an answer: why
            // comes as a consumer's error.
            guard let message = rd_kafka_consumer_poll(member.handle, 0) else { throw error }
            defer { rd_kafka_message_destroy(message) }
            guard KafkaError.Code(message.pointee.err) == .authorization else { throw error }
            throw KafkaError(message.pointee.err, "ask for the offsets of the group \(group)")
        }
        return marks.map { KafkaLag(partition: $0.key, committed: committed[$0.key], watermarks: $0.value) }
            .sorted { $0.partition < $1.partition }
    }
}

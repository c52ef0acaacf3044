package import Kafka

extension KafkaSource {
    /// The starts of partitions that are read for the first time.
    ///
    /// - Parameters:
    ///   - partitions: The partitions.
    ///   - consumer: Looks up the offsets of a time.
    /// - Returns: Their starts; empty where they start at the group's committed offset.
    /// - Throws: ``KafkaError`` where no server answers.
    func starts(
        of partitions: [KafkaPartition], asking consumer: KafkaConsumer
    ) throws(KafkaError) -> [KafkaPartition: KafkaStart] {
        guard !partitions.isEmpty else { return [:] }
        let start: (KafkaPartition) -> KafkaStart
        switch self.start {
        case .committed: return [:]
        case .earliest: start = { _ in .beginning }
        case .offset(let offset): start = { _ in .offset(offset) }
        case .time(let time):
            let found = try consumer.offsets(notBefore: time, in: partitions)
            start = { found[$0].map { .offset($0) } ?? .end }
        case .slice(let slice):
            // A group that has read a part of it goes on there.
            let committed = try consumer.committed(partitions)
            let found = try consumer.offsets(notBefore: slice.from, in: partitions)
            let fresh = partitions.filter { committed[$0] == nil }
            return Dictionary(uniqueKeysWithValues: fresh.map { ($0, found[$0].map { .offset($0) } ?? .end) })
        }
        return Dictionary(uniqueKeysWithValues: partitions.map { ($0, start($0)) })
    }

    /// The existing topics that match the source's name or pattern.
    func topics(_ admin: KafkaAdmin) throws(KafkaError) -> [KafkaTopic] {
        let name = try? KafkaTopicName(topic)
        return try admin.topics().filter { name?.matches($0.name) ?? false }
    }

    /// The offset after the last message of each partition now.
    ///
    /// - Parameter log: Logs that the topics are empty.
    /// - Returns: The watermarks by partition.
    /// - Throws: ``KafkaError/Code/unknownTopic`` where no topic matches.
    package func ends(log: (String) -> Void) throws(KafkaError) -> [KafkaPartition: KafkaWatermarks] {
        var ends: [KafkaPartition: KafkaWatermarks] = [:]
        let admin = try KafkaAdmin(configuration)
        let names = try topics(admin).map(\.name)
        guard !names.isEmpty else {
            throw KafkaError(
                .unknownTopic, "read \(topic)",
                "there is no such topic; 'nightjar kafka ready --wait' waits for one, --follow reads it once it exists")
        }
        for name in names {
            if case .slice(let slice) = start {
                ends.merge(try admin.offsets(of: name, in: slice)) { $1 }
            } else {
                ends.merge(try admin.watermarks(of: name)) { $1 }
            }
        }
        if ends.values.allSatisfy({ $0.count == 0 }) {
            let what =
                if case .slice = start { "the slice of \(names.joined(separator: ", "))" } else {
                    names.joined(separator: ", ")
                }
            log("\(what) is empty; 'nightjar kafka ready --wait' waits for messages")
        }
        return ends
    }
}

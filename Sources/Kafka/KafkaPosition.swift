internal import CKafka
internal import Glibc

/// Where a group goes on in a partition, with metadata of the member that committed it.
package struct KafkaPosition: Hashable, Sendable {
    /// Bytes of metadata at most: servers refuse more than 4096 (`offset.metadata.max.bytes`).
    package static let longestMetadata = 4_000

    /// The offset after the last message done.
    package let offset: Int64
    /// The metadata that was committed with it.
    package let metadata: String

    /// A position with metadata.
    package init(offset: Int64, metadata: String) {
        self.offset = offset
        self.metadata = metadata
    }
}

extension KafkaConsumer {
    /// Commits positions with their metadata, and waits for the servers' word.
    ///
    /// - Throws: ``KafkaError/Code/fenced`` where another member has a partition now.
    package func commit(_ positions: [KafkaPartition: KafkaPosition]) throws(KafkaError) {
        guard !positions.isEmpty else { return }
        let list = PartitionList(positions)
        try KafkaError.check(rd_kafka_commit(client.handle, list.native, 0), "commit offsets")
        try list.check("commit offsets")
    }

    /// Where its group stopped, with their metadata; partitions in which it never was are left out.
    package func committedPositions(
        _ partitions: [KafkaPartition], timeout: Duration = .seconds(30)
    ) throws(KafkaError) -> [KafkaPartition: KafkaPosition] {
        guard !partitions.isEmpty else { return [:] }
        let list = PartitionList(partitions.map { ($0, Int64(RD_KAFKA_OFFSET_INVALID)) })
        try KafkaError.check(
            rd_kafka_committed(client.handle, list.native, timeout.milliseconds), "ask for committed offsets")
        return try list.positions("ask for committed offsets")
    }
}

extension KafkaProducer {
    /// Puts a consumer's positions into the transaction, with their metadata.
    ///
    /// - Parameters:
    ///   - positions: The next offset of each partition.
    ///   - consumer: The group's member that read up to there; where its partitions went to another, this is refused.
    ///   - timeout: The longest wait.
    /// - Throws: ``KafkaError/Code/fenced`` where the partitions went to another member.
    package func send(
        _ positions: [KafkaPartition: KafkaPosition], of consumer: KafkaConsumer, timeout: Duration = .seconds(60)
    ) throws(KafkaError) {
        guard !positions.isEmpty else { return }
        guard let member = rd_kafka_consumer_group_metadata(consumer.client.handle) else {
            throw KafkaError(.state, "send offsets", "the consumer is in no group")
        }
        defer { rd_kafka_consumer_group_metadata_destroy(member) }
        let list = PartitionList(positions)
        try KafkaError.check(
            rd_kafka_send_offsets_to_transaction(client.handle, list.native, member, timeout.milliseconds),
            "send offsets")
    }
}

extension PartitionList {
    /// A list that carries metadata; librdkafka frees them with it.
    init(_ positions: [KafkaPartition: KafkaPosition]) {
        native = rd_kafka_topic_partition_list_new(Int32(clamping: positions.count))
        for (partition, position) in positions {
            guard let entry = rd_kafka_topic_partition_list_add(native, partition.topic, partition.number) else {
                continue
            }
            entry.pointee.offset = position.offset
            let metadata = Array(position.metadata.utf8.prefix(KafkaPosition.longestMetadata))
            guard !metadata.isEmpty, let copy = malloc(metadata.count) else { continue }
            copy.copyMemory(from: metadata, byteCount: metadata.count)
            entry.pointee.metadata = copy
            entry.pointee.metadata_size = metadata.count
        }
    }

    func positions(_ operation: String) throws(KafkaError) -> [KafkaPartition: KafkaPosition] {
        var found: [KafkaPartition: KafkaPosition] = [:]
        for entry in Self.entries(of: native) {
            try KafkaError.check(entry.err, operation)
            guard entry.offset >= 0 else { continue }
            let bytes = UnsafeRawBufferPointer(start: entry.metadata, count: entry.metadata_size)
            let partition = KafkaPartition(String(cString: entry.topic), entry.partition)
            found[partition] = KafkaPosition(offset: entry.offset, metadata: String(decoding: bytes, as: UTF8.self))
        }
        return found
    }
}

internal import CKafka

extension KafkaConsumer {
    /// The partitions that it reads now.
    package var assignment: [KafkaPartition] {
        var list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
        guard rd_kafka_assignment(client.handle, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { return [] }
        return PartitionList(owning: list).partitions.sorted()
    }

    /// The next offset to read of each partition that it reads, and the one after its last message as a fetch has told it;
    /// partitions of which nothing was read yet are left out. No server is asked.
    package var positions: [(partition: KafkaPartition, next: Int64, end: Int64?)] {
        let list = PartitionList(assignment.map { ($0, 0) })
        guard rd_kafka_position(client.handle, list.native) == RD_KAFKA_RESP_ERR_NO_ERROR else { return [] }
        guard let offsets = try? list.offsets("position") else { return [] }
        return offsets.sorted { $0.key < $1.key }.map { partition, next in
            var (low, high): (Int64, Int64) = (-1, -1)
            let status = rd_kafka_get_watermark_offsets(
                client.handle, partition.topic, partition.number, &low, &high)
            return (partition, next, status == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0 ? high : nil)
        }
    }

    /// Commits for its group where to go on: for each partition the offset after the last message done.
    ///
    /// - Parameters:
    ///   - offsets: The next offset of each partition.
    ///   - waits: Whether to wait for the servers' word; else a failure comes as ``KafkaEvent/commitFailed(_:)``.
    /// - Throws: ``KafkaError/Code/fenced`` where another member has a partition now.
    package func commit(_ offsets: [KafkaPartition: Int64], waits: Bool = true) throws(KafkaError) {
        guard !offsets.isEmpty else { return }
        let list = PartitionList(offsets.map { ($0.key, $0.value) })
        try KafkaError.check(rd_kafka_commit(client.handle, list.native, waits ? 0 : 1), "commit offsets")
        if waits { try list.check("commit offsets") }
    }

    /// Where its group stopped; partitions in which it never was are left out.
    package func committed(
        _ partitions: [KafkaPartition], timeout: Duration = .seconds(30)
    ) throws(KafkaError) -> [KafkaPartition: Int64] {
        try client.committed(partitions, timeout: timeout)
    }

    /// The first offset and the one after the last, as the servers say now.
    package func watermarks(
        of partition: KafkaPartition, timeout: Duration = .seconds(30)
    ) throws(KafkaError) -> KafkaWatermarks {
        try client.watermarks(of: partition, timeout: timeout)
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

    /// Goes on elsewhere in partitions that it reads.
    package func seek(_ offsets: [KafkaPartition: Int64], timeout: Duration = .seconds(30)) throws(KafkaError) {
        let list = PartitionList(offsets.map { ($0.key, max(0, $0.value)) })
        try KafkaError.check(rd_kafka_seek_partitions(client.handle, list.native, timeout.milliseconds), "seek")
        try list.check("seek")
    }

    /// Gives no more messages of these partitions until they are resumed; what was fetched ahead is fetched again.
    package func pause(_ partitions: [KafkaPartition]) throws(KafkaError) {
        let list = PartitionList(partitions.map { ($0, 0) })
        try KafkaError.check(rd_kafka_pause_partitions(client.handle, list.native), "pause")
        try list.check("pause")
    }

    /// Gives messages of paused partitions again.
    package func resume(_ partitions: [KafkaPartition]) throws(KafkaError) {
        let list = PartitionList(partitions.map { ($0, 0) })
        try KafkaError.check(rd_kafka_resume_partitions(client.handle, list.native), "resume")
        try list.check("resume")
    }
}

internal import CKafka

/// librdkafka's list of partitions with an offset each.
struct PartitionList: ~Copyable {
    let native: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(_ entries: [(KafkaPartition, Int64)]) {
        native = rd_kafka_topic_partition_list_new(Int32(clamping: entries.count))
        for (partition, offset) in entries {
            rd_kafka_topic_partition_list_add(native, partition.topic, partition.number).pointee.offset = offset
        }
    }

    /// Takes over a list that librdkafka gave.
    init(owning native: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) { self.native = native }

    deinit { rd_kafka_topic_partition_list_destroy(native) }

    var partitions: [KafkaPartition] { Self.partitions(in: native) }

    static func partitions(in list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?) -> [KafkaPartition] {
        entries(of: list).map { KafkaPartition(String(cString: $0.topic), $0.partition) }
    }

    static func entries(
        of list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
    ) -> UnsafeBufferPointer<rd_kafka_topic_partition_t> {
        UnsafeBufferPointer(start: list?.pointee.elems, count: Int(list?.pointee.cnt ?? 0))
    }

    /// Offsets by partition, where there are any; throws the first partition's error.
    func offsets(_ operation: String) throws(KafkaError) -> [KafkaPartition: Int64] {
        var found: [KafkaPartition: Int64] = [:]
        for entry in Self.entries(of: native) {
            try KafkaError.check(entry.err, operation)
            if entry.offset >= 0 { found[KafkaPartition(String(cString: entry.topic), entry.partition)] = entry.offset }
        }
        return found
    }

    /// Throws the first partition's error.
    func check(_ operation: String) throws(KafkaError) {
        for entry in Self.entries(of: native) where entry.err != RD_KAFKA_RESP_ERR_NO_ERROR {
            throw KafkaError(
                entry.err, operation,
                detail:
                    "\(String(cString: entry.topic))[\(entry.partition)]: \(String(cString: rd_kafka_err2str(entry.err)))"
            )
        }
    }
}

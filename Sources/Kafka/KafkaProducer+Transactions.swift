internal import CKafka

/// Transactions: what is sent between ``begin()`` and ``commit(timeout:)``, and the offsets of what it was made of, is seen
/// by readers whole or not at all. The error's ``KafkaError/recovery`` says whether to try the same call again, to abort and
/// begin anew, or to make another producer.
extension KafkaProducer {
    /// Once, before the first transaction: ends what an earlier producer of this name left open.
    package func initTransactions(timeout: Duration = .seconds(60)) throws(KafkaError) {
        try KafkaError.check(rd_kafka_init_transactions(client.handle, timeout.milliseconds), "prepare transactions")
    }

    /// Begins a transaction.
    package func begin() throws(KafkaError) {
        try KafkaError.check(rd_kafka_begin_transaction(client.handle), "begin a transaction")
    }

    /// Puts a consumer's offsets into the transaction, in place of ``KafkaConsumer/commit(_:waits:)``.
    ///
    /// - Parameters:
    ///   - offsets: The next offset of each partition.
    ///   - consumer: The group's member that read up to there; where its partitions went to another, this is refused.
    ///   - timeout: The longest wait.
    /// - Throws: ``KafkaError/Code/fenced`` where the partitions went to another member.
    package func sendOffsets(
        _ offsets: [KafkaPartition: Int64], of consumer: KafkaConsumer, timeout: Duration = .seconds(60)
    ) throws(KafkaError) {
        guard !offsets.isEmpty else { return }
        guard let member = rd_kafka_consumer_group_metadata(consumer.client.handle) else {
            throw KafkaError(.state, "send offsets", "the consumer is in no group")
        }
        defer { rd_kafka_consumer_group_metadata_destroy(member) }
        let list = PartitionList(offsets.map { ($0.key, $0.value) })
        try KafkaError.check(
            rd_kafka_send_offsets_to_transaction(client.handle, list.native, member, timeout.milliseconds),
            "send offsets")
    }

    /// Waits until all that was sent is taken, and ends the transaction.
    package func commit(timeout: Duration = .seconds(60)) throws(KafkaError) {
        try KafkaError.check(rd_kafka_commit_transaction(client.handle, timeout.milliseconds), "commit a transaction")
    }

    /// Drops what was sent since ``begin()``.
    package func abort(timeout: Duration = .seconds(60)) throws(KafkaError) {
        try KafkaError.check(rd_kafka_abort_transaction(client.handle, timeout.milliseconds), "abort a transaction")
    }
}

internal import Broker
internal import Kafka

/// The receipt of a batch that was read while the partition was assigned to this worker.
struct KafkaReceipt: Receipt {
    let transaction: KafkaTransaction
    let partition: KafkaPartition
    /// See ``Ownership``.
    let ticket: Int

    func admit(_ positions: ClosedRange<Int>) -> Admission {
        let offsets = Int64(positions.lowerBound)..<Int64(positions.upperBound) + 1
        return transaction.admit(offsets, of: partition, ticket: ticket)
    }
}

internal import Kafka

/// How far a worker reads back in newly assigned partitions, to learn which alerts are another worker's.
///
/// A survey's producer that retries sends a message a second time soon. If the partition changes its owner in between, the
/// second message would count as new: so the new owner first reads the ids of the last messages before its start. All of them
/// were claimed, and so belong to a worker.
struct Lookback {
    /// Messages read back at most, in each partition.
    static let mostMessages: Int64 = 128
    /// Bytes after which it stops, in each partition.
    static let mostBytes = 32 << 20

    private struct Stretch {
        /// The first offset that is to be processed.
        let end: Int64
        var bytes = 0
    }

    private var stretches: [KafkaPartition: Stretch] = [:]

    /// Where to start in a partition, including the lookback.
    ///
    /// - Parameters:
    ///   - partition: The partition.
    ///   - offset: Where this worker continues.
    ///   - low: The first available offset of the partition.
    /// - Returns: An offset, not above `offset`.
    mutating func begin(_ partition: KafkaPartition, at offset: Int64, low: Int64) -> Int64 {
        stretches[partition] = nil
        let start = max(offset.subtractingReportingOverflow(Self.mostMessages).partialValue, low, 0)
        guard start < offset else { return offset }
        stretches[partition] = Stretch(end: offset)
        return start
    }

    /// Reads a partition without a lookback.
    mutating func skip(_ partition: KafkaPartition) { stretches[partition] = nil }

    /// Splits messages of a partition, in the order of their offsets, into those whose ids are learnt and those to process.
    ///
    /// - Returns: Both, and the offset to seek to if the lookback has reached its bound of bytes.
    mutating func split(
        _ messages: [KafkaMessage], of partition: KafkaPartition
    ) -> (known: ArraySlice<KafkaMessage>, new: ArraySlice<KafkaMessage>, resume: Int64?) {
        guard var stretch = stretches[partition] else { return ([], messages[...], nil) }
        let border = messages.firstIndex { $0.offset >= stretch.end } ?? messages.endIndex
        let known = messages[..<border]
        let hadEnough = stretch.bytes >= Self.mostBytes
        stretch.bytes += known.map(\.payload.count).reduce(0, +)
        let hasEnough = stretch.bytes >= Self.mostBytes
        stretches[partition] = stretch
        // Messages below the border are never new, though more of them may follow.
        let goesOn = hasEnough && !hadEnough && border == messages.endIndex
        return (hadEnough ? [] : known, messages[border...], goesOn ? stretch.end : nil)
    }
}

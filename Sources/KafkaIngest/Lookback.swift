internal import Kafka

/// How far a worker reads back in partitions that it begins with, to learn which alerts are another worker's.
///
/// A survey's producer that sends again sends soon again. Where a partition changes hands in between, the second message
/// would count as new: so the new owner first reads the ids of the last messages before the one it begins with. All of
/// them were claimed, and so are somebody's.
struct Lookback {
    /// Messages read back at most, in each partition.
    static let mostMessages: Int64 = 128
    /// Bytes after which it stops, in each partition.
    static let mostBytes = 32 << 20

    private struct Stretch {
        /// The first offset that is to be read for its own sake.
        let end: Int64
        var bytes = 0
    }

    private var stretches: [KafkaPartition: Stretch] = [:]

    /// Where to begin with a partition so as to look back.
    ///
    /// - Parameters:
    ///   - partition: The partition.
    ///   - offset: Where this worker goes on.
    ///   - low: The first offset that the partition still has.
    /// - Returns: An offset, not above `offset`.
    mutating func begin(_ partition: KafkaPartition, at offset: Int64, low: Int64) -> Int64 {
        stretches[partition] = nil
        let start = max(offset.subtractingReportingOverflow(Self.mostMessages).partialValue, low, 0)
        guard start < offset else { return offset }
        stretches[partition] = Stretch(end: offset)
        return start
    }

    /// Reads a partition for its own sake from the first message on.
    mutating func skip(_ partition: KafkaPartition) { stretches[partition] = nil }

    /// Splits messages of a partition, in the order of their offsets, into those to learn the ids of and those to process.
    ///
    /// - Returns: Both, and where to go on if that was enough of looking back.
    mutating func split(
        _ messages: [KafkaMessage], of partition: KafkaPartition
    ) -> (known: ArraySlice<KafkaMessage>, new: ArraySlice<KafkaMessage>, goOn: Int64?) {
        guard var stretch = stretches[partition] else { return ([], messages[...], nil) }
        let border = messages.firstIndex { $0.offset >= stretch.end } ?? messages.endIndex
        let known = messages[..<border]
        let hadEnough = stretch.bytes >= Self.mostBytes
        stretch.bytes += known.map(\.payload.count).reduce(0, +)
        let hasEnough = stretch.bytes >= Self.mostBytes
        stretches[partition] = stretch
        // What is below the border is never new, though it may still come after this.
        let goesOn = hasEnough && !hadEnough && border == messages.endIndex
        return (hadEnough ? [] : known, messages[border...], goesOn ? stretch.end : nil)
    }
}

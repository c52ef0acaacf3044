package import DataLayout
package import Packets
package import Pipeline

/// What the reading thread passes to the processing thread, in order.
enum IntakeEvent: ByteCounted {
    /// The events that follow are of this intake.
    case begin(any Intake)
    case batch(IntakeBatch)
    /// Packets that another worker has accounted for.
    case accountedElsewhere(SourceKey, [Packet])
    /// All batches before this one are to be committed now.
    case flush(FlushBarrier)
    /// A source was read to its end, in all of its partitions.
    case ended(SourceKey)

    var bytes: Int {
        switch self {
        case .batch(let batch): batch.packets.reduce(0) { $0 + $1.bytes.count }
        case .accountedElsewhere(_, let packets): packets.reduce(0) { $0 + $1.bytes.count }
        case .begin, .flush, .ended: 0
        }
    }
}

/// Packets of one source, or of one partition of it, in the order of their numbers there.
package struct IntakeBatch: Sendable {
    let source: SourceKey
    let packets: [Packet]
    let arrivals: [Int64]
    let sent: [Int64]
    let received: Int64
    let origins: [PacketOrigin?]
    let progress: Packets.Progress
    let skipped: Int
    let receipt: (any Receipt)?

    /// - Parameters:
    ///   - source: The key of their source.
    ///   - packets: Packets with consecutive numbers in the source.
    ///   - arrivals: The arrival time of each packet at the source, ms since 1970 UTC; 0 where it is unknown, and empty where
    ///     all are.
    ///   - sent: When the survey says that it sent each, ms since 1970 UTC; 0 where it does not say, and empty where it never does.
    ///   - received: When they were read, ms since 1970 UTC; 0 where that does not matter.
    ///   - origins: The location of each packet on the survey's Kafka; empty where it is unknown.
    ///   - progress: How far the source has been read.
    ///   - skipped: Files before or between the packets that are not packets.
    ///   - receipt: Admits the packets before they are written; without one they count, and their products are not published.
    package init(
        source: SourceKey, packets: [Packet], arrivals: [Int64] = [], sent: [Int64] = [], received: Int64 = 0,
        origins: [PacketOrigin?] = [],
        progress: Packets.Progress, skipped: Int = 0,
        receipt: (any Receipt)? = nil
    ) {
        self.source = source
        self.packets = packets
        self.arrivals = arrivals
        self.sent = sent
        self.received = received
        self.origins = origins
        self.progress = progress
        self.skipped = skipped
        self.receipt = receipt
    }

    /// The processed packets from `start` on; skipped files count with the last of them.
    func processed(_ decoded: (packets: [ProcessedPacket], bytes: Int), from start: Int) -> ProcessedBatch {
        var packets = decoded.packets
        for index in packets.indices where start + index < arrivals.count {
            packets[index].arrival = arrivals[start + index]
            packets[index].received = received
        }
        for index in packets.indices where start + index < sent.count {
            packets[index].sent = sent[start + index]
        }
        for index in packets.indices where start + index < origins.count {
            packets[index].origin = origins[start + index]
        }
        let isLast = start + packets.count >= self.packets.count
        return ProcessedBatch(
            batch: Batch(source: source, packets: packets), progress: progress, skipped: isLast ? skipped : 0,
            receipt: receipt, bytes: decoded.bytes)
    }
}

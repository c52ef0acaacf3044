package import DataLayout
package import Packets
package import Pipeline

/// What the reading thread hands on, in order.
enum IntakeEvent: ByteCounted {
    /// What follows comes from this intake.
    case begin(any Intake)
    case batch(IntakeBatch)
    /// Packets that another worker has accounted for.
    case accountedElsewhere(SourceKey, [Packet])
    /// All that was read before this is to be made durable now.
    case flush(FlushBarrier)

    var bytes: Int {
        switch self {
        case .batch(let batch): batch.packets.reduce(0) { $0 + $1.bytes.count }
        case .accountedElsewhere(_, let packets): packets.reduce(0) { $0 + $1.bytes.count }
        case .begin, .flush: 0
        }
    }
}

/// Packets of one source, or of one partition of it, in the order of their numbers there.
package struct IntakeBatch: Sendable {
    let source: SourceKey
    let packets: [Packet]
    let arrivals: [Int64]
    let origins: [PacketOrigin?]
    let progress: Packets.Progress
    let skipped: Int
    let receipt: (any Receipt)?

    /// - Parameters:
    ///   - source: Where they come from.
    ///   - packets: Their numbers follow one another within the source.
    ///   - arrivals: When the source got each packet, ms since 1970 UTC; empty where it does not say, 0 for a packet of which
    ///     it does not.
    ///   - origins: Where each packet was on the survey's Kafka; empty where the source does not say.
    ///   - progress: How far the source has been read.
    ///   - skipped: Files before or between the packets that are none.
    ///   - receipt: Asked before the packets are written; without one they count, and their products are not published.
    package init(
        source: SourceKey, packets: [Packet], arrivals: [Int64] = [], origins: [PacketOrigin?] = [],
        progress: Packets.Progress, skipped: Int = 0,
        receipt: (any Receipt)? = nil
    ) {
        self.source = source
        self.packets = packets
        self.arrivals = arrivals
        self.origins = origins
        self.progress = progress
        self.skipped = skipped
        self.receipt = receipt
    }

    /// What was made of the packets from `start` on; what was skipped counts with the last of them.
    func processed(_ decoded: (packets: [ProcessedPacket], bytes: Int), from start: Int) -> ProcessedBatch {
        var packets = decoded.packets
        for index in packets.indices where start + index < arrivals.count {
            packets[index].arrival = arrivals[start + index]
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

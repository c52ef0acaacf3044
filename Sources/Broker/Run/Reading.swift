internal import Foundation
internal import Kafka
internal import Packets
internal import Stages

/// What the reading thread hands on, in order.
enum Reading: Weighed {
    case batch(ReadBatch)
    /// Packets that were claimed before: their alerts are no longer new when they come again.
    case known(SourceKey, [Packet])
    /// All that was read before this is to be made durable now.
    case settle(Settlement)

    var bytes: Int {
        switch self {
        case .batch(let read): read.packets.reduce(0) { $0 + $1.bytes.count }
        case .known(_, let packets): packets.reduce(0) { $0 + $1.bytes.count }
        case .settle: 0
        }
    }
}

/// Packets of one source, or of one partition of it.
struct ReadBatch: Sendable {
    /// A Kafka partition whose offsets are to be claimed before they count.
    struct Claim: Sendable {
        let partition: KafkaPartition
        /// See ``Ownership``; `nil` for what was claimed in an earlier life of this worker.
        let ticket: Int?
    }

    let source: SourceKey
    let packets: [Packet]
    /// When the source got each packet, ms since 1970 UTC; empty where it does not say, 0 for a packet of which it does not.
    var arrivals: [Int64] = []
    let progress: Packets.Progress
    let skipped: Int
    var claim: Claim?
    /// Called once what was made of the packets is durable.
    var acknowledge: (@Sendable () -> Void)?
}

extension ReadBatch {
    /// What was decoded of the packets from `start` on; the source's last word belongs to the last of them.
    func decoded(_ decoded: (packets: [DecodedPacket], bytes: Int), from start: Int) -> DecodedBatch {
        var packets = decoded.packets
        for index in packets.indices where start + index < arrivals.count {
            packets[index].arrival = arrivals[start + index]
        }
        let isLast = start + packets.count >= self.packets.count
        return DecodedBatch(
            batch: Batch(source: source, packets: packets), progress: progress, skipped: isLast ? skipped : 0,
            claim: claim, acknowledge: isLast ? acknowledge : nil, bytes: decoded.bytes)
    }
}

/// What the decoding thread hands on.
enum Decoded: Weighed {
    case batch(DecodedBatch)
    case known(SourceKey, [(key: AlertKey, offset: Int)])
    case settle(Settlement)

    var bytes: Int {
        switch self {
        case .batch(let decoded): decoded.bytes
        case .known, .settle: 0
        }
    }
}

/// What was decoded of a batch that was read, or of a part of it.
struct DecodedBatch: Sendable {
    let batch: Batch
    let progress: Packets.Progress
    let skipped: Int
    let claim: ReadBatch.Claim?
    let acknowledge: (@Sendable () -> Void)?
    /// Bytes of memory that the packets hold on to.
    let bytes: Int
}

/// Waited for by the thread that asked for all to be made durable.
///
/// `@unchecked Sendable` because the flag is only touched under `condition`.
final class Settlement: @unchecked Sendable {
    private let condition = NSCondition()
    private var isDone = false

    func done() {
        condition.withLock {
            isDone = true
            condition.broadcast()
        }
    }

    func wait() {
        condition.withLock { while !isDone { condition.wait() } }
    }
}

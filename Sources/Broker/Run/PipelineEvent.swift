internal import DataLayout
internal import Packets
internal import Pipeline

/// What the processing thread passes to the writing thread, in order.
enum PipelineEvent: ByteCounted {
    case begin(any Intake)
    case batch(ProcessedBatch)
    case accountedElsewhere(SourceKey, [(key: AlertKey, offset: Int)])
    case flush(FlushBarrier)
    case ended(SourceKey)

    var bytes: Int {
        switch self {
        case .batch(let batch): batch.bytes
        case .begin, .accountedElsewhere, .flush, .ended: 0
        }
    }
}

/// A processed batch, or a part of one.
struct ProcessedBatch: Sendable {
    let batch: Batch
    let progress: Packets.Progress
    let skipped: Int
    let receipt: (any Receipt)?
    /// Bytes of memory that the packets hold.
    let bytes: Int
}

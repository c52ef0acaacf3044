internal import DataLayout
internal import Pipeline

/// Packets of one source that are committed together.
struct Batch: Sendable {
    let source: SourceKey
    let packets: [ProcessedPacket]
}

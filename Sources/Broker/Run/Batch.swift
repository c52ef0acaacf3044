internal import DataLayout
internal import Pipeline

/// Packets of one source that are made durable together, whole or not at all.
struct Batch: Sendable {
    let source: SourceKey
    let packets: [ProcessedPacket]
}

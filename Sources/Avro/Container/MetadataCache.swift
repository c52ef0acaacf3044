internal import Synchronization

/// The container metadata used last: every packet of a survey's night has the same.
final class MetadataCache: Sendable {
    static let shared = MetadataCache()

    private let recent = Mutex(RecentValues<ContainerMetadata>(most: 8, bytes: 16 << 20))

    /// The metadata that a file begins with, where a sync marker follows.
    func find(_ file: ArraySlice<UInt8>) -> ContainerMetadata? {
        // Compared outside the lock, since that is all the work there is.
        let known = recent.withLock { $0.values }
        return known.first { file.count >= $0.bytes.count + SyncMarker.count && $0.bytes.startsSlice(file) }
    }

    func add(_ metadata: ContainerMetadata) {
        let bytes = metadata.bytes.count + metadata.schema.bytesInMemory
        recent.withLock { $0.add(metadata, bytes: bytes) }
    }
}

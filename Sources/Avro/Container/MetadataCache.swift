internal import Synchronization

/// The most recently used container metadata: all packets of a survey's night have the same.
final class MetadataCache: Sendable {
    static let shared = MetadataCache()

    private let recent = Mutex(RecentValues<ContainerMetadata>(most: 8, bytes: 16 << 20))

    /// The metadata at the start of a file, if a sync marker follows.
    func find(_ file: ArraySlice<UInt8>) -> ContainerMetadata? {
        // Compared outside the lock, since that is most of the work.
        let known = recent.withLock { $0.values }
        return known.first { file.count >= $0.bytes.count + SyncMarker.count && $0.bytes.startsSlice(file) }
    }

    func add(_ metadata: ContainerMetadata) {
        let bytes = metadata.bytes.count + metadata.schema.bytesInMemory
        recent.withLock { $0.add(metadata, bytes: bytes) }
    }
}

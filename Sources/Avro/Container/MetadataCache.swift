internal import Synchronization

/// The container metadata last seen, the latest first: every packet of a survey's night has the same.
final class MetadataCache: Sendable {
    static let shared = MetadataCache()
    private static let capacity = 8

    private let recent = Mutex<[ContainerMetadata]>([])

    /// The metadata that a file begins with, where a sync marker follows.
    func find(_ file: ArraySlice<UInt8>) -> ContainerMetadata? {
        // Compared outside the lock, since that is all the work there is.
        let known = recent.withLock { $0 }
        return known.first { file.count >= $0.bytes.count + SyncMarker.count && $0.bytes.startsSlice(file) }
    }

    func add(_ metadata: ContainerMetadata) {
        recent.withLock { recent in
            if recent.count >= Self.capacity { recent.removeLast() }
            recent.insert(metadata, at: 0)
        }
    }
}

package import CloudStorage
package import GoogleAuth
internal import Pipeline
internal import Threads

/// Takes what an archive's bucket holds into the tables: each object's alert becomes a row as the table stage makes it.
///
/// A row that is there is not written a second time, and a backfill that was broken off is done again from its beginning.
/// What cannot be used is told; the object stays where it is.
package struct Backfill {
    private static let batchObjects = 64

    private let storage: StorageClient
    private let merge: StagingMerge
    private let connections: Int
    private var worker: StageWorker<GoogleStores>

    /// - Parameters:
    ///   - storage: Cloud Storage.
    ///   - worker: The table stage.
    ///   - merge: Merges the stage's rows into their tables.
    ///   - connections: Objects read at once.
    package init(
        from storage: StorageClient, worker: StageWorker<GoogleStores>, merge: StagingMerge, connections: Int = 16
    ) {
        self.storage = storage
        self.worker = worker
        self.merge = merge
        self.connections = connections
    }

    /// Writes a row for every `.avro` object, and merges the tables.
    ///
    /// - Parameters:
    ///   - bucket: The archive.
    ///   - prefix: What the objects' names begin with.
    ///   - watch: Told after each batch what became of the objects so far.
    /// - Returns: What became of them.
    /// - Throws: ``GoogleCloudError``; the same again makes it good.
    package mutating func run(
        bucket: String, prefix: String, watch: (StageCounts) -> Void = { _ in }
    ) throws(GoogleCloudError) -> StageCounts {
        var counts = StageCounts()
        var listing = storage.list(bucket, prefix: prefix)
        while let page = try listing.next() {
            let objects = page.filter { $0.path.object.hasSuffix(".avro") }
            for start in stride(from: 0, to: objects.count, by: Self.batchObjects) {
                let batch = objects[start..<min(start + Self.batchObjects, objects.count)]
                counts += try worker.take(read(Array(batch)))
                merge.runIfDue()
                watch(counts)
            }
        }
        try merge.run()
        return counts
    }

    /// The objects as messages, in their order; what was noted with an object are the message's attributes.
    private func read(_ objects: [StorageObject]) throws(GoogleCloudError) -> [StageMessage] {
        try objects.concurrentMap(width: connections) { [storage] object throws(GoogleCloudError) in
            let bytes = try storage.get(object.path)
            return StageMessage(data: bytes[...], attributes: object.metadata, id: "\(object.path)")
        }
    }
}

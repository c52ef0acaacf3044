package import CloudStorage
package import GoogleAuth
internal import Pipeline
internal import Threads

/// Fills the tables from an archive's bucket: each object's alert becomes a row, as the table stage makes it.
///
/// An alert that has a row gets no second one, so an interrupted backfill can be started again from its beginning. Unusable
/// objects are reported and stay in the bucket.
package struct Backfill {
    private static let batchObjects = 64

    private let storage: StorageClient
    private let merge: StagingMerge
    private let connections: Int
    private var worker: StageWorker<GoogleStores>

    /// A backfill, which reads in ``run(bucket:prefix:watch:)``.
    ///
    /// - Parameters:
    ///   - storage: The client of Cloud Storage.
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
    ///   - prefix: The prefix of the objects' names.
    ///   - watch: Called after each batch with the counts so far.
    /// - Returns: The counts of all objects.
    /// - Throws: ``GoogleCloudError``; the same call completes the backfill.
    package mutating func run(
        bucket: String, prefix: String, watch: (StageCounts) -> Void = { _ in }
    ) throws(GoogleCloudError) -> StageCounts {
        var counts = StageCounts()
        var listing = storage.list(bucket, prefix: prefix)
        while let page = try listing.next() {
            let objects = page.filter { $0.path.object.hasSuffix(".avro") }
            for start in stride(from: 0, to: objects.count, by: Self.batchObjects) {
                let batch = objects[start..<min(start + Self.batchObjects, objects.count)]
                counts += try worker.process(read(Array(batch)))
                merge.runIfDue()
                watch(counts)
            }
        }
        try merge.run()
        return counts
    }

    /// The objects as messages, in their order; an object's metadata are the message's attributes.
    private func read(_ objects: [StorageObject]) throws(GoogleCloudError) -> [StageMessage] {
        try objects.concurrentMap(width: connections) { [storage] object throws(GoogleCloudError) in
            let bytes = try storage.get(object.path)
            return StageMessage(data: bytes[...], attributes: object.metadata, id: "\(object.path)")
        }
    }
}

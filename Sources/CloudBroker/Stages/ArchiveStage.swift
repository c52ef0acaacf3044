package import GoogleCloud
internal import Stages

/// Writes each alert as an object of its own, with the corrected schema, once.
package struct ArchiveStage: Stage {
    private let storage: StorageClient
    private let bucket: String
    private let connections: Int

    /// - Parameters:
    ///   - storage: Cloud Storage.
    ///   - bucket: Where the objects go; its notifications are the stream of what was archived.
    ///   - connections: Objects written at once.
    package init(storage: StorageClient, bucket: String, connections: Int = 16) {
        self.storage = storage
        self.bucket = bucket
        self.connections = connections
    }

    package mutating func take(_ alerts: [StageAlert]) throws(GoogleCloudError) -> [StageFault] {
        let uploads = alerts.map { alert in
            StorageUpload(
                alert.judged.schema.segment.container(alert.judged.body),
                to: StoragePath(bucket: bucket, object: ArchiveObject.name(of: alert)), contentType: "application/avro",
                metadata: ArchiveObject.metadata(of: alert), condition: .ifAbsent)
        }
        for outcome in storage.put(uploads, connections: connections) { _ = try outcome.get() }
        return []
    }
}

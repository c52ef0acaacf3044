package import CloudStorage
internal import GoogleAuth

/// Writes objects into a bucket, each once: an existing one is not changed.
package struct ObjectStore {
    private let storage: StorageClient
    private let bucket: String
    private let connections: Int
    private var uploads: [StorageUpload] = []

    /// A store without objects to write.
    ///
    /// - Parameters:
    ///   - storage: The client of Cloud Storage.
    ///   - bucket: The bucket.
    ///   - connections: Objects written at once.
    package init(_ storage: StorageClient, bucket: String, connections: Int = 16) {
        self.storage = storage
        self.bucket = bucket
        self.connections = connections
    }

    /// Adds an object, which ``flush()`` writes.
    ///
    /// - Returns: Its address.
    @discardableResult
    mutating func add(_ bytes: [UInt8], as name: String, contentType: String, metadata: [String: String]) -> String {
        uploads.append(
            StorageUpload(
                bytes, to: StoragePath(bucket: bucket, object: name), contentType: contentType, metadata: metadata,
                condition: .ifAbsent))
        return "gs://\(bucket)/\(name)"
    }

    mutating func flush() throws(GoogleCloudError) {
        guard !uploads.isEmpty else { return }
        let uploads = uploads
        discard()
        for outcome in storage.put(uploads, connections: connections) { _ = try outcome.get() }
    }

    mutating func discard() { uploads.removeAll() }
}

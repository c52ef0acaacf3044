package import GoogleAuth
internal import Threads

extension StorageClient {
    /// Writes many objects, several at once, each over a connection of its own: a slow one holds none of the others up.
    ///
    /// - Parameters:
    ///   - uploads: What to write.
    ///   - connections: How many at once: where an answer takes 50 ms, 16 write about 300 a second.
    /// - Returns: What became of each, in the order of `uploads`.
    package func put(
        _ uploads: [StorageUpload], connections: Int = 16
    ) -> [Result<StorageUploaded, GoogleCloudError>] {
        uploads.concurrentMap(width: connections) { upload in
            Result { () throws(GoogleCloudError) in try put(upload) }
        }
    }
}

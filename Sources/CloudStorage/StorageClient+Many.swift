package import GoogleAuth
internal import Foundation
internal import Synchronization

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
        precondition(connections > 0, "somebody has to do it")
        let work = Work(uploads)
        let threads = min(connections, uploads.count)
        let done = DispatchSemaphore(value: 0)
        for _ in 0..<threads {
            Thread.detachNewThread {
                while let (index, upload) = work.next() {
                    work.note(Result { () throws(GoogleCloudError) in try self.put(upload) }, at: index)
                }
                done.signal()
            }
        }
        for _ in 0..<threads { done.wait() }
        return work.outcomes
    }

    /// What is still to do and what was done.
    private final class Work: Sendable {
        private let uploads: [StorageUpload]
        private let begun = Mutex(0)
        private let results: Mutex<[Result<StorageUploaded, GoogleCloudError>?]>

        init(_ uploads: [StorageUpload]) {
            self.uploads = uploads
            results = Mutex(Array(repeating: nil, count: uploads.count))
        }

        func next() -> (Int, StorageUpload)? {
            let index = begun.withLock { begun in
                defer { begun += 1 }
                return begun
            }
            return index < uploads.count ? (index, uploads[index]) : nil
        }

        func note(_ result: Result<StorageUploaded, GoogleCloudError>, at index: Int) {
            results.withLock { $0[index] = result }
        }

        var outcomes: [Result<StorageUploaded, GoogleCloudError>] { results.withLock { $0.compactMap(\.self) } }
    }
}

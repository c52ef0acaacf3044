package import Alerts
package import CloudStorage
internal import GoogleAuth
package import Pipeline
package import Threads

/// Reads the cutouts of archived alerts for their plots, since the filtered stream has none.
package struct ArchivedCutouts: Sendable {
    /// How long a record is waited for, since the archive's stage may be behind, and how often it is looked up.
    private static let patience = Duration.seconds(10)
    private static let pause = Duration.milliseconds(500)

    private let storage: StorageClient
    private let bucket: String
    private let stop: StopSignal

    /// The cutouts of an archive.
    ///
    /// - Parameters:
    ///   - storage: The client of Cloud Storage.
    ///   - bucket: The archive's bucket.
    ///   - stop: Ends a wait.
    package init(_ storage: StorageClient, bucket: String, stop: StopSignal) {
        self.storage = storage
        self.bucket = bucket
        self.stop = stop
    }

    /// The cutouts of an alert.
    ///
    /// - Returns: `nil` where its record is not available in time: the plot is then drawn without them.
    package func cutouts(of products: Products) -> Cutouts? {
        let path = StoragePath(bucket: bucket, object: ArchiveObject.name(of: products))
        let deadline = ContinuousClock.now + Self.patience
        while true {
            do throws(GoogleCloudError) { return Self.cutouts(in: try storage.get(path)) } catch {
                guard error.code == .notFound, .now < deadline, !stop.wait(for: Self.pause) else { return nil }
            }
        }
    }

    private static func cutouts(in record: [UInt8]) -> Cutouts? {
        var decoder = AlertDecoder()
        var cutouts: Cutouts?
        decoder.decode(record[...]) {
            cutouts = $0.alert.cutouts
        } refusing: { _ in
        }
        return cutouts
    }
}

package import Alerts
package import CloudStorage
internal import GoogleAuth
package import Pipeline
package import Threads

/// Reads the images of archived alerts, which the filtered stream leaves out, so that plots have them.
package struct ArchivedCutouts: Sendable {
    /// The archive's stage may be a little behind: how long a record is waited for, and how often it is looked for.
    private static let patience = Duration.seconds(10)
    private static let pause = Duration.milliseconds(500)

    private let storage: StorageClient
    private let bucket: String
    private let stop: StopSignal

    /// - Parameters:
    ///   - storage: Cloud Storage.
    ///   - bucket: Where the archive's stage writes.
    ///   - stop: Ends a wait.
    package init(_ storage: StorageClient, bucket: String, stop: StopSignal) {
        self.storage = storage
        self.bucket = bucket
        self.stop = stop
    }

    /// The images of an alert.
    ///
    /// - Returns: `nil` where its record cannot be had in time: a plot without images is better than none.
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

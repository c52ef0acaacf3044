internal import Configuration
internal import Foundation
internal import CloudStorage

/// A configuration file as it lies on the disk, or in a bucket, as `gs://BUCKET/FILE`.
enum ConfigurationFile {
    static func read(_ path: String) throws -> Configuration { try Configuration(Data(bytes(path)), file: path) }

    /// The bytes of a file that says nothing wrong.
    static func checked(_ path: String) throws -> [UInt8] {
        let bytes = try bytes(path)
        _ = try Configuration(Data(bytes), file: path)
        return bytes
    }

    private static func bytes(_ path: String) throws -> [UInt8] {
        if let place = StoragePath(path) { return try StorageClient().get(place, limit: Configuration.longest) }
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            return Array(try handle.read(upToCount: Configuration.longest + 1) ?? Data())
        } catch let error as CocoaError {
            throw FileError(path: path, detail: error.plain)
        }
    }
}

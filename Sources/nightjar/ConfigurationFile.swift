internal import Configuration
internal import Foundation

/// A configuration file as it lies on the disk.
enum ConfigurationFile {
    static func read(_ path: String) throws -> Configuration {
        let bytes: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            bytes = try handle.read(upToCount: Configuration.longest + 1) ?? Data()
        } catch let error as CocoaError {
            throw FileError(path: path, detail: error.plain)
        }
        return try Configuration(bytes, file: path)
    }
}

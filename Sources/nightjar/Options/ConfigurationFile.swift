internal import CloudStorage
internal import Configuration
internal import Foundation

/// A configuration file as it lies on the disk, or in a bucket, as `gs://BUCKET/FILE`.
enum ConfigurationFile {
    /// The folder whose files hold where the environment names none.
    static let folder = "/etc/nightjar"
    /// The variable that names a file in place of the folder's; empty, it names none.
    private static let variable = "NIGHTJAR_CONFIG"

    /// The files that hold for a command, those of the most precedence first.
    ///
    /// - Parameters:
    ///   - named: Those of the command line.
    ///   - command: The command.
    ///   - folder: The folder of the files that hold for every call.
    ///   - environment: The variables.
    /// - Returns: Each of them, checked.
    /// - Throws: What is wrong with a file.
    static func all(
        _ named: [String], of command: any Command.Type, folder: String = folder,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> [Configuration] {
        guard command.isConfigurable else { return [] }
        return try (named + standing(folder, environment)).map { try read($0) }
    }

    /// The files that hold for every call.
    private static func standing(_ folder: String, _ environment: [String: String]) -> [String] {
        if let path = environment[variable] { return path.isEmpty ? [] : [path] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".json5") }.sorted().map { "\(folder)/\($0)" }
    }

    static func read(_ path: String) throws -> Configuration { try checked(bytes(path), path) }

    /// The bytes of a file that says nothing wrong.
    static func checked(_ path: String) throws -> [UInt8] {
        let bytes = try bytes(path)
        _ = try checked(bytes, path)
        return bytes
    }

    private static func checked(_ bytes: [UInt8], _ path: String) throws(ConfigurationError) -> Configuration {
        try Configuration(Data(bytes), file: path, keys: Commands.keys)
    }

    private static func bytes(_ path: String) throws -> [UInt8] {
        guard !path.contains("://") || path.hasPrefix("gs://") else {
            throw UsageError("\(path): a configuration is a FILE, or gs://BUCKET/FILE")
        }
        if let object = StoragePath(path) { return try StorageClient().get(object, limit: Configuration.longest) }
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            return Array(try handle.read(upToCount: Configuration.longest + 1) ?? Data())
        } catch let error as CocoaError {
            throw FileError(path: path, detail: error.plain)
        }
    }
}

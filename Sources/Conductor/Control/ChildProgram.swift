internal import Foundation
internal import Threads

/// A program that is run to its end, without a shell, within a time.
struct ChildProgram {
    /// How it came to its end.
    struct Outcome: Sendable {
        /// Its exit status, or the negative number of the signal that ended it.
        let status: Int32
        /// The beginning of what it said on both streams; empty where nobody listens.
        let output: String
    }

    /// Why there is no outcome.
    enum Failure: Error, CustomStringConvertible {
        case notFound(String)
        case notStarted(String, reason: String)
        case overdue(String, seconds: Int64)

        var description: String {
            switch self {
            case .notFound(let name): "there is no program '\(name)'"
            case .notStarted(let name, let reason): "'\(name)' could not be started: \(reason)"
            case .overdue(let name, let seconds): "'\(name)' had not ended after \(seconds) s and was killed"
            }
        }
    }

    private static let longestOutput = 1 << 20  // bytes
    /// How long the last of the output may take once the program has ended: a child of its own may hold the pipe.
    private static let lastOutput = Duration.seconds(1)

    private let path: String
    private let arguments: [String]

    /// A program by its path, or by its name in one of the folders of `PATH`, and its arguments.
    ///
    /// - Throws: ``Failure/notFound(_:)``.
    init(_ words: [String], environment: [String: String] = ProcessInfo.processInfo.environment) throws(Failure) {
        let name = words.first ?? ""
        let folders = name.contains("/") ? [] : (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        let places = name.contains("/") ? [name] : folders.map { "\($0)/\(name)" }
        var isFolder: ObjCBool = false
        let found = places.first {
            FileManager.default.isExecutableFile(atPath: $0)
                && FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder) && !isFolder.boolValue
        }
        guard !name.isEmpty, let found else { throw .notFound(name) }
        path = found
        arguments = Array(words.dropFirst())
    }

    /// Runs it, and kills it where it does not end in time.
    ///
    /// - Parameters:
    ///   - limit: How long it may take.
    ///   - variables: Set beside those of this process.
    ///   - listens: Whether what it says is kept.
    /// - Returns: How it ended.
    /// - Throws: ``Failure``.
    func run(
        limit: Duration, variables: [String: String] = [:], listens: Bool = false
    ) throws(Failure) -> Outcome {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
        process.standardInput = FileHandle.nullDevice
        let pipe = listens ? Pipe() : nil
        process.standardOutput = pipe ?? FileHandle.nullDevice
        process.standardError = pipe ?? FileHandle.nullDevice
        let ended = StopSignal()
        process.terminationHandler = { _ in ended.set() }
        do { try process.run() } catch {
            throw .notStarted(path, reason: error.localizedDescription)
        }
        let heard = Self.listen(to: pipe)
        guard ended.wait(for: limit) else {
            kill(process.processIdentifier, SIGKILL)
            ended.wait(for: .seconds(10))
            throw .overdue(path, seconds: limit.components.seconds)
        }
        let output = heard.wait(for: Self.lastOutput) { $0.isWhole ? $0.bytes : nil } ?? heard.withLock(\.bytes)
        let wasKilled = process.terminationReason == .uncaughtSignal
        return Outcome(
            status: wasKilled ? -process.terminationStatus : process.terminationStatus,
            output: String(decoding: output, as: UTF8.self))
    }

    private static func listen(to pipe: Pipe?) -> Monitor<(bytes: [UInt8], isWhole: Bool)> {
        let heard = Monitor((bytes: [UInt8](), isWhole: pipe == nil))
        guard let pipe else { return heard }
        let handle = pipe.fileHandleForReading
        Thread.detachNewThread {
            // All of it is read, so that a full pipe holds nobody up; only the beginning is kept.
            while let piece = try? handle.read(upToCount: 1 << 16), !piece.isEmpty {
                heard.withLock { $0.bytes += piece.prefix(longestOutput - $0.bytes.count) }
            }
            try? handle.close()
            heard.change { $0.isWhole = true }
        }
        return heard
    }
}

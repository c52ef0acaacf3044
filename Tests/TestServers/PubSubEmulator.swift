internal import Foundation
internal import Synchronization
internal import TestSupport

/// Google's Pub/Sub emulator on a port of its own. It keeps everything in memory: after ``kill()`` nothing is left.
package final class PubSubEmulator: Sendable {
    /// Why a test that needs the emulator did not run.
    package static let skipped = "Google's Pub/Sub emulator or Java is not installed"
    private static let folder = "/usr/lib/google-cloud-sdk/platform/pubsub-emulator/lib"

    /// Where the emulator's archive lies; `nil` where it is not installed.
    package static let archive: String? = {
        guard FileManager.default.isExecutableFile(atPath: java) else { return nil }
        return (try? FileManager.default.contentsOfDirectory(atPath: folder))?
            .first { $0.hasPrefix("cloud-pubsub-emulator-") && $0.hasSuffix("-all.jar") }.map { "\(folder)/\($0)" }
    }()
    private static let java = "/usr/bin/java"

    package static var isThere: Bool { archive != nil }

    /// One for all tests of a process that do not end it; each uses a project of its own.
    package static let shared = Result { try PubSubEmulator() }

    package let port: UInt16
    private let log: TemporaryFolder
    private let process = Mutex<ServerProcess?>(nil)

    /// Starts an emulator.
    package init() throws {
        log = try TemporaryFolder()
        port = try Ports.free()
        try start()
    }

    package var address: String { "127.0.0.1:\(port)" }

    /// Starts it on its port, empty, after ``kill()``.
    package func start() throws {
        let file = URL(filePath: log.file("emulator-\(UUID().uuidString).log"))
        let server = try ServerProcess(
            [Self.java, "-Xmx1g", "-jar", Self.archive ?? "", "--host=127.0.0.1", "--port=\(port)"], log: file)
        // The port is open before the service answers on it.
        try server.wait { (try? String(contentsOf: file, encoding: .utf8))?.contains("Server started") == true }
        try server.waitForPort(port)
        process.withLock { $0 = server }
    }

    /// Ends it at once, as a crash would.
    package func kill() {
        process.withLock { process in
            process?.kill()
            process = nil
        }
    }
}

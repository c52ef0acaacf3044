internal import Foundation
package import TestSupport

/// A Kafka-compatible server (noida-db, from `scripts/requirements.txt`) on a port and a folder of its own.
///
/// Used by one test at a time. It keeps its data in memory and on disk: after ``kill()``, ``start()`` finds them again.
/// It does not fence members of a group that send offsets in a transaction, as Kafka does: where that matters, `fences.py`
/// stands in front of it and does.
package final class KafkaServer {
    /// Why a test that needs the server did not run.
    package static let skipped = "scripts/python-env could not make its environment"

    package let folder: TemporaryFolder
    package let port: UInt16
    package private(set) var process: ServerProcess?
    /// Where the server listens behind the fences.
    private let hiddenPort: UInt16?
    private var fences: ServerProcess?

    /// Starts a server.
    ///
    /// - Parameter isFenced: Whether members of a group are fenced as Kafka does it.
    /// - Throws: ``PythonEnvironment/Missing``, ``ServerProcess/NotStarted``.
    package init(isFenced: Bool = false) throws {
        folder = try TemporaryFolder()
        port = try Ports.free()
        hiddenPort = isFenced ? try Ports.free() : nil
        try start()
    }

    deinit { kill() }

    /// What the fences have told.
    package var fencesLog: String { (try? String(contentsOfFile: folder.file("fences.log"), encoding: .utf8)) ?? "" }

    package var address: String { "127.0.0.1:\(port)" }

    /// Says whether the cluster has a controller, which makes topics; only of one that is fenced.
    package func setController(isThere: Bool) throws {
        let path = folder.file("no-controller")
        if isThere {
            try FileManager.default.removeItem(atPath: path)
        } else {
            try folder.write([], to: "no-controller")
        }
    }

    /// Starts it on its port and data, after ``kill()``.
    package func start() throws {
        guard let program = PythonEnvironment.native("noida_db/noida-db") else { throw PythonEnvironment.Missing() }
        let process = try ServerProcess(
            [
                program, "start", "--data-dir", folder.file("data"), "--only", "kafka", "--kafka-port",
                String(hiddenPort ?? port),
            ], log: URL(filePath: folder.file("server.log")))
        try process.waitForPort(hiddenPort ?? port)
        self.process = process
        guard let hiddenPort, let interpreter = PythonEnvironment.interpreter else { return }
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "fences.py")
        let fences = try ServerProcess(
            [interpreter, script.path, String(port), String(hiddenPort), folder.file("no-controller")],
            log: URL(filePath: folder.file("fences.log")))
        try fences.waitForPort(port)
        self.fences = fences
    }

    /// Waits until all that it was told so far is on its disk: it saves a second after a change.
    package func waitUntilSaved() throws {
        let marker = "saved-\(UUID().uuidString)"
        let kcat = Process()
        kcat.executableURL = URL(filePath: "/usr/bin/env")
        kcat.arguments = ["kcat", "-P", "-b", address, "-t", marker, "/etc/hostname"]
        try kcat.run()
        kcat.waitUntilExit()
        try process?.wait {
            let saved = FileManager.default.contents(atPath: folder.file("data/kafka.json")) ?? Data()
            return saved.range(of: Data(marker.utf8)) != nil
        }
    }

    /// Ends it at once, as a crash would; what came in the last second is gone, unless ``waitUntilSaved()`` was called.
    package func kill() {
        fences?.kill()
        process?.kill()
        (fences, process) = (nil, nil)
    }
}

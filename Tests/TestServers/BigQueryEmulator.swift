internal import Foundation
internal import TestSupport

/// A BigQuery emulator (bqemulator, from `scripts/requirements-bigquery.txt`) on ports of its own. It keeps its data in
/// memory.
package final class BigQueryEmulator: Sendable {
    /// Why a test that needs the server did not run.
    package static let skipped = "scripts/python-env bigquery could not make its environment"

    /// `HOST:PORT` of the REST interface.
    package let rest: String
    /// `HOST:PORT` of the gRPC interface.
    package let grpc: String
    private let folder: TemporaryFolder
    private let process: ServerProcess

    /// One for all tests of a process, each of which has a dataset of its own.
    package static let shared = Result { try BigQueryEmulator() }

    /// Starts a server, and waits until it answers.
    package init() throws {
        guard let interpreter = PythonEnvironment.bigQuery.interpreter else { throw PythonEnvironment.Missing() }
        let ports = (rest: try Ports.free(), grpc: try Ports.free())
        rest = "127.0.0.1:\(ports.rest)"
        grpc = "127.0.0.1:\(ports.grpc)"
        folder = try TemporaryFolder()
        process = try ServerProcess(
            [
                interpreter, PythonEnvironment.script("bigquery_emulator.py"), "start", "--rest-port",
                String(ports.rest), "--grpc-port", String(ports.grpc), "--log-level", "warning",
            ], log: URL(filePath: folder.file("server.log")))
        try process.waitForPort(ports.rest)
        try process.waitForPort(ports.grpc)
    }

    deinit { process.kill() }

    /// Ends it at once, as a crash would, with all that it holds.
    package func kill() { process.kill() }

    /// Both interfaces, as clients look for them.
    package var environment: [String: String] {
        ["BIGQUERY_EMULATOR_HOST": rest, "BIGQUERY_STORAGE_EMULATOR_HOST": grpc]
    }
}

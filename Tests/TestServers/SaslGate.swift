internal import Foundation
internal import TestSupport

/// What stands in front of a ``KafkaServer`` and lets in only who can say who they are (`sasl_proxy.py`).
package final class SaslGate {
    package let port: UInt16
    private let process: ServerProcess
    private let log: URL

    /// Starts a gate.
    ///
    /// - Parameters:
    ///   - server: What it stands in front of; its folder takes the gate's log.
    ///   - port: The port, such as that of a gate that was closed; any free one by default.
    ///   - arguments: The script's options.
    ///   - environment: Variables of the gate, such as `KRB5_KTNAME`.
    /// - Throws: What kept it from starting.
    package init(
        _ server: KafkaServer, port: UInt16? = nil, _ arguments: [String], environment: [String: String] = [:]
    ) throws {
        guard let python = PythonEnvironment.interpreter else { throw PythonEnvironment.Missing() }
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "sasl_proxy.py").path
        self.port = try port ?? Ports.free()
        log = URL(filePath: server.folder.file("gate-\(UUID().uuidString).log"))
        process = try ServerProcess(
            [python, script, "--listen", String(self.port), "--server", String(server.port)] + arguments,
            environment: environment, log: log)
        try process.waitForPort(self.port)
    }

    deinit { process.kill() }

    /// By the name that certificates and Kerberos know.
    package var address: String { "localhost:\(port)" }

    /// Whom it has let in so far, again and again.
    package var letIn: [Substring] {
        let said = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
        return said.split(separator: "\n").filter { $0.hasPrefix("let in ") }.map { $0.dropFirst(7) }
    }

    package func close() { process.kill() }
}

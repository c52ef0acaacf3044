package import Foundation

/// A server that runs beside a test, ended with it: also when the test's process crashes.
///
/// A shell in between waits for the end of its standard input, which is this process's to hold open, and then ends the server.
package final class ServerProcess: Sendable {
    package struct NotStarted: Error { package let arguments: [String], said: String }

    package let pid: pid_t
    private let arguments: [String]
    private let lifeline = Pipe()
    private let log: URL

    /// Starts a server; what it prints goes to `log`.
    package init(_ arguments: [String], environment: [String: String] = [:], log: URL) throws {
        self.arguments = arguments
        self.log = log
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/bash")
        let script = #""$@" </dev/null >>"$LOG" 2>&1 & server=$!; echo $server; read -r; kill -9 $server; wait"#
        shell.arguments = ["-c", script, "server"] + arguments
        shell.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
            .merging(["LOG": log.path]) { $1 }
        shell.standardInput = lifeline
        let output = Pipe()
        shell.standardOutput = output
        shell.standardError = FileHandle.nullDevice
        try shell.run()
        // Foundation keeps a process until it ends, and with it the pipe.
        defer { try? output.fileHandleForReading.close() }
        var line = ""
        while !line.hasSuffix("\n") {
            let piece = output.fileHandleForReading.availableData
            guard !piece.isEmpty else { break }
            line += String(decoding: piece, as: UTF8.self)
        }
        guard let pid = pid_t(line.trimmingCharacters(in: .newlines)), pid > 1 else {
            throw NotStarted(arguments: arguments, said: line)
        }
        self.pid = pid
    }

    deinit { try? lifeline.fileHandleForWriting.close() }

    /// Whether it has not ended.
    package var isRunning: Bool {
        // A process that has ended stays in the table until its shell looks.
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
        return !status.contains(") Z ")
    }

    /// Ends it at once, as a crash would, and waits until it is gone.
    package func kill() {
        Foundation.kill(pid, SIGKILL)
        while isRunning { usleep(2_000) }
    }

    /// Waits until something answers on a port of loopback.
    package func waitForPort(_ port: UInt16, seconds: Double = 300) throws {
        try wait(seconds: seconds) { Ports.isOpen(port) }
    }

    /// Waits until something holds, or throws with what the server said.
    package func wait(seconds: Double = 300, until holds: () -> Bool) throws {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(seconds)
        while !holds() {
            guard isRunning, clock.now < deadline else {
                throw NotStarted(arguments: arguments, said: (try? String(contentsOf: log, encoding: .utf8)) ?? "")
            }
            usleep(10_000)
        }
    }
}

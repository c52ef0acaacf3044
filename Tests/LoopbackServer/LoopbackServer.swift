package import Foundation

/// A web server beside this file, such as `server.py`; it ends with its owner, or when this process does.
package final class LoopbackServer: Sendable {
    package let folder: URL
    package let plain: String  // http://127.0.0.1:port
    package let secure: String  // https://localhost:port
    package let certificate: String
    // Its write end is held open: the server ends at the end of its standard input.
    private let lifeline: Pipe

    package struct NotStarted: Error {}

    /// Starts a server and waits for the line that says where it listens.
    package init(_ name: String = "server.py", environment: [String: String] = [:]) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "loopback-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        lifeline = Pipe()
        let output = Pipe()
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: name)
        process.arguments = ["python3", script.path, folder.path]
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = lifeline
        process.standardOutput = output
        try process.run()
        // Foundation keeps a process until it ends, and with it the pipe.
        defer { try? output.fileHandleForReading.close() }
        var line = ""
        while !line.hasSuffix("\n") {
            let piece = output.fileHandleForReading.availableData
            guard !piece.isEmpty else { throw NotStarted() }
            line += String(decoding: piece, as: UTF8.self)
        }
        let words = line.split(whereSeparator: \.isWhitespace)
        guard words.count == 3 else { throw NotStarted() }
        plain = "http://127.0.0.1:\(words[0])"
        secure = "https://localhost:\(words[1])"
        certificate = String(words[2])
    }

    deinit { try? lifeline.fileHandleForWriting.close() }
}

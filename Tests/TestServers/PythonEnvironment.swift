internal import Foundation

/// The virtual environment that `scripts/python-env` makes.
package enum PythonEnvironment {
    package struct Missing: Error { package init() {} }

    /// Its interpreter; `nil` where it cannot be made, as without a network.
    package static let interpreter: String? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let process = Process()
        process.executableURL = root.appending(path: "scripts/python-env")
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let words = said.trimmingCharacters(in: .whitespacesAndNewlines)
        guard process.terminationStatus == 0, !words.isEmpty else { return nil }
        return root.appending(path: words).path
    }()

    package static var isThere: Bool { interpreter != nil }

    /// Runs a script of `Tests/Clients` to its end.
    ///
    /// - Returns: What it printed.
    package static func client(
        _ script: String, _ words: [String], environment: [String: String] = [:]
    ) throws -> String {
        guard let interpreter else { throw Missing() }
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let process = Process()
        process.executableURL = URL(filePath: interpreter)
        process.arguments = [tests.appending(path: "Clients/\(script)").path] + words
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(script: script, said: said) }
        return said
    }

    /// A script that did not end well.
    package struct Failed: Error { package let script: String, said: String }

    /// A program inside an installed package.
    package static func native(_ path: String) -> String? {
        guard let interpreter else { return nil }
        let library = URL(filePath: interpreter).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "lib")
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: library.path)) ?? []
        return versions.map { library.appending(path: "\($0)/site-packages/\(path)").path }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}

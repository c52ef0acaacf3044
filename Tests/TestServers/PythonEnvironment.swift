internal import Foundation
internal import TestSupport

/// A virtual environment that `scripts/python-env` makes.
package struct PythonEnvironment: Sendable {
    package struct Missing: Error { package init() {} }

    /// What a script of `Tests/Clients` came to.
    package struct Outcome: Sendable {
        package let status: Int32
        package let output: String
    }

    /// That of the checks against other readers, and of small servers.
    package static let common = PythonEnvironment(name: nil)
    /// The BigQuery emulator's.
    package static let bigQuery = PythonEnvironment(name: "bigquery")

    /// That of the client that reads the Pitt-Google broker's streams.
    package static let clients = PythonEnvironment(name: "clients")

    /// What the web server's API is held against.
    package static let web = PythonEnvironment(name: "web")

    /// What builds the documentation.
    package static let documentation = PythonEnvironment(name: "docs")

    /// Google's descriptions of its interfaces.
    package static let google = PythonEnvironment(name: "google")

    /// Its interpreter; `nil` where it cannot be made, as without a network.
    package let interpreter: String?

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private init(name: String?) {
        let process = Process()
        process.executableURL = Self.root.appending(path: "scripts/python-env")
        process.arguments = name.map { [$0] } ?? []
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        var path = ""
        if (try? process.run()) != nil {
            let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            if process.terminationStatus == 0 { path = printed.trimmingCharacters(in: .whitespacesAndNewlines) }
        }
        interpreter = path.isEmpty ? nil : Self.root.appending(path: path).path
    }

    /// Whether it is there, or has to be: see ``ContinuousIntegration``.
    package var isThere: Bool { ContinuousIntegration.runs(interpreter != nil) }

    /// Runs a script of `Tests/Clients` to its end.
    ///
    /// - Returns: What it printed.
    package static func client(
        _ script: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws -> String {
        guard let interpreter else { throw Missing() }
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let process = Process()
        process.executableURL = URL(filePath: interpreter)
        process.arguments = [tests.appending(path: "Clients/\(script)").path] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(script: script, output: printed) }
        return printed
    }

    /// A script that did not end well.
    package struct Failed: Error { package let script: String, output: String }

    /// A program inside an installed package.
    package func native(_ path: String) -> String? {
        folders.map { "\($0)/\(path)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// The folder of the packages; `nil` where there is none.
    package var packages: String? { folders.first { FileManager.default.fileExists(atPath: $0) } }

    private var folders: [String] {
        guard let interpreter else { return [] }
        let library = URL(filePath: interpreter).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "lib")
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: library.path)) ?? []
        return versions.map { library.appending(path: "\($0)/site-packages").path }
    }

    /// Where a script of `Tests/Clients` is.
    package static func script(_ name: String) -> String { root.appending(path: "Tests/Clients/\(name)").path }

    /// Runs a script of `Tests/Clients` to its end; what it says on standard error goes to this process's.
    package func run(
        _ name: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws -> Outcome {
        guard let interpreter else { throw Missing() }
        let process = Process()
        process.executableURL = URL(filePath: interpreter)
        process.arguments = [Self.script(name)] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Outcome(status: process.terminationStatus, output: String(decoding: output, as: UTF8.self))
    }
}

extension PythonEnvironment {
    package static var interpreter: String? { common.interpreter }
    package static var isThere: Bool { common.isThere }
    package static func native(_ path: String) -> String? { common.native(path) }
}

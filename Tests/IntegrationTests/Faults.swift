import Foundation
import TestSupport

/// The library in `faults.c`, compiled once for all tests.
struct Faults {
    struct NotCompiled: Error {}

    static let shared = Result { try Faults() }
    private let folder: TemporaryFolder

    private init() throws {
        folder = try TemporaryFolder()
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("faults.c")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["cc", "-O1", "-shared", "-fPIC", "-o", folder.file("faults.so"), source.path]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw NotCompiled() }
    }

    /// The environment in which a process meets a fault.
    func environment(_ settings: [String: String]) -> [String: String] {
        settings.merging(["LD_PRELOAD": folder.file("faults.so")]) { $1 }
    }

    /// How many steps and writes a call takes that nothing disturbs.
    func count(_ words: [String]) throws -> (steps: Int, writes: Int) {
        let counts = folder.file("counts-\(UUID().uuidString)")
        let outcome = try NightjarProcess(words, environment: environment(["NIGHTJAR_COUNTS": counts])).outcome()
        guard outcome.status == 0, let text = try? String(contentsOfFile: counts, encoding: .utf8) else {
            throw NotCompiled()
        }
        let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        guard numbers.count == 2 else { throw NotCompiled() }
        return (numbers[0], numbers[1])
    }
}

import Foundation
import TestServers
import TestSupport
import Testing

/// A tenth of what `make hostile` gives the command, chosen by a seed: packets of ZTF, Fink and LSST with each field at the
/// extremes of its type, hostile names, schemas, containers, tarballs and images, and packets altered at random.
///
/// Whatever they hold, a run ends with status 0, within bounds of CPU and memory; each packet is stored or a dead letter;
/// fastavro reads the archive; sound packets beside them are stored unchanged; a second run changes nothing. What must be
/// true is in `hostile/account.py` and `hostile/trial.py`. `HOSTILE_SEED` chooses other packets.
@Suite(.enabled(if: PythonEnvironment.isThere, "skipped: scripts/python-env could not make the tests' environment"))
struct HostileTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()

    @Test(
        "nothing that a packet holds stops a run",
        arguments: ["fields", "names", "containers", "tarballs", "images", "mutations"])
    func tenth(group: String) throws {
        let interpreter = try #require(PythonEnvironment.interpreter)
        let folder = try TemporaryFolder()
        let process = Process()
        process.executableURL = URL(filePath: interpreter)
        process.arguments = [
            Self.root.appending(path: "hostile").path, "--nightjar", NightjarProcess.path, "--debug",
            "--groups", group, "--share", "10", "--seed", Self.environment["HOSTILE_SEED"] ?? "1",
            "--keep", folder.file("failed"), "--shared", Self.shared,
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try output.fileHandleForWriting.close()
        let said = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        try output.fileHandleForReading.close()
        let ended = process.terminationReason == .exit && process.terminationStatus == 0
        #expect(ended, "\(said)\nTo have the packets: scripts/hostile --share 10 --groups \(group)")
        // What is not there to be altered is left out, and said.
        for line in said.split(separator: "\n") where line.contains("skipped") { print("\(group): \(line)") }
    }

    /// The folder with LSST's schemas, and packets to alter.
    private static let shared =
        SharedFolder.alerts?.deletingLastPathComponent().deletingLastPathComponent().path ?? "no folder is here"
}

import Foundation
import TestSupport
import Testing

/// The units of `deploy/systemd`, as systemd itself reads them.
@Suite struct SystemdUnitTests {
    private static let isThere = FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze")
    private static let units = [
        "nightjar-run.service", "nightjar-worker@1.service", "nightjar-conductor.service", "nightjar-serve.service",
    ]

    private static var folder: String {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "deploy/systemd").path
    }

    private func shell(_ command: String) throws -> (status: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        let output = Pipe()
        (process.standardOutput, process.standardError) = (output, output)
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
    }

    /// A root with systemd's own units, ours, and a command of that name.
    private func root() throws -> TemporaryFolder {
        let root = try TemporaryFolder()
        let prepare = try shell(
            """
            cd '\(root.path)' && mkdir -p usr/lib etc/systemd/system usr/local/bin && cp -R /usr/lib/systemd usr/lib/ &&
            cp '\(Self.folder)'/*.service etc/systemd/system/ && printf '#!/bin/sh\\n' > usr/local/bin/nightjar &&
            chmod +x usr/local/bin/nightjar
            """)
        #expect(prepare.status == 0, "\(prepare.text)")
        return root
    }

    @Test("systemd-analyze finds nothing wrong", .enabled(if: isThere, "skipped: there is no systemd-analyze"))
    func verify() throws {
        let root = try root()
        let names = Self.units.joined(separator: " ")
        let check = try shell("systemd-analyze verify --root='\(root.path)' --man=no \(names)")
        #expect(check.status == 0 && check.text.isEmpty, "\(check.text)")
        // It would find something: an option that systemd does not know.
        let unit = root.path + "/etc/systemd/system/nightjar-run.service"
        let text = try String(contentsOfFile: unit, encoding: .utf8).replacing("WatchdogSec", with: "WatchdogSex")
        try text.write(toFile: unit, atomically: true, encoding: .utf8)
        #expect(
            try shell("systemd-analyze verify --root='\(root.path)' --man=no \(names)").text.contains("WatchdogSex"))
    }

    @Test("the user and the folders", .enabled(if: isThere, "skipped: there is no systemd"))
    func user() throws {
        let root = try root()
        let made = try shell(
            """
            cd '\(root.path)' && mkdir -p usr/lib/sysusers.d &&
            cp '\(Self.folder)/nightjar.sysusers' usr/lib/sysusers.d/nightjar.conf &&
            systemd-sysusers --root="$PWD" nightjar.conf && grep '^nightjar:' etc/passwd
            """)
        #expect(made.status == 0 && made.text.contains(":/var/lib/nightjar:/usr/sbin/nologin"), "\(made.text)")
    }

    @Test("the commands that the units give are commands, with options that there are") func commands() throws {
        for unit in ["nightjar-run.service", "nightjar-worker@.service"] {
            let text = try String(contentsOfFile: "\(Self.folder)/\(unit)", encoding: .utf8)
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("ExecStart=") })
            let words = line.split(separator: " ").dropFirst().map { String($0) }
            let folder = try TemporaryFolder()
            let file = try folder.write(Array("{ sources: [\"kafka://127.0.0.1:9/t\"] }".utf8), to: "run.json5")
            let changed = words.map { word in
                word.hasPrefix("/etc/") ? file : word.hasPrefix("/var/") ? folder.file("data") : word
            }
            let run = try NightjarProcess(changed)
            #expect(run.waits { run.errors.contains("waits for a server") }, "\(unit): \(run.errors)")
            run.send(SIGTERM)
            #expect(try run.outcome().status == 0)
        }
    }
}

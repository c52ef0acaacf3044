import Foundation
import TestSupport
import Testing

/// `scripts/setup` on machines that lack something, which stand-ins for the machine's programs act out.
@Suite struct SetUpScriptTests {
    private let folder: TemporaryFolder

    /// A user's machine that lacks every package, with the few programs that the script uses.
    init() throws {
        folder = try TemporaryFolder()
        for tool in ["bash", "dirname", "grep", "cat", "mktemp", "rm", "env"] {
            try FileManager.default.createSymbolicLink(
                atPath: folder.file(tool), withDestinationPath: "/usr/bin/\(tool)")
        }
        try program("dpkg-query", "exit 1")
        try program("id", "echo 1000")
    }

    private func program(_ name: String, _ script: String) throws {
        let path = try folder.write("#!/usr/bin/bash\n\(script)\n".utf8, to: name)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    private func setUp() throws -> (status: Int32, errors: [Substring]) {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/bash")
        process.arguments = [root.appending(path: "scripts/setup").path]
        process.environment = ["PATH": folder.path]
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, said.split(separator: "\n"))
    }

    @Test("no apt-get, no sudo: one line says so") func programs() throws {
        let bare = try setUp()
        #expect(bare.status == 1 && bare.errors.count == 1, "\(bare)")
        #expect(
            bare.errors.first?.hasPrefix("setup: this is no Debian: there is no apt-get to install make gcc") == true)
        try program("apt-get", "exit 0")
        let user = try setUp()
        #expect(user.status == 1 && user.errors.count == 1, "\(user)")
        #expect(user.errors.first?.hasPrefix("setup: there is no 'sudo'; as root: apt-get install make gcc ") == true)
    }

    @Test("a step that failed shows all that it said") func failure() throws {
        try program("sudo", #"[ "$1" = --validate ] || exec "$@""#)
        try program("apt-get", #"[ "$1" = update ] || { echo "first words"; echo "E: the reason" >&2; exit 100; }"#)
        let outcome = try setUp()
        #expect(outcome.status == 1)
        #expect(
            outcome.errors == [
                "first words", "E: the reason",
                "setup: apt-get install failed (status 100); its own words are above",
            ])
    }

    @Test("no Swift, or one whose libraries are missing") func swift() throws {
        try program("dpkg-query", "echo installed")
        let none = try setUp()
        #expect(
            none.status == 1 && none.errors.count == 1 && none.errors[0].hasPrefix("setup: no 'swift' on the PATH."))
        try program("swift", "echo 'swift: cannot open libncurses.so.6' >&2; exit 127")
        let broken = try setUp()
        #expect(broken.status == 1 && broken.errors.count == 1, "\(broken)")
        #expect(broken.errors[0].hasSuffix("names the packages it needs: swift: cannot open libncurses.so.6"))
    }
}

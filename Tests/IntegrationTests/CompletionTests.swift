import Foundation
import TestSupport
import Testing

/// `nightjar completions`, as shells use them.
@Suite struct CompletionTests {
    /// What a shell prints.
    private static func output(_ shell: String, _ arguments: [String]) throws -> String {
        let (process, pipe) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: shell)
        process.arguments = arguments
        (process.standardOutput, process.standardError) = (pipe, pipe)
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }

    @Test(
        "bash completes commands, verbs, options and values",
        arguments: [
            (["dead"], "dead-letters"), (["dead-letters", "re"], "replay"), (["topic", "--sub"], "--subscriber"),
            (["cone", "--format", "c"], "csv"), (["salt2", "plot", "--wi"], "--width"), (["stage", "arch"], "archive"),
            (["run", "--no-"], "--no-plots --no-fits"), (["completions", ""], "bash zsh"), (["help", "--x"], ""),
        ])
    func bash(words: [String], completed: String) throws {
        let folder = try TemporaryFolder()
        let script = try folder.write(try NightjarProcess.run("completions", "bash").output.utf8, to: "nightjar.bash")
        let call = (["nightjar"] + words).map { "'\($0)'" }.joined(separator: " ")
        let printed = try Self.output(
            "/bin/bash",
            [
                "-uc",
                "source \(script); COMP_WORDS=(\(call)); COMP_CWORD=\(words.count); _nightjar; echo ${COMPREPLY[*]-}",
            ])
        #expect(printed == completed + "\n")
    }

    @Test("bash completes files where a value is a path")
    func files() throws {
        let folder = try TemporaryFolder()
        let script = try folder.write(try NightjarProcess.run("completions", "bash").output.utf8, to: "nightjar.bash")
        try folder.write([], to: "night one.tar")
        let printed = try Self.output(
            "/bin/bash",
            [
                "-c",
                "source \(script); COMP_WORDS=(nightjar run --data '\(folder.path)/nig'); COMP_CWORD=3; _nightjar; "
                    + "printf '%s\n' \"${COMPREPLY[@]}\" | sort",
            ])
        #expect(printed == "\(folder.path)/night one.tar\n\(script)\n")
    }

    @Test("zsh has each command, and accepts the script", .enabled(if: access("/bin/zsh", X_OK) == 0, "needs zsh"))
    func zsh() throws {
        let folder = try TemporaryFolder()
        let script = try folder.write(try NightjarProcess.run("completions", "zsh").output.utf8, to: "_nightjar")
        #expect(try Self.output("/bin/zsh", ["-n", script]) == "")
    }

    @Test("a shell that is none of ours") func unknown() throws {
        let outcome = try NightjarProcess.run("completions", "bahs")
        #expect(outcome.status == 2 && outcome.errors.contains("did you mean bash?"), "\(outcome)")
    }

    @Test("make install puts the command and its completions below DESTDIR and PREFIX") func install() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        let folder = try TemporaryFolder()
        let said = try Self.output(
            "/usr/bin/make",
            [
                "-C", root, "install", "BINARY=\(NightjarProcess.path)", "DESTDIR=\(folder.file("root"))",
                "PREFIX=/usr",
            ])
        let installed = folder.file("root/usr")
        #expect(try Self.output("\(installed)/bin/nightjar", ["--version"]).hasPrefix("nightjar "), "\(said)")
        for (path, shell) in [
            ("share/bash-completion/completions/nightjar", "bash"), ("share/zsh/site-functions/_nightjar", "zsh"),
        ] {
            let script = try String(contentsOfFile: "\(installed)/\(path)", encoding: .utf8)
            #expect(try script == NightjarProcess.run("completions", shell).output)
        }
    }
}

import Foundation
import TestSupport
import Testing

/// Standard files that are closed, or that take no more.
@Suite struct StandardFilesTests {
    private let work: TemporaryFolder

    init() throws { work = try TemporaryFolder() }

    /// Runs a line of shell in which `nightjar` is the command; what it says on standard error goes to `errors`.
    private func shell(_ line: String) throws -> (status: Int32, errors: String) {
        try work.write([], to: "errors")
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = ["-c", "nightjar() { \"$0\" \"$@\"; }; cd \"$1\"; \(line)", NightjarProcess.path, work.path]
        let errors = try FileHandle(forWritingTo: URL(filePath: work.file("errors")))
        defer { try? errors.close() }
        (shell.standardInput, shell.standardOutput) = (FileHandle.nullDevice, FileHandle.nullDevice)
        shell.standardError = errors
        try shell.run()
        shell.waitUntilExit()
        return (shell.terminationStatus, try String(contentsOfFile: work.file("errors"), encoding: .utf8))
    }

    private func writeNight() throws {
        for candid in 1...3 {
            try work.write(SmallPacket(candid: Int64(candid)).container(), to: "night/\(candid).avro")
        }
    }

    @Test(
        "what standard output does not take is an error",
        arguments: ["--version", "help", "run night --data data --quiet", "run night --data data --quiet --json"])
    func fullDisk(words: String) throws {
        try writeNight()
        let outcome = try shell("nightjar \(words) > /dev/full")
        #expect(outcome.status == 1)
        #expect(outcome.errors == "nightjar: standard output: No space left on device\n")
    }

    @Test("a reader that goes away is none") func reader() throws {
        let outcome = try shell("{ nightjar help; echo $? >&2; } | true")
        #expect(outcome.errors == "0\n")
    }

    @Test("a standard file that is closed is /dev/null", arguments: [">&-", "2>&-", "<&- >&-", "<&- >&- 2>&-"])
    func closed(files: String) throws {
        try writeNight()
        let outcome = try shell("nightjar run night --data data --quiet --json \(files)")
        #expect(outcome.status == 0 && outcome.errors == "")
        let empty = try shell("nightjar run - --data other --quiet <&- 2>told")
        let told = try String(contentsOfFile: work.file("told"), encoding: .utf8)
        #expect(empty.status == 1 && told == "nightjar: -: is empty\n")
    }
}

import Foundation
import TestServers
import TestSupport
import Testing

/// The documentation does what it says: its examples run, and it builds as a site.
@Suite struct GuideTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Runs a script of `scripts`.
    private func run(_ script: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = Self.root.appending(path: "scripts/\(script)")
        process.arguments = arguments
        let output = Pipe()
        (process.standardOutput, process.standardError) = (output, output)
        try process.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, said)
    }

    @Test(
        "the examples of the tutorial and the how-tos print what the pages show",
        .enabled(if: PythonEnvironment.isThere, "\(KafkaServer.skipped)"))
    func examples() throws {
        let outcome = try run("doc-examples", ["--nightjar", NightjarProcess.path])
        #expect(outcome.status == 0, "\(outcome.output)")
        // Each page says how many commands it ran.
        let counts = outcome.output.matches(of: /docs\/\S+\.md: ([0-9]+) commands/).compactMap { Int($0.1) }
        #expect(counts.count > 10 && counts.reduce(0, +) > 80, "\(outcome.output)")
    }

    @Test(
        "an example that prints something else is found",
        .enabled(if: PythonEnvironment.isThere, "\(KafkaServer.skipped)"))
    func differences() throws {
        let folder = try TemporaryFolder()
        let page = try folder.write("```console\n$ echo 1 of 2\n1 of 3\n$ false\n```\n".utf8, to: "page.md")
        let outcome = try run("doc-examples", ["--nightjar", NightjarProcess.path, "--alone", page])
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("-1 of 3\n+1 of 2\n"), "\(outcome.output)")
        #expect(outcome.output.contains("false\n  ended with status 1\n"), "\(outcome.output)")
    }

    @Test(
        "the site is built without a link that leads nowhere, and asks no other host",
        .enabled(if: PythonEnvironment.documentation.isThere, "scripts/python-env could not make its environment"))
    func builds() throws {
        let folder = try TemporaryFolder()
        let outcome = try run("docs", [folder.file("site")])
        #expect(outcome.status == 0, "\(outcome.output)")
        let site = folder.file("site")
        let names = FileManager.default.enumerator(atPath: site)?.compactMap { $0 as? String } ?? []
        let pages = names.filter { $0.hasSuffix(".html") }
        #expect(pages.count > 40 && names.contains("search/lunr.js"))
        for page in pages {
            let text = try String(contentsOfFile: "\(site)/\(page)", encoding: .utf8)
            let outside = text.matches(of: /<(?:script|link|img|iframe)\b[^>]*(?:src|href)="(?:https?:)?\/\/[^"]*"/)
            #expect(outside.isEmpty, "\(page): \(outside.map { String($0.0) })")
        }
        // Of a page that was opened from a disk the search is a script.
        let index = try String(contentsOfFile: "\(site)/search/index.js", encoding: .utf8)
        #expect(index.hasPrefix("window.searchDocuments = [{") && index.contains("tutorial.html#3-run-it"))
    }
}

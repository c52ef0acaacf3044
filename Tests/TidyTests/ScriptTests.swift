import Foundation
import Testing

/// What scripts ask the package for is there.
@Suite struct ScriptTests {
    /// The scripts of the package, and its Makefile.
    private static func scripts() throws -> [(name: String, text: String)] {
        let folders = ["scripts", "Benchmarks", "deploy"]
        let below = folders.flatMap { folder in
            let names = FileManager.default.enumerator(atPath: Repository.root.appending(path: folder).path)
            return (names?.compactMap { $0 as? String } ?? []).map { "\(folder)/\($0)" }
        }
        return (["Makefile", ".ci/run"] + below).compactMap { name in
            (try? String(contentsOf: Repository.root.appending(path: name), encoding: .utf8)).map { (name, $0) }
        }
    }

    @Test("every product that a script builds is one of the package") func products() throws {
        let names = Set(try PackageManifest().targets.map(\.name))
        var asked = 0
        for (script, text) in try Self.scripts() {
            for match in text.matches(of: /--product[ =]([a-z0-9-]+)/) {
                asked += 1
                #expect(names.contains(String(match.1)), "\(script) builds \(match.1)")
            }
        }
        #expect(asked > 5)
    }

    @Test("every script that a script calls is there") func calls() throws {
        for (script, text) in try Self.scripts() {
            for match in text.matches(of: /(?:^|\s|@)(scripts\/[a-z0-9-]+)(?=\s|$)/.anchorsMatchLineEndings()) {
                let path = Repository.root.appending(path: String(match.1)).path
                #expect(FileManager.default.fileExists(atPath: path), "\(script) calls \(match.1)")
            }
        }
    }
}

import Foundation
import HTTPServer
import SQLite
import Synchronization
import TestServers
import TestSupport
import Testing

/// LSST's packets through whole runs that are told nothing of their schemas.
@Suite(
    .enabled(if: PublishedSchemas.areThere, "\(PublishedSchemas.skipped)"),
    .enabled(if: PythonEnvironment.common.isThere, "scripts/python-env could not make its environment"))
struct LSSTTests {
    private let folder: TemporaryFolder
    private let schemas: String

    init() throws {
        folder = try TemporaryFolder()
        schemas = try #require(PublishedSchemas.folder)
    }

    private func values(_ words: String...) throws -> String {
        let outcome = try PythonEnvironment.common.run("lsst_values.py", words)
        #expect(outcome.status == 0, "\(outcome.output.prefix(4_000))")
        return outcome.output
    }

    private func run(_ words: [String], environment: [String: String] = [:]) throws -> NightjarProcess.Outcome {
        try NightjarProcess(["run"] + words + ["--no-fits", "--quiet", "--json"], environment: environment).outcome()
    }

    @Test("a frame of every published version from 7.0 on is stored without an option, each value as fastavro's")
    func versions() throws {
        let (packets, data) = (folder.file("packets"), folder.file("data"))
        let made = try values("make", schemas, packets)
        #expect(
            made.split(separator: "\n") == [
                "700", "701", "702", "703", "704", "800", "900", "1000", "1100", "1101",
            ])
        let run = try run([packets, "--data", data])
        #expect(run.status == 0 && run.output.contains(#""stored": 10,"#), "\(run.output) \(run.errors)")
        #expect(try values("compare", data, schemas, packets).hasPrefix("compared 10 alerts, 85 points, "))
    }

    @Test(
        "so is every public packet of 7.0 and later",
        .enabled(if: SharedFolder.isThere, Comment(rawValue: SharedFolder.skipped)))
    func publicPackets() throws {
        let packets = try #require(SharedFolder.alerts).appending(path: "lsst").path
        let data = folder.file("data")
        let run = try run([packets, "--data", data])
        #expect(run.status == 0 && run.output.contains(#""received": 329, "duplicates": 8,"#), "\(run.output)")
        #expect(try values("compare", data, schemas, packets).hasPrefix("compared 309 alerts, 4745 points, "))
        // The rest are schemas before 7.0, and Rubin's samples, whose values are made by chance: their time is no date.
        let database = try Database(path: data + "/nightjar.db", mode: .readOnly)
        let letters = try database.prepare("SELECT reason FROM dead_letters")
        var reasons: [String: Int] = [:]
        while try letters.step() {
            let reason = letters.text(0) ?? ""
            let kind =
                reason.hasPrefix("1480360995.0 is no modified")
                ? "sample" : reason.contains("before 7.0") ? "old" : reason
            reasons[kind, default: 0] += 1
        }
        #expect(reasons == ["sample": 9, "old": 3])
    }

    @Test("a number that no file has is asked of the registry, whose answer outlives it") func registry() throws {
        // The schema of 11.1 under the next number, as if Rubin had published it today.
        let packets = folder.file("packets")
        _ = try values("make", schemas, packets)
        let bytes = try #require(FileManager.default.contents(atPath: packets + "/1101.avro"))
        try folder.write([0, 0, 0, 4, 0x4E] + bytes.dropFirst(5), to: "new/1102.avro")
        let text = try PythonEnvironment.common.run("lsst_values.py", ["text", schemas, "1101"]).output
        let registry = RegistryServer()
        try registry.add(1102, schema: text.replacing("lsst.v11_1", with: "lsst.v11_2"))
        let cache = ["XDG_CACHE_HOME": folder.file("cache")]
        let unknown = try run([folder.file("new"), "--data", folder.file("none")], environment: cache)
        #expect(unknown.status == 0 && unknown.output.contains(#""stored": 0"#), "\(unknown.output)")
        let letters = try NightjarProcess.run("dead-letters", "list", "--data", folder.file("none"))
        #expect(
            letters.output.contains("number 1102 is neither in the files")
                && letters.output.contains("scripts/fetch-schemas"))
        let server = try registry.serve()
        let address = "http://127.0.0.1:\(server.port)/schema-registry"
        registry.answers.withLock { $0["/schema-registry/schemas/ids/1102"] = $0["/schemas/ids/1102"] }
        let asked = try run(
            [folder.file("new"), "--data", folder.file("a"), "--schema-registry", address], environment: cache)
        #expect(asked.status == 0 && asked.output.contains(#""stored": 1"#), "\(asked.output) \(asked.errors)")
        _ = server.stop(within: .zero)
        let restarted = try run(
            [folder.file("new"), "--data", folder.file("b"), "--schema-registry", address], environment: cache)
        #expect(restarted.output.contains(#""stored": 1"#), "\(restarted.output) \(restarted.errors)")
        #expect(registry.asked.withLock { $0 } == ["/schema-registry/schemas/ids/1102"])
        // The same folder, so that a replay finds it too.
        let replayed = try NightjarProcess.run(
            "dead-letters", "replay", "--data", folder.file("none"), "--no-fits", environment: cache)
        #expect(replayed.output.contains("replayed 1: 1 stored"), "\(replayed)")
    }
}

import Foundation
import LoopbackServer
import TestSupport
import Testing

/// The same packets leave the same, wherever they come from; and the report says what became of them.
@Suite(.serialized) struct SourceTests {
    private let work: TemporaryFolder
    private let night: SmallNight

    init() throws {
        work = try TemporaryFolder()
        night = try SmallNight(alerts: 600)
    }

    private func run(_ source: String, _ data: String) throws -> NightjarProcess.Outcome {
        try NightjarProcess.run("run", source, "--data", work.file(data), "--json", "--quiet")
    }

    private func contents(_ data: String) throws -> Contents { try Contents(work.file(data), ofAnySource: true) }

    @Test func fileInputAndWebAgree() throws {
        #expect(try RunReport(run(night.path, "file")).account == night.account)
        let expected = try contents("file")

        let input = Pipe()
        let piped = try NightjarProcess(["run", "-", "--data", work.file("input"), "--json", "--quiet"], input: input)
        // Pieces of odd sizes, as a download brings them.
        var rest = try Data(contentsOf: URL(fileURLWithPath: night.path))
        while !rest.isEmpty {
            try input.fileHandleForWriting.write(contentsOf: rest.prefix(7_777))
            rest = rest.dropFirst(7_777)
        }
        try input.fileHandleForWriting.close()
        let outcome = try piped.outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try RunReport(outcome).account == night.account)
        #expect(try contents("input").differences(from: expected) == [])

        let server = try LoopbackServer()
        let served = server.folder.appendingPathComponent("night.tar.gz")
        try FileManager.default.copyItem(at: URL(fileURLWithPath: night.path), to: served)
        // The connection breaks once, in the middle.
        let fetched = try run(server.plain + "/file/night.tar.gz?cut=20000", "web")
        #expect(fetched.status == 0, "\(fetched.errors)")
        #expect(try RunReport(fetched).account == night.account)
        #expect(try contents("web").differences(from: expected) == [])

        let missing = try run(server.plain + "/status/404", "missing")
        #expect(missing.status == 1 && missing.complaints.count == 1 && missing.errors.contains("404"), "\(missing)")
    }

    @Test("the same source again changes nothing") func again() throws {
        #expect(try RunReport(run(night.path, "data")).account == night.account)
        let before = try Contents(work.file("data"))
        let again = try RunReport(run(night.path, "data"))
        #expect(again.stored == 0 && again.duplicates == night.account.stored + night.account.duplicates)
        #expect(again.deadLettered == night.account.deadLettered)
        #expect(try Contents(work.file("data")).differences(from: before) == [])
    }

    @Test("a source that is named twice counts once in the ledger") func twice() throws {
        let small = try SmallNight(alerts: 20, number: 1)
        let words = ["run", small.path, "--data", work.file("once"), "--json", "--quiet"]
        #expect(try NightjarProcess(words).outcome().status == 0)
        let again = try NightjarProcess(
            ["run", small.path, small.path, "--data", work.file("twice"), "--json", "--quiet"]
        ).outcome()
        #expect(try RunReport(again).received == 2 * small.account.received)
        let expected = try Contents(work.file("once"))
        #expect(try Contents(work.file("twice")).differences(from: expected) == [])
    }

    @Test("the report is one JSON object with whole numbers") func report() throws {
        let outcome = try run(night.path, "data")
        #expect(outcome.status == 0 && outcome.errors == "")
        let report = try RunReport(outcome)
        #expect(report.archived == night.account.stored && report.fitted == 0 && report.fitFailed == 0)
        // The night's halves are of 15 and 16 September 2024.
        #expect(report.nights.keys.sorted() == ["20240915", "20240916"])
        #expect(report.nights.values.reduce(0, +) == night.account.stored)
        for name in [
            "received", "duplicates", "archived", "stored", "passedFilter", "fitted", "fitFailed", "deadLettered",
        ] {
            #expect(try outcome.output.contains(Regex("\"\(name)\": [0-9]+,")), "\(name)")
        }
    }

    @Test("what came in comes out by the other commands") func readBack() throws {
        #expect(try run(night.path, "data").status == 0)
        let data = work.file("data")
        let original = try Data(contentsOf: URL(fileURLWithPath: night.folder.file("packets/000000.avro")))
        let words = ["alert", String(night.candids[0]), "--data", data, "--avro", work.file("one.avro"), "--original"]
        #expect(try NightjarProcess(words).outcome().status == 0)
        #expect(try Data(contentsOf: URL(fileURLWithPath: work.file("one.avro"))) == original)

        let letters = try NightjarProcess.run("dead-letters", "list", "--data", data, "--json")
        #expect(letters.lines.count == night.account.deadLettered)
        let shown = try NightjarProcess.run(
            "dead-letters", "show", "0", "--data", data, "--out", work.file("letter"))
        #expect(shown.status == 0, "\(shown.errors)")
        let letter = try String(contentsOfFile: work.file("letter"), encoding: .utf8)
        #expect(letter == "this is packet 7, and it is no container")

        let ledger = try NightjarProcess.run("ledger", "--data", data, "--json")
        #expect(ledger.status == 0)
        struct Row: Decodable { let received, duplicates, stored, deadLettered: Int }
        // The totals of the nights follow, each under its own word.
        let lines = ledger.lines.filter { !$0.hasPrefix(#"{"total""#) }
        #expect(lines.count < ledger.lines.count)
        let rows = try lines.map { try JSONDecoder().decode(Row.self, from: Data($0.utf8)) }
        #expect(rows.reduce(0) { $0 + $1.received } == night.account.received)
        #expect(rows.reduce(0) { $0 + $1.deadLettered } == night.account.deadLettered)
        #expect(rows.allSatisfy { $0.received == $0.duplicates + $0.stored + $0.deadLettered })
    }
}

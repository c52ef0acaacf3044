import Foundation
import TestSupport
import Testing

/// The account of a night that several data folders share.
@Suite struct LedgerCommandTests {
    private struct Line: Decodable {
        struct Total: Decodable { let night: Int?, received: Int, duplicates: Int, stored: Int, deadLettered: Int }
        struct Finding: Decodable { let kind: String, count: Int }
        struct Shared: Decodable { let survey: String, alerts: Int }
        let folder: String?
        let received: Int?
        let total: Total?
        let finding: Finding?
        let shared: Shared?
    }

    private static func lines(_ outcome: NightjarProcess.Outcome) throws -> [Line] {
        try outcome.lines.map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
    }

    /// The expected counts are those of the nights as they were made.
    @Test func severalFolders() throws {
        let nights = [try SmallNight(alerts: 80), try SmallNight(alerts: 120, number: 1)]
        let folder = try TemporaryFolder()
        let names = ["a", "b"].map { folder.file($0) }
        for (night, data) in zip(nights, names) {
            #expect(try NightjarProcess.run("run", night.path, "--data", data, "--no-fits").status == 0)
        }
        let both = ["ledger", "--data", names[0], "--data", names[1]]
        let outcome = try NightjarProcess(both + ["--json"]).outcome()
        #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
        let lines = try Self.lines(outcome)
        #expect(lines.allSatisfy { $0.finding == nil })
        let all = try #require(lines.last?.total)
        #expect(all.night == nil)
        #expect(all.received == nights[0].account.received + nights[1].account.received)
        #expect(all.stored == nights[0].account.stored + nights[1].account.stored)
        #expect(all.duplicates == nights[0].account.duplicates + nights[1].account.duplicates)
        #expect(all.deadLettered == nights[0].account.deadLettered + nights[1].account.deadLettered)
        for (night, data) in zip(nights, names) {
            let received = lines.filter { $0.folder == data }.compactMap(\.received)
            #expect(received.reduce(0, +) == night.account.received)
        }
        let text = try NightjarProcess(both).outcome()
        let totals = text.lines.filter { $0.hasSuffix("in all") }.map { $0.split(separator: " ").map { String($0) } }
        // Two nights, and the packets whose night is unknown.
        #expect(totals.map(\.[0]) == ["unknown", "20240915", "20240916", "all"], "\(text)")
        #expect(totals.last?[1] == String(all.received) && totals.last?[3] == String(all.stored))
    }

    @Test("packets that two folders took are counted twice, and the status says so")
    func twice() throws {
        let night = try SmallNight(alerts: 40)
        let folder = try TemporaryFolder()
        let names = ["a", "b"].map { folder.file($0) }
        for data in names {
            #expect(try NightjarProcess.run("run", night.path, "--data", data, "--no-fits").status == 0)
        }
        for form in [[], ["--json"]] {
            let outcome = try NightjarProcess(["ledger", "--data", names[0], "--data", names[1]] + form).outcome()
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("\(night.account.received) more were received than there are offsets"))
            #expect(outcome.errors.hasSuffix("nightjar: the account does not add up\n"))
        }
        let json = try NightjarProcess.run("ledger", "--data", names[0], "--data", names[1], "--json")
        #expect(try Self.lines(json).compactMap(\.finding?.kind) == ["overlap", "countedTwice"])
        // The night itself came once to each.
        #expect(try NightjarProcess.run("ledger", "--data", names[0]).status == 0)
    }

    @Test("alerts that came to two folders from different sources are told, and the status says so")
    func shared() throws {
        let night = try SmallNight(alerts: 40)
        let folder = try TemporaryFolder()
        let names = ["a", "b"].map { folder.file($0) }
        for (path, data) in zip([night.path, night.plainPath], names) {
            #expect(try NightjarProcess.run("run", path, "--data", data, "--no-fits").status == 0)
        }
        let text = try NightjarProcess(["ledger", "--data", names[0], "--data", names[1]]).outcome()
        #expect(text.status == 1)
        #expect(text.errors.contains("\(night.account.stored) ztf alerts are in more than one of"), "\(text.errors)")
        let json = try NightjarProcess(["ledger", "--data", names[0], "--data", names[1], "--json"]).outcome()
        #expect(try Self.lines(json).compactMap(\.shared?.alerts) == [night.account.stored])
    }

    @Test func usage() throws {
        let folder = try TemporaryFolder()
        for words in [
            ["ledger"], ["ledger", "--data", folder.path, "--data", folder.path + "/."], ["ledger", "--data", ""],
        ] {
            let outcome = try NightjarProcess(words).outcome()
            #expect(outcome.status == 2 && outcome.output == "", "\(outcome)")
        }
    }
}

import Broker
import DataLayout
import Foundation
import Packets
import Pipeline
import TestSupport
import Testing

@testable import Query

@Suite struct LedgerAccountTests {
    /// A row of a partition, with all that was received stored.
    private static func entry(
        _ folder: String, _ first: Int, _ last: Int, received: Int, partition: Int = 0, night: Int = 20_240_915
    ) -> LedgerAccount.Entry {
        LedgerAccount.Entry(
            folder: folder,
            row: LedgerRow(
                night: night, source: "kafka:ztf", fingerprint: "cluster", partition: partition, firstOffset: first,
                lastOffset: last, counts: Counts(.received, .archived, .stored) * received))
    }

    private static func findings(_ entries: LedgerAccount.Entry...) -> [String] {
        LedgerAccount(entries).findings.map { "\($0.kind) \($0.firstOffset)-\($0.lastOffset) \($0.count)" }
    }

    /// Offsets and counts by hand.
    @Test("tells what the offsets of a partition tell")
    func findings() {
        #expect(Self.findings() == [])
        #expect(Self.findings(Self.entry("a", 0, 99, received: 100)) == [])
        // A packet may hold several alerts.
        #expect(Self.findings(Self.entry("a", 0, 99, received: 250)) == [])
        #expect(Self.findings(Self.entry("a", 0, 99, received: 97)) == ["unreceived 0-99 3"])
        // One after the other, whichever is named first.
        #expect(Self.findings(Self.entry("a", 100, 199, received: 100), Self.entry("b", 0, 99, received: 100)) == [])
        #expect(
            Self.findings(Self.entry("a", 0, 99, received: 100), Self.entry("b", 120, 199, received: 80))
                == ["gap 100-119 20"])
        // There and back: the ranges overlap, the counts say that all is well.
        #expect(
            Self.findings(Self.entry("a", 0, 299, received: 200), Self.entry("b", 100, 199, received: 100))
                == ["overlap 100-199 100"])
        #expect(
            Self.findings(Self.entry("a", 0, 299, received: 200), Self.entry("b", 100, 399, received: 207))
                == ["overlap 100-299 200", "countedTwice 0-399 7"])
        #expect(
            Self.findings(
                Self.entry("a", 0, 99, received: 60), Self.entry("b", 0, 99, received: 30),
                Self.entry("c", 0, 9, received: 10))
                == ["overlap 0-9 10", "overlap 0-99 100"])
    }

    @Test("nights and partitions are kept apart where they must be, and put together where not")
    func grouping() {
        let account = LedgerAccount([
            Self.entry("a", 0, 9, received: 10, partition: 1), Self.entry("b", 0, 9, received: 10, partition: 2),
            // Two nights of one partition whose messages alternate.
            Self.entry("a", 0, 18, received: 10, partition: 3, night: 20_240_914),
            Self.entry("a", 1, 19, received: 10, partition: 3),
        ])
        #expect(account.findings == [])
        #expect(account.faults == [])
        #expect(account.entries.map(\.row.night) == [20_240_914, 20_240_915, 20_240_915, 20_240_915])
        #expect(account.totals.map(\.night) == [20_240_914, 20_240_915, nil])
        #expect(account.totals.map { $0[.received] } == [10, 30, 40])
    }

    @Test("a row that does not add up, and what was counted twice, are faults")
    func faults() {
        var counts = Counts(.archived, .stored) * 8
        counts += Counts(.received) * 10
        counts += Counts(.duplicates)
        let wrong = LedgerRow(
            night: 1, source: "s", fingerprint: "", partition: 0, firstOffset: 0, lastOffset: 9, counts: counts)
        #expect(LedgerAccount([LedgerAccount.Entry(folder: "a", row: wrong)]).faults.count == 1)
        let twice = [Self.entry("a", 0, 9, received: 10), Self.entry("b", 5, 9, received: 5)]
        #expect(
            LedgerAccount(twice).faults == [
                "kafka:ztf, partition 0: 5 more were received than there are offsets from 0 to 9"
            ])
    }

    @Test("bears any number", arguments: [Int.min, -1, Int.max])
    func hostile(number: Int) {
        let account = LedgerAccount([
            Self.entry("a", number, number, received: number), Self.entry("b", 0, number, received: number),
            Self.entry("b", number, 0, received: number, night: 1),
        ])
        #expect(account.entries.count == 3 && account.totals.count == 3)
        _ = account.findings.map(\.description)
    }

    /// Two folders that read one source and another, by real runs of packets that ``SmallPacket`` makes.
    @Test func realRuns() throws {
        let folder = try TemporaryFolder()
        for number in 1...9 {
            let part = number < 5 ? "first" : "second"
            try folder.write(SmallPacket(candid: Int64(number)).container(), to: "\(part)/\(number).avro")
        }
        try folder.write(Array("no packet".utf8), to: "second/a.avro")
        for (data, sources) in [("a", ["first"]), ("b", ["second"]), ("c", ["second", "first"])] {
            let options = Run.Options(
                folder: folder.file(data), sources: try sources.map { try Source.local(folder.file($0)) })
            #expect(try Run(options).run().failures.isEmpty)
        }
        let apart = try DataReader(["a", "b"].map { folder.file($0) }).ledger()
        #expect(apart.findings == [] && apart.faults == [])
        #expect(apart.totals.map(\.night) == [0, 20_240_915, nil])
        let all = try #require(apart.totals.last)
        #expect(all[.received] == 10 && all[.stored] == 9 && all[.deadLettered] == 1)
        let alone = try DataReader([folder.file("c")]).ledger()
        #expect(alone.totals == apart.totals)

        // Each source is in two folders now, and every packet counts twice.
        let twice = try DataReader(["a", "b", "c"].map { folder.file($0) }).ledger()
        #expect(twice.findings.map(\.kind) == [.overlap, .countedTwice, .overlap, .countedTwice])
        #expect(twice.findings.map(\.count).sorted() == [4, 4, 6, 6])
        // Nine alerts, all of them in "c" too.
        let shared = try #require(twice.shared.first)
        #expect(twice.shared.count == 1 && shared.survey == "ztf" && shared.alerts == 9 && shared.example == 1)
        #expect(try String(decoding: JSONEncoder().encode(shared), as: UTF8.self).contains(#""example":"1""#))
        #expect(shared.folders == ["a", "b", "c"].map { folder.file($0) })
        #expect(twice.faults.count == 3 && apart.shared.isEmpty)
        let some = try DataReader(["a", "c"].map { folder.file($0) }).ledger()
        #expect(some.shared.map(\.alerts) == [4])
        #expect(throws: BrokerError.self) { try DataReader([folder.file("a"), folder.file("nothing")]) }
    }
}

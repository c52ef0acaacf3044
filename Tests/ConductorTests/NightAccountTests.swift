import Alerts
import Broker
import Conductor
import DataLayout
import Foundation
import Pipeline
import Query
import SQLite
import TestSupport
import Testing

/// A night as a part of a stream, accounted for by the offsets of its alerts.
@Suite struct NightAccountTests {
    private let folder: TemporaryFolder
    private static let topic = "alerts"

    init() throws { folder = try TemporaryFolder() }

    private func run(_ intake: StreamIntake, into name: String) throws {
        _ = try Run(Run.Options(folder: folder.file(name), intakes: [intake])).run()
    }

    private func reader(_ names: [String]) throws -> DataReader { try DataReader(names.map { folder.file($0) }) }

    private func account(
        _ from: Int, _ to: Int, in names: [String] = ["a"], partition: Int = 0
    ) throws -> NightAccount {
        try reader(names).account(
            of: .ztf, night: 20_240_915,
            spans: [NightAccount.Span(topic: Self.topic, partition: partition, from: from, to: to)])
    }

    private static let shown: [Counts.Counter] = [.received, .stored, .duplicates, .deadLettered]

    /// Offsets 0 to 9: alerts 1 to 6, the alert 2 again, no packet, alerts 7 and 8.
    private func fill() throws {
        let packets =
            try StreamIntake.alerts([1, 2, 3, 4, 5, 6, 2]) + [(7, Array("none".utf8))]
            + StreamIntake.alerts([7, 8], from: 8)
        try run(StreamIntake(topic: Self.topic, packets: packets), into: "a")
    }

    /// The expected counts are those of the list in `fill()`; the digests are `printf '1\n...' | sha256sum`'s.
    @Test("what lies between two offsets is the night's, and nothing else") func slices() throws {
        try fill()
        let whole = try account(0, 10)
        #expect(Self.shown.map { whole.counts[$0] } == [10, 8, 1, 1])
        #expect(whole.faults == [] && whole.addsUp)
        #expect(whole.ids == 8 && whole.deadLetters.map(\.code) == ["notAvro"])
        #expect(whole.schemas.map(\.name) == ["ztf.alert 3.3"] && whole.schemas.map(\.alerts) == [8])
        let part = try account(1, 4)
        #expect(Self.shown.map { part.counts[$0] } == [3, 3, 0, 0])

        #expect(part.idsDigest == "acfe4f5e5d1787e8e54f06c2a7645385237d0d7c564743a7100e94826355025c")
        // The night of the alerts is the 15th: a slice that says otherwise names them.
        #expect(part.nights.values.reduce(0, +) == 3)
        let again = try account(6, 8)
        #expect(Self.shown.map { again.counts[$0] } == [2, 0, 1, 1])
        #expect(again.ids == 1 && again.addsUp)
    }

    @Test("the digest is that of sort and sha256sum") func digest() {
        #expect(
            IdDigest([3, 1, 2, 2]).sha256 == "14c5e74c4b96ccef41cd94db73a9ec3348038ac094feca4fd897cecffa07cdae")
    }

    @Test("offsets that no folder has are named, and the account does not add up") func gaps() throws {
        try run(
            StreamIntake(
                topic: Self.topic,
                packets: try StreamIntake.alerts([1, 2]) + StreamIntake.alerts([5, 6], from: 4)), into: "a")
        let found = try account(0, 8)
        #expect(found.parts.map(\.missing) == [[2..<4, 6..<8]])
        #expect(!found.addsUp && found.faults.count == 1 && found.faults[0].contains("4 of the offsets 0 to 7"))
        #expect(try account(0, 2).addsUp && account(4, 6).addsUp)
    }

    @Test("two workers' folders make one account, and what both have is a fault") func workers() throws {
        try run(StreamIntake(topic: Self.topic, packets: try StreamIntake.alerts([1, 2, 3])), into: "a")
        try run(StreamIntake(topic: Self.topic, packets: try StreamIntake.alerts([4, 5], from: 3)), into: "b")
        #expect(try account(0, 5, in: ["a", "b"]).faults == [])
        #expect(try account(0, 5, in: ["a"]).faults.count == 1)
        try run(StreamIntake(topic: Self.topic, packets: try StreamIntake.alerts([3], from: 2)), into: "c")
        let shared = try account(0, 5, in: ["a", "b", "c"])
        #expect(shared.faults.contains { $0.contains("1 offsets are accounted for in more than one folder") })
        #expect(shared.faults.contains { $0.contains("1 alerts are stored in more than one folder, candid 3") })
    }

    @Test("what the tables lose is a fault") func loss() throws {
        try fill()
        let database = try Database(path: folder.file("a") + "/nightjar.db", mode: .readWrite)
        try database.execute("DELETE FROM archive WHERE id = 3; DELETE FROM ztf_alerts WHERE candid = 5")
        let found = try account(0, 10)
        #expect(found.parts.map(\.missing) == [[2..<3]])
        #expect(found.faults.contains { $0.contains("the ledger has 8 stored alerts, the tables 7") })
        #expect(found.faults.contains { $0.contains("1 archived alerts have no row in ztf_alerts") })
    }

    @Test("an alert that counts as repeated and is stored nowhere is a fault") func lostRepeat() throws {
        try fill()
        let database = try Database(path: folder.file("a") + "/nightjar.db", mode: .readWrite)
        try database.execute("DELETE FROM archive WHERE id = 2")
        #expect(try account(6, 7).faults.contains { $0.contains("stored in no folder, candid 2") })
    }

    @Test("a folder of layout 4 is read, and upgraded: its alerts are without offsets, which is said") func layout4()
        throws
    {
        try run(StreamIntake(topic: Self.topic, packets: try StreamIntake.alerts([1, 2])), into: "a")
        let path = folder.file("a") + "/nightjar.db"
        try Database(path: path, mode: .readWrite).execute(
            """
            DROP INDEX archive_positions; ALTER TABLE archive DROP COLUMN position; DROP TABLE duplicates;
            ALTER TABLE positions DROP COLUMN isComplete; PRAGMA user_version = 4
            """)
        #expect(try account(0, 2).faults.contains { $0.contains("of an older Nightjar's layout") })
        try run(StreamIntake(topic: Self.topic, packets: try StreamIntake.alerts([1, 2, 3])), into: "a")
        #expect(try reader(["a"]).verify().allSatisfy(\.isSound))
        let found = try account(0, 3)
        #expect(found.counts[.stored] == 1 && found.parts.map(\.missing) == [[0..<2]])
        let database = try Database(path: path, mode: .readOnly)
        #expect(try database.integer("PRAGMA user_version") == 6)
        #expect(try database.integer("SELECT count(*) FROM archive WHERE position IS NULL") == 2)
    }

    /// The alerts' time is SmallPacket's, 2024-09-15 06:00 UTC, 30 s long: the message came 100 s after the end.
    @Test("latencies are kept by night and stage") func latencies() throws {
        let end: Int64 = 1_726_380_030_000
        var intake = StreamIntake(topic: Self.topic, packets: try StreamIntake.alerts([1, 2]))
        (intake.sent, intake.arrival) = (end + 60_000, end + 100_000)
        try run(intake, into: "a")
        let found = try reader(["a"]).latencies(of: .ztf, night: 20_240_915)
        for (stage, seconds) in [(LatencyStage.exposureToSent, 60.0), (.sentToKafka, 40), (.kafkaToReceived, 2)] {
            let p50 = try #require(found[stage]?.p50) / .seconds(1)
            // A bucket is 1/32 wide.
            #expect(abs(p50 - seconds) <= seconds / 30, "\(stage): \(p50)")
            #expect(found[stage]?.count == 2)
        }
        #expect(found[.exposureToKafka] == nil && found[.receivedToPublished] == nil)
    }

    /// The middle of the exposure is 2025-11-21 12:00:00 TAI, 37 s earlier in UTC; it took 100 s, or Rubin's usual 30.
    @Test("an exposure's end follows from its middle and the packet's exposure time", arguments: [nil, 100.0])
    func exposureEnd(exposureTime: Double?) throws {
        var packet = OddPacket(diaSourceId: 5)
        if let exposureTime { packet.set(.double("exposureTime", exposureTime)) }
        var intake = StreamIntake(topic: Self.topic, packets: [(0, try packet.container())])
        intake.arrival = 1_763_726_400_000 - 37_000 + 150_000
        try run(intake, into: "a")
        let found = try reader(["a"]).latencies(of: .lsst, night: 20_251_121)
        let p50 = try #require(found[.exposureToKafka]?.p50) / .seconds(1)
        let expected = 150 - (exposureTime ?? 30) / 2
        #expect(abs(p50 - expected) <= expected / 30, "\(p50)")
    }
}

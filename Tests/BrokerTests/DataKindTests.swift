import Alerts
import Avro
import Broker
import Foundation
import Packets
import Pipeline
import TestSupport
import Testing

/// What tells a survey's own data from withdrawn, injected and precursor data.
@Suite struct DataKindTests {
    private let folder: RunFolder

    init() throws { folder = try RunFolder() }

    private func store(_ packets: [OddPacket]) throws {
        for (index, packet) in packets.enumerated() {
            try folder.write(packet.container(), to: "\(index).avro")
            let report = try folder.run("\(index).avro")
            #expect(report[.stored] == 1 && report[.deadLettered] == 0)
        }
    }

    /// A source as `prvDiaSources` has it, withdrawn or not.
    private func standing(_ id: Int64, withdrawn: Double? = nil) -> [OddPacket.Field] {
        [
            .long("diaSourceId", id), .double("midpointMjdTai", 60_990), .string("band", "r"), .float("psfFlux", 1),
            OddPacket.Field("timeWithdrawnMjdTai", #"["null", "double"]"#) { encoder in
                encoder.branch(withdrawn == nil ? 0 : 1)
                if let withdrawn { encoder.double(withdrawn) }
            },
        ]
    }

    /// Three packets of one object, the second of which withdraws the sources 1 and 7, the alert's own of the first.
    @Test("what one packet says is withdrawn is withdrawn, whichever packets come before and after", arguments: 0..<6)
    func withdrawn(order: Int) throws {
        var packets = [7, 8, 9].map { OddPacket(diaSourceId: $0, midpointMjdTai: 61_000 + Double($0)) }
        packets[0].past = [standing(1), standing(2)]
        packets[1].past = [standing(1, withdrawn: 61_005), standing(2), standing(7, withdrawn: 61_006)]
        packets[2].past = [standing(1), standing(2)]
        let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
        try store(orders[order].map { packets[$0] })
        #expect(
            try folder.query("SELECT diaSourceId, timeWithdrawnMjdTai, data_kind FROM lsst_detections")
                == [
                    ["1", "61005.0", "withdrawn"], ["2", "-", "survey"], ["7", "61006.0", "withdrawn"],
                    ["8", "-", "survey"], ["9", "-", "survey"],
                ])
        // The first packet that had the point is still said, and an alert's own row is as its packet was.
        #expect(
            try folder.query("SELECT alert_diaSourceId FROM lsst_detections WHERE diaSourceId = 1")
                == [["\(7 + orders[order][0])"]])
        #expect(try folder.query("SELECT DISTINCT data_kind FROM lsst_alerts") == [["survey"]])
    }

    @Test("a point that a packet tells of too early gives way, and stays withdrawn")
    func withdrawnAfterAlert() throws {
        var packets = [OddPacket(diaSourceId: 7, midpointMjdTai: 60_980), OddPacket(diaSourceId: 8)]
        packets[0].past = [standing(1, withdrawn: 61_005)]
        packets[1].past = [standing(1)]
        try store(packets)
        #expect(
            try folder.query(
                "SELECT timeWithdrawnMjdTai, alert_diaSourceId, after_alert FROM lsst_detections WHERE diaSourceId = 1")
                == [["61005.0", "8", "0"]])
    }

    @Test("a forced measurement that a later packet withdraws is withdrawn", arguments: [false, true])
    func withdrawnForced(reversed: Bool) throws {
        let packets = [OddPacket(diaSourceId: 7), OddPacket(diaSourceId: 8)].enumerated().map { index, packet in
            var packet = packet
            packet.pastName = "prvDiaForcedSources"
            packet.past = [standing(1, withdrawn: index == 0 ? nil : 61_005)]
            return packet
        }
        try store(reversed ? packets.reversed() : packets)
        #expect(
            try folder.query("SELECT timeWithdrawnMjdTai, data_kind FROM lsst_forced") == [["61005.0", "withdrawn"]])
    }

    /// By the visit's number where there is one; MJD 60780.5 is noon UTC of LSSTCam's first night, 2025-04-15.
    static let kinds: [(fields: [OddPacket.Field], time: Double, kind: String)] = [
        ([.long("visit", 2_025_123_100_240)], 61_041.2, "survey"), ([.long("visit", 59_134)], 57_454.3, "precursor"),
        ([.long("visit", 7_010_018)], 60_776.8, "precursor"),
        ([.long("visit", 2_024_112_000_101)], 60_635, "precursor"),
        ([.long("visit", 2_025_041_500_000)], 60_781, "survey"),
        ([.long("visit", 2_025_041_499_999)], 60_781, "precursor"),
        ([], 60_780.4, "precursor"), ([], 60_780.5, "survey"), ([.long("visit", 0)], 61_041.2, "survey"),
        ([.long("visit", 59_134), .boolean("pixelFlags_injected", true)], 57_454.3, "injected"),
        ([.boolean("pixelFlags_injected_templateCenter", true)], 61_041.2, "injected"),
        ([.boolean("pixelFlags_injected", false), .double("timeWithdrawnMjdTai", .nan)], 61_041.2, "survey"),
        ([.boolean("pixelFlags_injected", true), .double("timeWithdrawnMjdTai", 61_042)], 61_041.2, "withdrawn"),
    ]

    @Test("each row says what kind of data it is, as the alert does", arguments: kinds)
    func kind(fields: [OddPacket.Field], time: Double, kind: String) throws {
        var packet = OddPacket(diaSourceId: 9, midpointMjdTai: time)
        for field in fields { packet.set(field) }
        try store([packet])
        #expect(try folder.query("SELECT data_kind FROM lsst_alerts") == [[kind]])
        #expect(try folder.query("SELECT data_kind FROM lsst_detections") == [[kind]])
        var kinds: [DataKind] = []
        var decoder = AlertDecoder()
        try decoder.decode(packet.container()[...]) { decoded in
            kinds.append(decoded.alert.dataKind)
            #expect(AlertAttributes.of(decoded)["data_kind"] == (kind == "survey" ? nil : kind))
        }
        #expect(kinds.map(\.rawValue) == [kind])
    }

    @Test("the tables of an older Nightjar get the kind, for the rows that they have too")
    func olderKind() throws {
        var packet = OddPacket(diaSourceId: 9)
        packet.set(.long("visit", 59_134))
        try store([packet])
        for table in ["lsst_alerts", "lsst_detections", "lsst_forced"] {
            try folder.execute("ALTER TABLE \(table) DROP COLUMN data_kind")
        }
        for column in ["pixelFlags_injected_template", "timeWithdrawnMjdTai"] {
            try folder.execute("ALTER TABLE lsst_alerts DROP COLUMN \(column)")
        }
        // A field of the packet with the name has another column.
        var later = OddPacket(diaSourceId: 10, midpointMjdTai: 61_001)
        later.set(.string("data_kind", "mine"))
        try folder.write(later.container(), to: "later.avro")
        try folder.run("later.avro")
        #expect(
            try folder.query("SELECT diaSourceId, data_kind, data_kind_2 FROM lsst_alerts")
                == [["9", "precursor", "-"], ["10", "survey", "mine"]])
        #expect(
            try folder.query("SELECT diaSourceId, data_kind FROM lsst_detections")
                == [["9", "precursor"], ["10", "survey"]])
    }

    @Test("a source that is not the nearest to the asteroid's place is in no object's light curve")
    func notNearest() throws {
        var packets = (1...3).map { OddPacket(diaSourceId: $0) }
        for (index, rank) in [1, 2, 0].enumerated() {
            packets[index].candidate.removeAll { $0.name == "diaObjectId" }
            packets[index].set(.long("ssObjectId", 55))
            packets[index].top.append(
                OddPacket.Field(
                    "ssSource",
                    #"{"type": "record", "name": "ss", "fields": [{"name": "diaDistanceRank", "type": "int"}]}"#
                ) { $0.long(Int64(rank)) })
        }
        try store(packets)
        #expect(
            try folder.query("SELECT diaSourceId, objectId, ssObjectId, ssSource_diaDistanceRank FROM lsst_alerts")
                == [["1", "55", "55", "1"], ["2", "-", "55", "2"], ["3", "55", "55", "0"]])
        #expect(try folder.query("SELECT objectId, diaSourceId FROM lsst_detections") == [["55", "1"], ["55", "3"]])
        #expect(try folder.query("SELECT no_ssobject FROM lsst_alerts") == [["0"], ["1"], ["0"]])
    }

    /// The counts are fastavro's, of `visit`; LSSTCam's have 13 digits.
    @Test(
        "public packets of precursor data are told from the survey's",
        .enabled(if: SharedFolder.isThere, Comment(rawValue: SharedFolder.skipped)))
    func publicKinds() throws {
        let alerts = try #require(SharedFolder.alerts)
        let source = try Source.local(alerts.appending(path: "lsst/fink_v9.0.tar.gz").path)
        _ = try Run(Run.Options(folder: folder.data, sources: [source])).run()
        #expect(
            try folder.query("SELECT data_kind, count(*) FROM lsst_alerts GROUP BY 1 ORDER BY 1")
                == [["precursor", "131"], ["survey", "75"]])
    }
}

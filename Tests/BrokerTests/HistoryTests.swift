import Avro
import Broker
import Pipeline
import TestSupport
import Testing

/// Which points of packets' histories have a row, and what the row says of where it came from.
@Suite struct HistoryTests {
    private let folder: RunFolder

    init() throws { folder = try RunFolder() }

    /// A row of `prv_candidates`.
    private func point(
        jd: Double = 2_460_560.5, pid: Int64?, candid: Int64?, magpsf: Float?, fid: Int64 = 1
    ) -> [OddPacket.Field] {
        func optional(_ name: String, _ value: Int64?) -> OddPacket.Field {
            OddPacket.Field(name, #"["null", "long"]"#) { encoder in
                encoder.branch(value == nil ? 0 : 1)
                if let value { encoder.long(value) }
            }
        }
        let brightness = OddPacket.Field("magpsf", #"["null", "float"]"#) { encoder in
            encoder.branch(magpsf == nil ? 0 : 1)
            if let magpsf { encoder.float(magpsf) }
        }
        return [.double("jd", jd), .long("fid", fid), optional("pid", pid), optional("candid", candid), brightness]
    }

    private func alert(_ candid: Int64, jd: Double = 2_460_568.75, _ past: [[OddPacket.Field]]) -> OddPacket {
        var packet = OddPacket(candid: candid)
        packet.set(.double("jd", jd))
        packet.set(.long("pid", 1_000 + candid))
        packet.past = past
        return packet
    }

    /// Stores packets one after the other.
    @discardableResult
    private func store(_ packets: [OddPacket]) throws -> [Report] {
        try packets.enumerated().map { index, packet in
            try folder.write(packet.container(), to: "\(index).avro")
            let report = try folder.run("\(index).avro")
            #expect(report[.stored] == 1 && report[.deadLettered] == 0)
            return report
        }
    }

    @Test("two candidates of an object in one exposure are two rows, whichever came first", arguments: [false, true])
    func twoInOneExposure(reversed: Bool) throws {
        let packets = [
            alert(1, [point(pid: 5, candid: 51, magpsf: 18), point(pid: 5, candid: 52, magpsf: 19)]),
            alert(2, [point(pid: 5, candid: 52, magpsf: 19)]),
        ]
        try store(reversed ? packets.reversed() : packets)
        #expect(
            try folder.query("SELECT pid, candid, magpsf FROM ztf_detections WHERE pid = 5")
                == [["5", "51", "18.0"], ["5", "52", "19.0"]])
    }

    @Test("two alerts of one exposure have both their detections")
    func twoAlerts() throws {
        var packets = [alert(1, []), alert(2, [])]
        for index in packets.indices { packets[index].set(.long("pid", 5)) }
        try store(packets)
        #expect(
            try folder.query("SELECT pid, candid, alert_candid FROM ztf_detections")
                == [["5", "1", "1"], ["5", "2", "2"]])
    }

    /// A limit and a detection of one exposure, whose time is rounded differently in each packet; with `pid` and without.
    @Test("a detection replaces the limit of its exposure", arguments: [false, true], [5, nil] as [Int64?])
    func limit(detectionFirst: Bool, pid: Int64?) throws {
        let packets = [
            alert(1, [point(pid: pid, candid: nil, magpsf: nil)]),
            alert(2, [point(jd: 2_460_560.500_000_1, pid: pid, candid: 51, magpsf: 18)]),
        ]
        try store(detectionFirst ? packets.reversed() : packets)
        #expect(
            try folder.query("SELECT candid, magpsf, alert_candid FROM ztf_detections WHERE jd < 2460561")
                == [["51", "18.0", "2"]])
    }

    @Test(
        "a detection without a number has the id 0, unless the exposure has one with a number",
        arguments: [false, true])
    func withoutNumber(reversed: Bool) throws {
        let packets = [
            alert(1, [point(pid: 5, candid: nil, magpsf: nil), point(pid: 6, candid: nil, magpsf: 17)]),
            alert(2, [point(pid: 5, candid: nil, magpsf: 18), point(pid: 6, candid: 61, magpsf: 17)]),
        ]
        try store(reversed ? packets.reversed() : packets)
        #expect(
            try folder.query("SELECT pid, candid, magpsf FROM ztf_detections WHERE pid < 10")
                == [["5", "0", "18.0"], ["6", "61", "17.0"]])
    }

    @Test("a limit's candid is 0, and exposures without a number are identified by time and filter")
    func made() throws {
        let past = [
            point(pid: nil, candid: nil, magpsf: nil), point(pid: nil, candid: nil, magpsf: nil, fid: 2),
            point(jd: 2_460_560.6, pid: nil, candid: nil, magpsf: nil),
        ]
        try store([alert(1, past), alert(2, past)])
        #expect(
            try folder.query("SELECT jd, fid, candid, pid < 0 FROM ztf_detections WHERE jd < 2460561 ORDER BY jd, fid")
                == [["2460560.5", "1", "0", "1"], ["2460560.5", "2", "0", "1"], ["2460560.6", "1", "0", "1"]])
    }

    @Test("a row has the first packet with the point, and whether the point is later than its alert")
    func provenance() throws {
        let late = point(jd: 2_460_570, pid: 7, candid: 71, magpsf: 18)
        // As Fink wrote some: the whole history of one time, after the alert.
        let bad = point(jd: 2_460_570, pid: 5, candid: 51, magpsf: 18)
        let good = point(jd: 2_460_560.5, pid: 5, candid: 51, magpsf: 18)
        // Half a second later is rounding.
        let near = point(jd: 2_460_568.75 + 0.5 / 86_400, pid: 8, candid: 81, magpsf: 18)
        try store([alert(1, [late, bad, near]), alert(2, [good])])
        #expect(
            try folder.query(
                "SELECT candid, jd, alert_candid, after_alert FROM ztf_detections WHERE pid < 10 ORDER BY candid"
            )
            .map { [$0[0], String($0[1].prefix(9)), $0[2], $0[3]] }
                == [["51", "2460560.5", "2", "0"], ["71", "2460570.0", "1", "1"], ["81", "2460568.7", "1", "0"]])
    }

    @Test("a valid point is not replaced by one of a packet with an impossible time")
    func sane() throws {
        try store([
            alert(2, [point(jd: 2_460_560.5, pid: 5, candid: 51, magpsf: 18)]),
            alert(1, [point(jd: 2_460_570, pid: 5, candid: 51, magpsf: 18)]),
        ])
        #expect(
            try folder.query("SELECT jd, alert_candid, after_alert FROM ztf_detections WHERE pid = 5")
                == [["2460560.5", "2", "0"]])
    }

    @Test("the forced photometry in schema 3.5's prv_candidates is forced photometry")
    func forcedHistory() throws {
        func row(_ jd: Double, _ flux: Float) -> [OddPacket.Field] {
            [
                .double("jd", jd), .long("fid", 2), .long("pid", 5), .float("forcediffimflux", flux),
                .float("forcediffimfluxunc", 2), .string("procstatus", "56"), .float("scisigpix", 30),
            ]
        }
        try store([alert(1, [row(2_460_560.5, -7), row(2_460_561.5, -99_999)])])
        #expect(try folder.query("SELECT candid FROM ztf_detections") == [["1"]])
        #expect(
            try folder.query("SELECT forcediffimflux, procstatus, scisigpix, alert_candid, after_alert FROM ztf_forced")
                == [["-7.0", "56", "30.0", "1", "0"], ["-99999.0", "56", "30.0", "1", "0"]])
    }

    // MARK: - LSST

    private func source(_ id: Int64, mjd: Double, flux: Float = 1) -> [OddPacket.Field] {
        [
            .long("diaSourceId", id), .double("midpointMjdTai", mjd), .string("band", "r"), .float("psfFlux", flux),
            .double("timeWithdrawnMjdTai", 60_999), .boolean("pixelFlags_bad", true), .boolean("isDipole", false),
            .boolean("glint_trail", true), .boolean("psfFlux_flag", false),
        ]
    }

    @Test("LSST's sources are identified by their numbers, and one without a number is left out and counted")
    func lsst() throws {
        var packet = OddPacket(diaSourceId: 9)
        packet.past = [source(1, mjd: 60_990), source(2, mjd: 60_990, flux: 2), source(0, mjd: 60_991)]
        let reports = try store([packet])
        #expect(reports[0].pointsLeftOut == 1)
        #expect(
            try folder.query(
                """
                SELECT objectId, diaSourceId, psfFlux, alert_diaSourceId, after_alert, timeWithdrawnMjdTai,
                    pixelFlags_bad, isDipole, glint_trail, psfFlux_flag FROM lsst_detections
                """)
                == [
                    ["77", "1", "1.0", "9", "0", "60999.0", "1", "0", "1", "0"],
                    ["77", "2", "2.0", "9", "0", "60999.0", "1", "0", "1", "0"],
                    ["77", "9", "900.0", "9", "0", "-", "-", "-", "-", "-"],
                ])
    }

    /// The fields that brokers' quality cuts look at, and when the source was processed.
    private static let kept: [(field: OddPacket.Field, column: String, value: String)] = [
        (.float("templateFlux", 12_000), "templateFlux", "12000.0"),
        (.float("templateFluxErr", 3), "templateFluxErr", "3.0"),
        (.double("timeProcessedMjdTai", 61_000.25), "timeProcessedMjdTai", "61000.25"),
        (.long("time_processed", 1_767_225_600_000_000), "time_processed", "1767225600000000"),
        (.float("trailLength", 1.5), "trailLength", "1.5"),
        (.boolean("trail_flag", true), "trail_flag", "1"),
        (.boolean("trail_flag_edge", false), "trail_flag_edge", "0"),
        (.float("dipoleMeanFlux", 9), "dipoleMeanFlux", "9.0"),
        (.float("dipoleFluxDiff", -2), "dipoleFluxDiff", "-2.0"), (.float("dipoleLength", 0.5), "dipoleLength", "0.5"),
        (.boolean("centroid_flag", true), "centroid_flag", "1"), (.boolean("apFlux_flag", false), "apFlux_flag", "0"),
        (.boolean("shape_flag", true), "shape_flag", "1"),
        (.boolean("forced_PsfFlux_flag", true), "forced_PsfFlux_flag", "1"),
        (.boolean("forced_PsfFlux_flag_edge", false), "forced_PsfFlux_flag_edge", "0"),
    ]

    @Test("LSST's sources keep what quality cuts look at, the alert's own and those of its history")
    func lsstQuality() throws {
        var packet = OddPacket(diaSourceId: 9)
        packet.candidate += Self.kept.map(\.field)
        packet.past = [source(1, mjd: 60_990) + Self.kept.map(\.field)]
        try store([packet])
        let names = Self.kept.map(\.column).joined(separator: ", ")
        let values = Self.kept.map(\.value)
        #expect(
            try folder.query("SELECT diaSourceId, \(names) FROM lsst_detections") == [["1"] + values, ["9"] + values])
    }

    @Test("a table of an older Nightjar gets the columns that it lacks, null in its rows")
    func olderTable() throws {
        try store([OddPacket(diaSourceId: 9)])
        for (_, column, _) in Self.kept { try folder.execute("ALTER TABLE lsst_detections DROP COLUMN \(column)") }
        var packet = OddPacket(diaSourceId: 10, midpointMjdTai: 61_001.5)
        packet.candidate += Self.kept.map(\.field)
        try folder.write(packet.container(), to: "later.avro")
        #expect(try folder.run("later.avro")[.stored] == 1)
        let names = Self.kept.map(\.column).joined(separator: ", ")
        #expect(
            try folder.query("SELECT diaSourceId, \(names) FROM lsst_detections")
                == [["9"] + Self.kept.map { _ in "-" }, ["10"] + Self.kept.map(\.value)])
    }

    @Test("LSST's forced photometry is one point for each exposure, with the time of its withdrawal")
    func lsstForced() throws {
        var packets = [OddPacket(diaSourceId: 9), OddPacket(diaSourceId: 10, midpointMjdTai: 61_002)]
        for index in packets.indices {
            packets[index].pastName = "prvDiaForcedSources"
            packets[index].past = [
                [
                    .double("midpointMjdTai", 61_001), .string("band", "r"), .float("psfFlux", Float(index)),
                    .double("timeWithdrawnMjdTai", 61_001.5),
                ]
            ]
        }
        try store(packets)
        // The first alert told of a time after it: it gives way.
        #expect(
            try folder.query("SELECT psfFlux, timeWithdrawnMjdTai, alert_diaSourceId, after_alert FROM lsst_forced")
                == [["1.0", "61001.5", "10", "0"]])
    }

    // MARK: - Signs

    static let signs: [(OddPacket.Field, String)] = [
        (.string("isdiffpos", "t"), "t"), (.string("isdiffpos", "1"), "t"), (.string("isdiffpos", " True"), "t"),
        (.boolean("isdiffpos", false), "f"), (.long("isdiffpos", 0), "f"), (.double("isdiffpos", 1), "t"),
        (.string("isdiffpos", "perhaps"), "-"), (.long("isdiffpos", -999), "-"), (.null("isdiffpos"), "-"),
    ]

    @Test("isdiffpos is t, f or null, in any form", arguments: signs)
    func sign(field: OddPacket.Field, expected: String) throws {
        var packet = alert(1, [point(pid: 5, candid: 51, magpsf: 18) + [field]])
        packet.set(field)
        try store([packet])
        #expect(try folder.query("SELECT isdiffpos FROM ztf_alerts") == [[expected]])
        #expect(try folder.query("SELECT isdiffpos FROM ztf_detections") == [[expected], [expected]])
    }
}

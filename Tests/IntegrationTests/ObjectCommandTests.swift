import Foundation
import TestSupport
import Testing

/// `object`, and the other commands that read several folders as one.
@Suite struct ObjectCommandTests {
    private let folder: TemporaryFolder
    private var both: [String] { ["--data", folder.file("a"), "--data", folder.file("b")] }

    /// An object with an alert in each folder, of two nights, and a dead letter in each.
    init() throws {
        folder = try TemporaryFolder()
        for (name, candid) in [("a", 1), ("b", 2)] as [(String, Int64)] {
            var packet = SmallPacket(candid: candid + 2_814_104_076_215_015_000)
            packet.jd += Double(candid)
            packet.past = [
                SmallPacket.Past(jd: 2_460_560.5, fid: 2, candid: 100, magpsf: 19, isdiffpos: "t"),
                SmallPacket.Past(jd: 2_460_561.5, fid: 3),
            ]
            try folder.write(packet.container(), to: "source-\(name)/1.avro")
            try folder.write(Array("none".utf8), to: "source-\(name)/2.avro")
            let words = ["run", folder.file("source-\(name)"), "--data", folder.file(name), "--quiet", "--no-fits"]
            #expect(try NightjarProcess(words).outcome().status == 0)
        }
    }

    private func run(_ words: String...) throws -> NightjarProcess.Outcome {
        try NightjarProcess(words + both).outcome()
    }

    @Test("an id that alerts of two surveys have is said") func sharedID() throws {
        let id: Int64 = 2_814_104_076_215_015_001
        try folder.write(OddPacket(diaSourceId: id).container(), to: "source-c/1.avro")
        let words = ["run", folder.file("source-c"), "--data", folder.file("c"), "--quiet", "--no-fits"]
        #expect(try NightjarProcess(words).outcome().status == 0)
        let outcome = try run("alert", "\(id)", "--data", folder.file("c"))
        #expect(outcome.status == 0 && outcome.lines[0].contains("LSST"), "\(outcome)")
        #expect(outcome.errors == "LSST and ZTF have an alert \(id); this is LSST's, the newest\n")
        // The object is ZTF's alone.
        let named = try run("alert", "ZTF24aaaaaaa", "--data", folder.file("c"))
        #expect(named.status == 0 && named.errors == "", "\(named)")
    }

    @Test("an object's alerts and points, of two folders, for people") func text() throws {
        let outcome = try run("object", "ZTF24aaaaaaa")
        #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
        // JD 2460569.75 and 2460570.75 are MJD 60569.25 and 60570.25.
        #expect(
            // Without the empty lines between its parts.
            outcome.lines == [
                "ZTF object ZTF24aaaaaaa", "position      ra 150.000000  dec +2.000000 (degrees, ICRS)",
                "alerts        2, 2 nights, 20240916 to 20240917",
                "light curve   3 detections, 0 forced measurements, 1 upper limits", "fits          0",
                "Alerts, times in MJD (UTC, start of the exposure):",
                "id                   MJD           night     filter",
                "2814104076215015001  60569.250000  20240916  passed",
                "2814104076215015002  60570.250000  20240917  passed",
                "Light curve, times in MJD (UTC, start of the exposure):",
                "MJD           band  what       brightness                                       marks",
                "60560.000000  ztfr  detection  19.000 mag, brighter than the reference",
                "60561.000000  ztfi  limit      20.500 mag (5 sigma)",
                "60569.250000  ztfg  detection  18.500 ± 0.100 mag, brighter than the reference",
                "60570.250000  ztfg  detection  18.500 ± 0.100 mag, brighter than the reference",
            ])
    }

    @Test("other ids of its place are shown with it, each point with its own") func joined() throws {
        var packets = [OddPacket(diaSourceId: 1), OddPacket(diaSourceId: 2, midpointMjdTai: 61_001.5)]
        packets[1].set(.long("diaObjectId", 78))
        packets[1].set(.double("dec", 2 + 0.36 / 3_600))
        let data = folder.file("lsst")
        try folder.write(OddPacket.container([packets[0]]), to: "source-lsst/1.avro")
        try folder.write(OddPacket.container([packets[1]]), to: "source-lsst/2.avro")
        let words = ["run", folder.file("source-lsst"), "--data", data, "--quiet", "--no-fits"]
        #expect(try NightjarProcess(words).outcome().status == 0)
        let outcome = try NightjarProcess.run("object", "77", "--data", data)
        #expect(outcome.status == 0 && outcome.lines[1] == "joined        78, which is at 0.36 arcsec", "\(outcome)")
        #expect(outcome.lines.contains("2   61001.500000  20251122  failed not_moving  78"), "\(outcome.output)")
        #expect(
            outcome.lines.contains(
                "61001.500000  lsstr  detection  900.0 ± 30.0 nJy, brighter than the reference         78"),
            "\(outcome.output)")
        let alone = try NightjarProcess.run("object", "77", "--alone", "--data", data)
        #expect(alone.status == 0 && !alone.output.contains("78"), "\(alone.output)")
        let csv = try NightjarProcess.run("object", "77", "--data", data, "--format", "csv")
        #expect(csv.lines.map { $0.prefix(7) } == ["survey,", "lsst,77", "lsst,78"], "\(csv.output)")
        struct Joined: Decodable { let objectId: String, distance_arcsec: Double }
        struct Point: Decodable { let id: String?, objectId: String }
        struct Object: Decodable { let joined: [Joined], alerts: [Point], detections: [Point] }
        let json = try NightjarProcess.run("object", "77", "--json", "--data", data)
        let object = try JSONDecoder().decode(Object.self, from: Data(json.output.utf8))
        #expect(object.joined.map(\.objectId) == ["78"] && abs(object.joined[0].distance_arcsec - 0.36) < 1e-6)
        #expect(object.detections.map(\.objectId) == ["77", "78"] && object.alerts.map(\.objectId) == ["77", "78"])
    }

    @Test("its JSON has ids as strings") func json() throws {
        let outcome = try run("object", "ZTF24aaaaaaa", "--json")
        #expect(outcome.status == 0 && outcome.lines.count == 1, "\(outcome)")
        struct Point: Decodable { let id: String?, mjd: Double, mjd_tai: Double, bandpass: String, mag: Double? }
        struct Limit: Decodable { let mjd: Double, limiting_mag_5_sigma: Double? }
        struct Row: Decodable { let id: String, night: Int, passed: Bool, data: String, verdict: [String: Bool] }
        struct Object: Decodable {
            let survey: String, objectId: String, time_scale: String, ra: Double
            let alerts: [Row], detections: [Point], limits: [Limit], forced: [Point]
        }
        let object = try JSONDecoder().decode(Object.self, from: Data(outcome.output.utf8))
        #expect(object.survey == "ztf" && object.objectId == "ZTF24aaaaaaa" && object.time_scale == "utc_start")
        #expect(object.alerts.map(\.id) == ["2814104076215015001", "2814104076215015002"])
        #expect(object.alerts.map(\.data) == ["a", "b"].map { folder.file($0) } && object.alerts.allSatisfy(\.passed))
        #expect(object.alerts[0].verdict["not_moving"] == true && object.alerts[0].verdict["is_pure"] == false)
        #expect(object.detections.map(\.id) == ["100", "2814104076215015001", "2814104076215015002"])
        #expect(object.detections.map(\.bandpass) == ["ztfr", "ztfg", "ztfg"] && object.detections[0].mag == 19)
        #expect(object.limits.map(\.limiting_mag_5_sigma) == [20.5] && object.forced.isEmpty)
        // TAI is 37 s ahead of UTC (IERS Bulletin C).
        #expect(object.detections.allSatisfy { abs(($0.mjd_tai - $0.mjd) * 86_400 - 37) < 1e-4 })
    }

    @Test("its CSV is the light curve") func csv() throws {
        let outcome = try run("object", "ZTF24aaaaaaa", "--format", "csv")
        #expect(outcome.status == 0 && outcome.lines.count == 5, "\(outcome)")
        let rows = outcome.lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).map { String($0) } }
        #expect(
            rows.allSatisfy { $0.count == 15 } && rows[0][2...4] == ["kind", "id", "mjd"] && rows[0][9] == "flux_njy")
        #expect(rows[1][...4] == ["ztf", "ZTF24aaaaaaa", "detection", "100", "60560.0"])
        #expect(rows[1][6...9] == ["ztfr", "19.0", "", ""] && rows[2][2...4] == ["limit", "", "60561.0"])
        #expect(
            rows[2][7] == "20.5" && rows.dropFirst(3).map { $0[3] } == ["2814104076215015001", "2814104076215015002"])
    }

    @Test("an object that is not there ends with status 1 and a hint") func unknown() throws {
        for (name, hint) in [
            ("ZTF24aaaaaab", "did you mean ZTF24aaaaaaa?"), ("ztf24aaaaaaa", "did you mean ZTF24aaaaaaa?"),
            ("2814104076215015001", "is an alert of the object ZTF24aaaaaaa"), ("ZTF19xyzxyzx", "is here\n"),
        ] {
            let outcome = try run("object", name)
            #expect(outcome.status == 1 && outcome.output == "" && outcome.errors.contains(hint), "\(outcome)")
            #expect(outcome.errors.contains("no alert of an object '\(name)'"))
        }
        let alert = try run("alert", "ZTF24aaaaaab")
        #expect(alert.status == 1 && alert.errors.contains("did you mean ZTF24aaaaaaa?"), "\(alert)")
    }

    @Test("an alert by its object's name is the newest, and a cone, topic and list are of both folders")
    func others() throws {
        let alert = try run("alert", "ZTF24aaaaaaa")
        #expect(alert.lines.first == "ZTF alert 2814104076215015002 of ZTF24aaaaaaa", "\(alert)")
        #expect(try run("alert", "2814104076215015001").status == 0)
        #expect(try run("cone", "150", "2", "1", "--csv").lines.count == 3)
        let messages = try run("topic", "ztf_alert_data", "--no-cutouts", "--subscriber", "me")
        #expect(messages.status == 0 && messages.lines.count == 2, "\(messages)")
        #expect(messages.lines[0].contains("2814104076215015001") && messages.lines[1].contains("2814104076215015002"))
        #expect(try run("topic", "ztf_alert_data", "--subscriber", "me").output == "")
        let list = try run("dead-letters", "list")
        #expect(list.lines.first == "2 dead letters, 2 waiting", "\(list)")
        #expect(list.lines.suffix(2).map { $0.contains(folder.file("a")) } == [true, false])
        let lines = try run("dead-letters", "list", "--json").lines
        #expect(lines.count == 2 && lines[1].contains("\"folder\":\"\(folder.file("b"))\""))
        let shown = try run("dead-letters", "show", "0", "--out", folder.file("out"))
        #expect(shown.status == 1 && shown.errors.contains("give the one folder with --data"), "\(shown)")
    }
}

import Alerts
import Broker
import DataLayout
import Foundation
import Packets
import Query
import SQLite
import Pipeline
import TestSupport
import Testing

@Suite struct ObjectTests {
    private let folders: DataFolders

    init() throws { folders = try DataFolders() }

    /// A packet of an object whose history has a detection, a limit and forced photometry, by their days before the alert.
    private static func packet(_ candid: Int64, day: Double) throws -> [UInt8] {
        let jd = 2_460_568.75 + day
        var packet = OddPacket(candid: candid)
        packet.set(.double("jd", jd))
        packet.set(.string("isdiffpos", candid == 1 ? "t" : "f"))
        func point(_ day: Double, _ candid: Int64, _ magpsf: OddPacket.Field) -> [OddPacket.Field] {
            [
                .double("jd", 2_460_568.75 + day), .long("fid", 2), .long("candid", candid),
                .long("pid", Int64(day) + 900),
                .string("isdiffpos", "f"), magpsf, .double("sigmapsf", 0.05), .double("diffmaglim", 20.5),
            ]
        }
        packet.past = [point(-5, 50, .double("magpsf", 19)), point(-4, 0, .double("magpsf", .nan))]
        packet.forced = [-3.0, -2].map { day in
            [
                .double("jd", 2_460_568.75 + day), .long("fid", 1), .double("forcediffimflux", 100),
                .double("forcediffimfluxunc", 10), .double("magzpsci", 31.4),
                .string("procstatus", day == -2 ? "56" : "0"),
            ]
        }
        return try packet.container()
    }

    @Test("an object's light curve has each point once, whichever alert and folder brought it")
    func lightCurve() throws {
        try folders.run([Self.packet(1, day: 0)], into: "a")
        try folders.run([Self.packet(2, day: 1), Self.packet(1, day: 0)], into: "b")
        for reader in [try folders.reader("b"), try folders.reader("a", "b"), try folders.reader("b", "a")] {
            let object = try #require(try reader.objects(named: "ZTF24odd0000").first)
            #expect(object.survey == .ztf && object.alerts.map(\.id) == [1, 2] && object.fits.isEmpty)
            #expect(object.alerts.map(\.night) == [20_240_915, 20_240_916])
            #expect(object.position?.ra == 150 && object.position?.dec == 2)
            // One detection of each is no motion; the second is negative as well.
            #expect(object.alerts.map(\.passed) == [false, false])
            #expect(object.alerts[0].failedCuts == ["not_moving"])
            #expect(object.alerts[1].failedCuts == ["is_positive_sub", "not_moving"])
            let curve = object.lightCurve
            #expect(
                curve.detections.map(\.id) == [50, 1, 2] && curve.detections.map(\.isPositive) == [false, true, false])
            #expect(curve.detections.map(\.bandpass) == [.ztfr, .ztfg, .ztfg])
            #expect(curve.detections[0].brightness == .magnitude(Magnitude(value: 19, error: 0.05)))
            #expect(curve.detections[0].epoch == Epoch(ztfJD: 2_460_563.75))
            #expect(curve.upperLimits.map(\.epoch) == [Epoch(ztfJD: 2_460_564.75)])
            #expect(curve.upperLimits[0].limit == .magnitude(Magnitude(value: 20.5, error: nil)))
            #expect(curve.forced.map(\.flux) == [100, 100] && curve.forced.map(\.zeroPoint) == [31.4, 31.4])
            #expect(curve.forced.map(\.marks) == [[], .processing])
        }
    }

    @Test("a point that is later than its alert says so")
    func afterAlert() throws {
        var packet = OddPacket(candid: 1)
        packet.past = [
            [.double("jd", 2_460_569.75), .long("fid", 1), .long("candid", 9), .long("pid", 9), .double("magpsf", 19)]
        ]
        try folders.run([packet.container()], into: "a")
        let object = try #require(try folders.reader("a").objects(named: "ZTF24odd0000").first)
        #expect(object.lightCurve.detections.map(\.id) == [1, 9])
        #expect(object.lightCurve.detections.map(\.marks.names) == [[], ["after alert"]])
    }

    /// The second packet withdraws the first's own source, and a forced measurement that both have.
    @Test(
        "what any folder has as withdrawn is not in the light curve, and the alert says so", arguments: [false, true])
    func withdrawn(reversed: Bool) throws {
        func forced(_ withdrawn: Bool) -> [OddPacket.Field] {
            [
                .double("midpointMjdTai", 60_990), .string("band", "r"), .float("psfFlux", 5), .float("psfFluxErr", 1),
                .double("timeWithdrawnMjdTai", withdrawn ? 61_002 : 0),
            ]
        }
        var first = OddPacket(diaSourceId: 1)
        (first.pastName, first.past) = ("prvDiaForcedSources", [forced(false)])
        var second = OddPacket(diaSourceId: 2, midpointMjdTai: 61_001.5)
        second.past = [
            [
                .long("diaSourceId", 1), .double("midpointMjdTai", 61_000.5), .string("band", "r"),
                .float("psfFlux", 900), .double("timeWithdrawnMjdTai", 61_001),
            ]
        ]
        var third = OddPacket(diaSourceId: 3, midpointMjdTai: 61_002.5)
        (third.pastName, third.past) = ("prvDiaForcedSources", [forced(true)])
        try folders.run([first.container()], into: "a")
        try folders.run([second.container(), third.container()], into: "b")
        let reader = reversed ? try folders.reader("b", "a") : try folders.reader("a", "b")
        let object = try #require(try reader.objects(named: "77").first)
        #expect(object.lightCurve.detections.map(\.id) == [2, 3] && object.lightCurve.forced.isEmpty)
        #expect(object.withdrawn.detections.map(\.id) == [1] && object.withdrawn.forced.map(\.flux) == [5])
        #expect(object.alerts.map(\.dataKind) == [.withdrawn, .survey, .survey])
    }

    @Test("fits are those of all folders, the newest alert's first, and an old table's columns are enough")
    func fits() throws {
        for (name, candid, jd) in [("a", 1, 2.0), ("a", 2, 3.0), ("b", 2, 3.0), ("b", 4, 1.0)] {
            if !FileManager.default.fileExists(atPath: folders.path(name)) {
                try folders.run([Self.packet(Int64(name == "a" ? 1 : 2), day: 0)], into: name)
                try Database(path: folders.path(name) + "/nightjar.db", mode: .readWrite)
                    .execute("ALTER TABLE ztf_salt2 DROP COLUMN n_marked")
            }
            try Database(path: folders.path(name) + "/nightjar.db", mode: .readWrite).execute(
                """
                INSERT INTO ztf_salt2 (objectId, candid, success, jd, z, quality)
                VALUES ('ZTF24odd0000', \(candid), 1, \(jd), 0.0\(candid), 'good')
                """)
        }
        let object = try #require(try folders.reader("a", "b").objects(named: "ZTF24odd0000").first)
        #expect(object.fits.map { $0["candid"] } == [.integer(2), .integer(1), .integer(4)])
        #expect(object.fits.map { $0["z"] } == [.real(0.02), .real(0.01), .real(0.04)])
        #expect(object.fits[0]["quality"] == .text("good") && object.fits[0]["x1"] == .null)
        #expect(object.fits[0]["n_marked"] == nil)
    }

    /// The expected points are those that the decoder reads of the packets: the tables must give back each of them, and nothing
    /// else but the alerts' own detections.
    @Test(
        "the light curves of public packets are what their packets hold",
        .enabled(if: SharedFolder.isThere, "\(SharedFolder.skipped)"), arguments: ["ztf", "lsst/fink_v9.0.tar.gz"])
    func publicPackets(name: String) throws {
        let path = try #require(SharedFolder.alerts).appending(path: name).path
        let source = try Source.local(path)
        _ = try Run(Run.Options(folder: folders.path("a"), sources: [source])).run()
        let reader = try folders.reader("a")
        var names: Set<String> = []
        let topic = name.hasPrefix("ztf") ? Topic(.ztf, .alertData) : Topic(.lsst, .alertData)
        let messages = try reader.messages(of: topic)
        var (expected, decoder): ([String: Set<Double>], AlertDecoder) = ([:], AlertDecoder())
        while let message = try messages.next() {
            try decoder.decode(SegmentSchema(message.schema).container(message.body)[...]) { decoded in
                guard let name = decoded.alert.objectId else { return }
                names.insert(name)
                let curve = decoded.alert.lightCurve
                let times = curve.detections.filter { $0.id != nil }.map(\.epoch.mjd) + curve.forced.map(\.epoch.mjd)
                expected[name, default: []].formUnion(times + [decoded.alert.detection.epoch.mjd])
            }
        }
        #expect(names.count > 5)
        for name in names.sorted() {
            let object = try #require(try reader.objects(named: name, joins: false).first)
            let curve = object.lightCurve
            let found = curve.detections.filter { $0.id != nil }.map(\.epoch.mjd) + curve.forced.map(\.epoch.mjd)
            let missing = (expected[name] ?? []).filter { time in !found.contains { abs($0 - time) < 2e-5 } }
            let surplus = found.filter { time in !(expected[name] ?? []).contains { abs($0 - time) < 2e-5 } }
            #expect(missing.isEmpty && surplus.isEmpty, "\(name): missing \(missing), surplus \(surplus)")
        }
    }
}

import Alerts
import Broker
import Foundation
import Query
import SQLite
import TestSupport
import Testing

/// Objects that a survey split in two are shown as one, with their ids.
@Suite struct SplitObjectTests {
    private let folders: DataFolders

    init() throws { folders = try DataFolders() }

    /// An alert of an object that lies so many arcseconds east and north of a place.
    private static func packet(
        _ id: Int64, object: Int64, east: Double = 0, north: Double = 0,
        from place: (ra: Double, dec: Double) = (150, -40),
        mjd: Double = 61_000.5
    ) throws -> [UInt8] {
        var packet = OddPacket(diaSourceId: id, midpointMjdTai: mjd)
        let ra = place.ra + east / 3_600 / cos(place.dec / 180 * .pi)
        packet.set(.double("ra", (ra + 360).truncatingRemainder(dividingBy: 360)))
        packet.set(.double("dec", place.dec + north / 3_600))
        packet.set(.long("diaObjectId", object))
        packet.past = [
            [
                .long("diaSourceId", id + 1_000), .double("midpointMjdTai", mjd - 5), .string("band", "g"),
                .float("psfFlux", 300), .float("psfFluxErr", 10),
            ]
        ]
        return try packet.container()
    }

    private func joined(_ name: String, in reader: DataReader) throws -> [String] {
        let object = try #require(try reader.objects(named: name).first)
        return object.joined.map { "\($0.name) \(String(format: "%.2f", $0.distance))" }
    }

    private func view(_ folder: String) throws -> [String] {
        let query = try Database(path: folders.path(folder) + "/nightjar.db", mode: .readOnly).prepare(
            "SELECT objectId, same_as, printf('%.2f', distance) FROM lsst_same_object ORDER BY 1, 2")
        var rows: [String] = []
        while try query.step() { rows.append((0..<3).map { query.text($0) ?? "-" }.joined(separator: " ")) }
        return rows
    }

    @Test(
        "two ids within 0.7 arcsec are one object, and a chain of them is not followed",
        arguments: [(150, -40), (0.000_05, 30), (359.999_95, -75)] as [(Double, Double)])
    func pairs(ra: Double, dec: Double) throws {
        let place = (ra: ra, dec: dec)
        try folders.run(
            [
                Self.packet(1, object: 77, from: place),
                Self.packet(2, object: 78, east: 0.5, from: place, mjd: 61_001),
                Self.packet(3, object: 79, east: 1, from: place), Self.packet(4, object: 80, north: -0.75, from: place),
                Self.packet(5, object: 81, east: 30, from: place),
            ], into: "a")
        let reader = try folders.reader("a")
        #expect(try joined("77", in: reader) == ["78 0.50"])
        #expect(try joined("78", in: reader).sorted() == ["77 0.50", "79 0.50"])
        #expect(try joined("80", in: reader) == [] && joined("81", in: reader) == [])
        #expect(try view("a") == ["77 78 0.50", "78 77 0.50", "78 79 0.50", "79 78 0.50"])
    }

    @Test("at a pole too") func pole() throws {
        let (near, beyond) = ((ra: 10.0, dec: 89.999_95), (ra: 190.0, dec: 89.999_95))
        try folders.run(
            [
                Self.packet(1, object: 77, from: near), Self.packet(2, object: 78, from: beyond, mjd: 61_001),
                Self.packet(3, object: 79, north: -0.3, from: beyond, mjd: 61_002),
            ], into: "a")
        // 0.18 arcsec from the pole on either side, and 0.48.
        #expect(try joined("77", in: folders.reader("a")) == ["78 0.36", "79 0.66"])
        #expect(
            try view("a") == [
                "77 78 0.36", "77 79 0.66", "78 77 0.36", "78 79 0.30", "79 77 0.66", "79 78 0.30",
            ])
    }

    @Test("the distance is that of the mean positions, not of the nearest alerts") func mean() throws {
        // Means 0.9 arcsec apart, two alerts 0.5; and means 0.6 apart, two alerts 0.9.
        try folders.run(
            [
                Self.packet(1, object: 77), Self.packet(2, object: 77, east: 0.4, mjd: 61_001),
                Self.packet(3, object: 78, east: 0.9), Self.packet(4, object: 78, east: 1.3, mjd: 61_001),
            ], into: "a")
        try folders.run(
            [
                Self.packet(1, object: 77), Self.packet(2, object: 77, east: 0.3, mjd: 61_001),
                Self.packet(3, object: 78, east: 0.6), Self.packet(4, object: 78, east: 0.9, mjd: 61_001),
            ], into: "b")
        #expect(try joined("77", in: folders.reader("a")) == [] && view("a") == [])
        #expect(try joined("77", in: folders.reader("b")) == ["78 0.60"])
        #expect(try view("b") == ["77 78 0.60", "78 77 0.60"])
    }

    @Test("all that is known of the place is there, each point with its own id, from all folders") func points() throws
    {
        try folders.run([Self.packet(1, object: 77), Self.packet(3, object: 77, mjd: 61_002)], into: "a")
        try folders.run([Self.packet(2, object: 78, east: 0.3, mjd: 61_001)], into: "b")
        let reader = try folders.reader("a", "b")
        let object = try #require(try reader.objects(named: "78").first)
        #expect(object.name == "78" && object.joined.map(\.name) == ["77"])
        #expect(object.alerts.map(\.id) == [1, 2, 3] && object.alerts.map(\.object) == ["77", "78", "77"])
        #expect(object.lightCurve.detections.map(\.id) == [1_001, 1_002, 1_003, 1, 2, 3])
        #expect(object.owners.detections == ["77", "78", "77", "77", "78", "77"])
        // The position is its own.
        #expect(abs(try #require(object.position).ra - 150.000_108_8) < 1e-6)
        let alone = try #require(try reader.objects(named: "78", joins: false).first)
        #expect(alone.joined.isEmpty && alone.alerts.map(\.id) == [2] && alone.lightCurve.detections.count == 2)
    }

    @Test("an exposure that both ids have is one point of forced photometry") func forced() throws {
        var packets = [OddPacket(diaSourceId: 1), OddPacket(diaSourceId: 2, midpointMjdTai: 61_001.5)]
        for index in packets.indices {
            packets[index].set(.long("diaObjectId", 77 + Int64(index)))
            packets[index].pastName = "prvDiaForcedSources"
            packets[index].past = [
                [
                    .double("midpointMjdTai", 60_990), .string("band", "r"), .float("psfFlux", Float(index)),
                    .float("psfFluxErr", 1),
                ]
            ]
        }
        try folders.run(packets.map { try $0.container() }, into: "a")
        let object = try #require(try folders.reader("a").objects(named: "78").first)
        #expect(object.lightCurve.forced.map(\.flux) == [1] && object.owners.forced == ["78"])
    }

    @Test("what moves is never joined, nor are objects of a survey that splits none") func never() throws {
        var asteroid = OddPacket(diaSourceId: 5)
        asteroid.candidate.removeAll { $0.name == "diaObjectId" }
        asteroid.set(.long("ssObjectId", 55))
        var other = OddPacket(diaSourceId: 6)
        other.set(.long("diaObjectId", 77))
        let ztf = [OddPacket(candid: 1), OddPacket(candid: 2, objectId: "ZTF24odd0001")]
        try folders.run((ztf + [asteroid, other]).map { try $0.container() }, into: "a")
        let reader = try folders.reader("a")
        for name in ["55", "77", "ZTF24odd0000"] { #expect(try joined(name, in: reader) == []) }
        #expect(try view("a") == [])
    }

    @Test("of many ids of one place eight are joined, the nearest") func many() throws {
        try folders.run(
            (0..<20).map {
                try Self.packet($0 + 1, object: 100 + $0, east: 0.03 * Double($0), mjd: 61_000.5 + Double($0))
            },
            into: "a")
        let object = try #require(try folders.reader("a").objects(named: "100").first)
        #expect(object.joined.map(\.name) == (101...108).map { "\($0)" })
    }
}

import DataLayout
import Foundation
import Alerts
import Avro
import Broker
import Query
import Pipeline
import TestSupport
import Testing

/// Values that a table's constraints refuse, or that say nothing: of a point, of an alert, of one record of many.
@Suite struct UnusableDataTests {
    private let folder: RunFolder

    init() throws { folder = try RunFolder() }

    /// Times that are no observation's: what numbers can be, ZTF's mark of none, and a date in the year 2173.
    static let times = [Double.nan, .infinity, -.infinity, 1e300, -1e300, -1e9, 1e9, -999, 0, 2_415_020.4, 2_515_000]

    private func point(_ jd: OddPacket.Field) -> [OddPacket.Field] {
        [jd, .long("fid", 1), .float("magpsf", 18), .float("sigmapsf", 0.1), .string("isdiffpos", "t")]
    }

    @Test("a point without a usable time is left out and counted, and its alert is stored", arguments: times)
    func point(time: Double) throws {
        var packet = OddPacket(candid: 1)
        packet.past = [
            point(.double("jd", 2_460_560.5)), point(.double("jd", time)), point(.double("jd", 2_460_561.5)),
        ]
        try folder.write(packet.container(), to: "a.avro")
        let report = try folder.run("a.avro")
        #expect(report[.stored] == 1 && report.pointsLeftOut == 1 && report[.deadLettered] == 0)
        #expect(
            try folder.query("SELECT jd FROM ztf_detections ORDER BY jd")
                == [["2460560.5"], ["2460561.5"], ["2460568.75"]])
        #expect(try String(decoding: JSONEncoder().encode(report), as: UTF8.self).contains(#""pointsLeftOut":1"#))
    }

    @Test("a point whose time is null, or no number, is left out; text that is a number is one")
    func pointForms() throws {
        let forms: [(OddPacket.Field, Int)] = [
            (.null("jd"), 1), (.boolean("jd", true), 1), (.string("jd", "soon"), 1), (.string("jd", " 2460560.5 "), 0),
            (.long("jd", 2_460_560), 0),
        ]
        for (index, (jd, leftOut)) in forms.enumerated() {
            var packet = OddPacket(candid: Int64(index) + 1, objectId: "ZTF24form00\(index)")
            packet.past = [point(jd)]
            try folder.write(packet.container(), to: "\(index).avro")
            let report = try folder.run("\(index).avro")
            #expect(report[.stored] == 1 && report.pointsLeftOut == leftOut, "\(jd)")
        }
        #expect(
            try folder.query("SELECT jd FROM ztf_detections WHERE objectId = 'ZTF24form003' ORDER BY jd").first
                == ["2460560.5"])
    }

    private func sign(_ symbol: Int, _ type: String) -> OddPacket.Field {
        OddPacket.Field("isdiffpos", #"{"type": "enum", "name": "\#(type)", "symbols": ["f", "t", "odd"]}"#) {
            $0.symbol(symbol)
        }
    }

    @Test("an enum is read and stored as its symbol, in the alert and in its history")
    func enums() throws {
        var packet = OddPacket(candid: 1)
        packet.set(sign(1, "sign"))
        packet.past = [1, 0, 1].enumerated().map { index, symbol in
            let time = OddPacket.Field.double("jd", 2_460_560.5 + Double(index))
            return [time, .long("fid", 1), .float("magpsf", 18), sign(symbol, "pastSign")]
        }
        try folder.write(packet.container(), to: "a.avro")
        let report = try folder.run("a.avro")
        #expect(
            report[.stored] == 1 && report.tallies[.unreadable].isEmpty
                && report.tallies[.rejected]["is_positive_sub"] == nil)
        #expect(try folder.query("SELECT isdiffpos FROM ztf_alerts") == [["t"]])
        #expect(
            try folder.query("SELECT isdiffpos FROM ztf_detections ORDER BY jd") == [["t"], ["f"], ["t"], ["t"]])
    }

    /// Bytes, a fixed and a record under a field's name, each of the text that the field would be read from.
    static func untyped(_ name: String, _ text: String) -> [OddPacket.Field] {
        let (bytes, fixed) = (
            Array(text.utf8), #"{"type": "fixed", "name": "fixed_\#(name)", "size": \#(text.utf8.count)}"#
        )
        return [
            OddPacket.Field(name, #""bytes""#) { $0.bytes(bytes) },
            OddPacket.Field(name, fixed) { $0.raw(bytes) },
            OddPacket.Field(name, #"["null", \#(fixed)]"#) {
                $0.branch(1)
                $0.raw(bytes)
            },
            OddPacket.Field(name, #"{"type": "array", "items": "int"}"#) { encoder in
                encoder.arrayStart(count: 1)
                encoder.int(1)
                encoder.arrayEnd()
            },
        ]
    }

    @Test(
        "bytes and lists are no flag, number or filter: null in the tables as for the filter, and counted",
        arguments: untyped("isdiffpos", "t") + untyped("magpsf", "18.5") + untyped("fid", "1") + untyped("ra", "150"))
    func bytes(field: OddPacket.Field) throws {
        var packet = OddPacket(candid: 1)
        packet.set(field)
        packet.past = [point(.double("jd", 2_460_560.5)).filter { $0.name != field.name } + [field]]
        try folder.write(packet.container(), to: "a.avro")
        let report = try folder.run("a.avro")
        #expect(report[.stored] == 1)
        #expect(report.tallies[.unreadable]["candidate.\(field.name)"] == 1)
        #expect(report.tallies[.unreadable]["prv_candidates.\(field.name)"] == 1)
        let isPositive = field.name == "isdiffpos" ? [["0"]] : [["1"]]
        #expect(try folder.query("SELECT is_positive_sub FROM ztf_alerts") == isPositive)
        #expect(try folder.query("SELECT \(field.name) IS NULL FROM ztf_alerts") == [["1"]])
        let none = field.name == "fid" ? "fid = 0" : "\(field.name) IS NULL"
        let points = try folder.query("SELECT \(none) FROM ztf_detections ORDER BY jd")
        #expect(points == [["1"], ["1"]])
    }

    @Test("an LSST packet's isNegative, psfFlux and band likewise")
    func bytesOfLSST() throws {
        let fields = Self.untyped("isNegative", "f") + Self.untyped("psfFlux", "9") + Self.untyped("band", "r")
        for (index, field) in fields.enumerated() {
            var packet = OddPacket(diaSourceId: Int64(1 + index))
            packet.set(field)
            try folder.write(packet.container(), to: "\(index).avro")
            let report = try folder.run("\(index).avro")
            #expect(report[.stored] == 1 && report.tallies[.unreadable] == ["diaSource.\(field.name)": 1], "\(field)")
            let isNull = "SELECT \(field.name) IS NULL FROM lsst_alerts WHERE diaSourceId = \(1 + index)"
            #expect(try folder.query(isNull) == [["1"]], "\(field)")
        }
    }

    @Test("an unknown symbol is counted like any other text")
    func oddSymbol() throws {
        var packet = OddPacket(candid: 1)
        packet.set(sign(2, "sign"))
        try folder.write(packet.container(), to: "a.avro")
        #expect(try folder.run("a.avro").tallies[.unreadable] == ["candidate.isdiffpos": 1])
        #expect(try folder.query("SELECT isdiffpos IS NULL FROM ztf_alerts") == [["1"]])
    }

    @Test("a point without a filter is stored without one")
    func noFilter() throws {
        var packet = OddPacket(candid: 1)
        packet.past = [[.double("jd", 2_460_560.5), .null("fid"), .float("magpsf", 18)]]
        try folder.write(packet.container(), to: "a.avro")
        #expect(try folder.run("a.avro")[.stored] == 1)
        #expect(try folder.query("SELECT fid FROM ztf_detections ORDER BY jd") == [["0"], ["1"]])
    }

    @Test("an alert without a usable time is a dead letter, and the others are stored", arguments: times)
    func alert(time: Double) throws {
        var odd = OddPacket(candid: 2)
        odd.set(.double("jd", time))
        try folder.write(OddPacket(candid: 1).container(), to: "in/1.avro")
        try folder.write(odd.container(), to: "in/2.avro")
        try folder.write(OddPacket(candid: 3).container(), to: "in/3.avro")
        for pass in 0..<2 {
            let report = try folder.run("in")
            #expect(report[.deadLettered] == 1 && report.nights == (pass == 0 ? [20_240_915: 2] : [:]))
        }
        #expect(try folder.letters().map(\.code) == ["unusableTime"])
        #expect(try folder.letters().map(\.field) == ["candidate.jd"])
        #expect(try folder.ledger() == [3, 2, 0, 1])
    }

    /// Angles that are not valid positions, and the number of values out of range.
    static let angles: [(ra: Double, dec: Double, unreadable: [String: Int])] = [
        (150, 91, ["dec": 1]), (150, -1e300, ["dec": 1]), (150, .infinity, ["dec": 1]), (-1, 2, ["ra": 1]),
        (361, 2, ["ra": 1]), (1e300, 2, ["ra": 1]), (361, 91, ["ra": 1, "dec": 1]), (-999, -999, [:]), (.nan, 2, [:]),
    ]

    @Test("an invalid position is null in the tables, and found by no cone; the archive has it", arguments: angles)
    func position(ra: Double, dec: Double, unreadable: [String: Int]) throws {
        var packet = OddPacket(candid: 1)
        packet.set(.double("ra", ra))
        packet.set(.double("dec", dec))
        packet.past = [
            [.double("jd", 2_460_560.5), .long("fid", 1), .float("magpsf", 18), .double("ra", ra), .double("dec", dec)]
        ]
        try folder.write(packet.container(), to: "a.avro")
        let report = try folder.run("a.avro")
        #expect(report[.stored] == 1)
        let fields = ["candidate", "prv_candidates"].flatMap { record in
            unreadable.map { ("\(record).\($0.key)", $0.value) }
        }
        #expect(report.tallies[.unreadable] == Dictionary(uniqueKeysWithValues: fields))
        let isSky = ((0...360).contains(ra) ? "\(ra)" : "-", (-90...90).contains(dec) ? "\(dec)" : "-")
        #expect(try folder.query("SELECT ra, dec FROM ztf_alerts") == [[isSky.0, isSky.1]])
        #expect(
            try folder.query("SELECT ra, dec FROM ztf_detections") == Array(repeating: [isSky.0, isSky.1], count: 2))
        #expect(try DataReader([folder.data]).cone(survey: .ztf, ra: 0, dec: 0, radius: 648_000).isEmpty)
        let archived = try OpenFolder(folder.data).alert(1)
        let kept = try AvroValue.decode(archived.body, schema: archived.schema)["candidate"]
        #expect(kept?["dec"] == .double(dec))
    }

    @Test("the bounds of the ranges are valid positions", arguments: [(0.0, -90.0), (360, 90)])
    func ends(ra: Double, dec: Double) throws {
        var packet = OddPacket(candid: 1)
        packet.set(.double("ra", ra))
        packet.set(.double("dec", dec))
        try folder.write(packet.container(), to: "a.avro")
        #expect(try folder.run("a.avro").tallies[.unreadable].isEmpty)
        #expect(try DataReader([folder.data]).cone(survey: .ztf, ra: 0, dec: dec, radius: 1).map(\.id) == [1])
    }

    @Test("an LSST alert's position likewise, and its time is a date", arguments: [1e9, 0, -1e9, 1e300])
    func lsst(time: Double) throws {
        var packet = OddPacket(diaSourceId: 9)
        packet.set(.double("dec", 91))
        packet.past = [time, 61_000.25].enumerated().map { index, time in
            [.long("diaSourceId", Int64(index) + 1), .double("midpointMjdTai", time), .double("ra", 361)]
        }
        try folder.write(packet.container(), to: "a.avro")
        let report = try folder.run("a.avro")
        #expect(report[.stored] == 1 && report.pointsLeftOut == 1)
        #expect(report.tallies[.unreadable] == ["diaSource.dec": 1, "prvDiaSources.ra": 1])
        #expect(try folder.query("SELECT ra, dec FROM lsst_alerts") == [["150.0", "-"]])
        #expect(
            try folder.query("SELECT diaSourceId, ra, dec FROM lsst_detections") == [
                ["2", "-", "-"], ["9", "150.0", "-"],
            ])
        #expect(try DataReader([folder.data]).cone(survey: .lsst, ra: 0, dec: 0, radius: 648_000).isEmpty)
        var odd = OddPacket(diaSourceId: 10, midpointMjdTai: time)
        odd.past = []
        try folder.write(odd.container(), to: "b.avro")
        #expect(try folder.run("b.avro")[.deadLettered] == 1)
        #expect(try folder.letters().map(\.code) == ["unusableTime"])
        #expect(try folder.letters().map(\.field) == ["diaSource.midpointMjdTai"])
    }

    @Test(
        "an alert whose row the table refuses is a dead letter, and is not archived; once the table takes it, it is freed"
    )
    func refusedRow() throws {
        try folder.write(OddPacket(candid: 1, objectId: "first").container(), to: "1.avro")
        try folder.run("1.avro")
        // As a user might: what SQLite answers to it is what it answers to any constraint.
        try folder.execute("CREATE UNIQUE INDEX mine ON ztf_alerts (objectId)")
        let packets = [("a", 2), ("first", 3), ("b", 4)].map { OddPacket(candid: $0.1, objectId: $0.0) }
        try folder.write(OddPacket.container(packets), to: "2.avro")
        let report = try folder.run("2.avro")
        #expect(report[.received] == 3 && report[.stored] == 2 && report[.archived] == 2 && report[.deadLettered] == 1)
        #expect(try folder.query("SELECT candid FROM ztf_alerts ORDER BY candid") == [["1"], ["2"], ["4"]])
        #expect(try folder.query("SELECT id FROM archive ORDER BY id") == [["1"], ["2"], ["4"]])
        #expect(try DataReader([folder.data]).cone(survey: .ztf, ra: 0, dec: 0, radius: 648_000).count == 3)
        #expect(try folder.query("SELECT count(*) FROM messages WHERE topic = 'ztf_alert_data'") == [["3"]])
        #expect(try folder.letters().map(\.code) == ["unstorable"])
        #expect(try folder.replay().waiting == 1)
        #expect(try folder.ledger() == [4, 3, 0, 1])
        try folder.execute("DROP INDEX mine")
        let outcome = try folder.replay()
        #expect(outcome.report[.stored] == 1 && outcome.report[.duplicates] == 0 && outcome.waiting == 0)
        #expect(try folder.ledger() == [4, 4, 0, 0])
        #expect(try folder.query("SELECT objectId FROM ztf_alerts WHERE candid = 3") == [["first"]])
    }

    @Test("an object's name that is too long is not used", arguments: [2_048, 2_049, 100_000])
    func objectId(length: Int) throws {
        let packet = OddPacket(candid: 1, objectId: String(repeating: "Z", count: length))
        try folder.write(packet.container(), to: "a.avro")
        let report = try folder.run("a.avro")
        #expect(report[.stored] == 1 && report.tallies[.unreadable] == (length > 2_048 ? ["objectId": 1] : [:]))
        #expect(try folder.query("SELECT count(*) FROM ztf_detections") == [[length > 2_048 ? "0" : "1"]])
    }

    @Test("an enumeration's value is its symbol, and a list too long for a table is only in the archive")
    func forms() throws {
        var packet = OddPacket(candid: 1)
        packet.top += [
            OddPacket.Field("kind", #"{"type": "enum", "name": "kind", "symbols": ["SN", "AGN"]}"#) { $0.long(1) },
            OddPacket.Field("list", #"{"type": "array", "items": "int"}"#) { encoder in
                encoder.arrayStart(count: 2)
                encoder.int(4)
                encoder.int(5)
                encoder.arrayEnd()
            },
            OddPacket.Field("longList", #"{"type": "array", "items": "boolean"}"#) { encoder in
                encoder.arrayStart(count: 2 << 20)
                encoder.raw([UInt8](repeating: 1, count: 2 << 20))
                encoder.arrayEnd()
            },
        ]
        try folder.write(packet.container(), to: "a.avro")
        let report = try folder.run("a.avro")
        #expect(report[.stored] == 1 && report.valuesWithoutColumn == 1)
        #expect(try folder.query("SELECT kind, list, longList FROM ztf_alerts") == [["AGN", "[4,5]", "-"]])
    }
}

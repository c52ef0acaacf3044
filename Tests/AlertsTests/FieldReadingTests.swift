import Alerts
import Avro
import TestSupport
import Testing

/// Values in another form than the survey's own: what can be read is, and what cannot is null, and counted by field.
@Suite struct FieldReadingTests {
    private func decode(_ field: OddPacket.Field) throws -> DecodedAlert {
        var packet = OddPacket(candid: 1)
        packet.set(field)
        return try decode(packet)
    }

    private func decode(_ packet: OddPacket) throws -> DecodedAlert {
        var alerts: [DecodedAlert] = []
        var decoder = AlertDecoder()
        try decoder.decode(packet.container()[...]) { alerts.append($0) }
        return try #require(alerts.first)
    }

    static let yes: [OddPacket.Field] =
        ["t", "T", "true", "True", "TRUE", "y", "Y", "yes", "1", "1.0", " t "].map { .string("isdiffpos", $0) } + [
            .boolean("isdiffpos", true), .long("isdiffpos", 1), .double("isdiffpos", 1), .float("isdiffpos", 1),
            OddPacket.Field("isdiffpos", #"["null", "boolean"]"#) {
                $0.branch(1)
                $0.boolean(true)
            },
            OddPacket.Field("isdiffpos", #"{"type": "enum", "name": "sign", "symbols": ["t", "f"]}"#) { $0.long(0) },
        ]
    static let no: [OddPacket.Field] =
        ["f", "F", "false", "False", "n", "no", "0", "0.0"].map { .string("isdiffpos", $0) } + [
            .boolean("isdiffpos", false), .long("isdiffpos", 0), .double("isdiffpos", 0),
        ]
    /// Present, and neither yes nor no.
    static let unreadable: [OddPacket.Field] =
        ["positive", "2", "-1", "tt", "½", String(repeating: "t", count: 1_000)].map { .string("isdiffpos", $0) } + [
            .long("isdiffpos", 2), .double("isdiffpos", 0.5),
            OddPacket.Field("isdiffpos", #""bytes""#) { $0.bytes([1]) },
            OddPacket.Field("isdiffpos", #""bytes""#) { $0.bytes(Array("t".utf8)) },
            OddPacket.Field("isdiffpos", #"{"type": "fixed", "name": "sign", "size": 1}"#) { $0.raw(Array("f".utf8)) },
            // A record of one string of one letter is encoded as the record's length and the letter; of a fixed, as the letter.
            OddPacket.Field(
                "isdiffpos",
                #"{"type": "record", "name": "sign", "fields": [{"name": "s", "type": {"type": "fixed", "name": "c", "size": 1}}]}"#
            ) { $0.raw(Array("t".utf8)) },
            OddPacket.Field("isdiffpos", #"{"type": "enum", "name": "sign", "symbols": ["up", "down"]}"#) {
                $0.long(0)
            },
        ]
    /// ZTF's marks of none.
    static let none: [OddPacket.Field] = [
        .null("isdiffpos"), .string("isdiffpos", ""), .string("isdiffpos", "null"), .long("isdiffpos", -999),
        .double("isdiffpos", .nan),
    ]

    @Test("isdiffpos in each form", arguments: [(yes, Bool?.some(true)), (no, false), (unreadable, nil), (none, nil)])
    func sign(fields: [OddPacket.Field], expected: Bool?) throws {
        for field in fields {
            let decoded = try decode(field)
            #expect(decoded.alert.detection.isPositive == expected, "\(field)")
        }
    }

    @Test("what cannot be read is counted by its field; what says none is not")
    func counted() throws {
        for field in Self.unreadable { #expect(try decode(field).notes.unreadable == ["candidate.isdiffpos": 1]) }
        for field in Self.yes + Self.no + Self.none { #expect(try decode(field).notes == ReadingNotes()) }
    }

    @Test("a history's isdiffpos likewise") func history() throws {
        var packet = OddPacket(candid: 1)
        packet.past = ["True", "f", "maybe", "unknown"].map { word in
            [.double("jd", 2_460_560.5), .string("fid", "r"), .string("magpsf", "18.5"), .string("isdiffpos", word)]
        }
        let decoded = try decode(packet)
        #expect(decoded.alert.lightCurve.detections.map(\.isPositive) == [true, false, nil, nil])
        #expect(decoded.alert.lightCurve.detections.allSatisfy { $0.bandpass == .ztfr })
        #expect(decoded.alert.lightCurve.detections[0].brightness == .magnitude(Magnitude(value: 18.5, error: nil)))
        #expect(decoded.notes.unreadable == ["prv_candidates.isdiffpos": 2])
    }

    @Test(
        "a filter by number or by name",
        arguments: [
            (OddPacket.Field.long("fid", 2), Bandpass?.some(.ztfr)), (.string("fid", "2"), .ztfr),
            (.double("fid", 2), .ztfr),
            (.string("fid", "2.0"), .ztfr), (.string("fid", "g"), .ztfg), (.string("fid", "zi"), .ztfi),
            (.string("fid", "ZTF_g"), .ztfg), (.long("fid", 99), nil), (.string("fid", "blue"), nil),
        ])
    func filter(field: OddPacket.Field, expected: Bandpass?) throws {
        let decoded = try decode(field)
        #expect(decoded.alert.detection.bandpass == expected)
        #expect(decoded.notes.unreadable == (expected == nil ? ["candidate.fid": 1] : [:]))
    }

    @Test("numbers as text, and none in each form") func numbers() throws {
        #expect(try decode(.string("rb", "0.75")).alert.quality?.rb == 0.75)
        #expect(try decode(.string("distpsnr1", "-999")).alert.catalogueMatch == nil)
        #expect(try decode(.string("distpsnr1", "-999")).notes == ReadingNotes())
        #expect(try decode(.string("rb", "good")).notes.unreadable == ["candidate.rb": 1])
        #expect(try decode(.boolean("rb", true)).notes.unreadable == ["candidate.rb": 1])
        #expect(try decode(.string("jd", "2460568.75")).alert.night == 20_240_915)
        #expect(try decode(.string("nbad", "3")).alert.quality?.nbad == 3)
    }

    @Test("ssnamenr in each form of none", arguments: ["null", "NULL", "None", "", "nan"])
    func noName(word: String) throws {
        var packet = OddPacket(candid: 1)
        packet.set(.double("ssdistnr", 3))
        packet.set(.string("ssnamenr", word))
        let match = try #require(try decode(packet).alert.solarSystemMatch)
        #expect(match.name == nil && match.distance == 3)
    }

    @Test("an id as text is the same id; one that a double has rounded is none") func ids() throws {
        var packet = OddPacket(candid: 1)
        packet.top[1] = .string("candid", "2823123450015000001")
        #expect(try decode(packet).alert.id == 2_823_123_450_015_000_001)
        packet.top[1] = .double("candid", 2.823123450015e18)
        #expect(throws: AlertError.self) { try decode(packet) }
    }
}

/// The same of LSST's packets.
@Suite struct LSSTReadingTests {
    private func decode(_ fields: [OddPacket.Field]) throws -> DecodedAlert {
        var packet = OddPacket(candid: 1)
        packet.top = [.long("diaSourceId", 1)]
        packet.candidate = fields
        let schema = packet.schema.replacing(#""ztf.alert""#, with: #""lsst.v9_0.alert""#)
            .replacing(#""name": "candidate""#, with: #""name": "diaSource""#)
        let encoder = ContainerEncoder(schema: schema.utf8)
        var file = encoder.header
        try encoder.block(count: 1, data: packet.body[...], into: &file)
        var alerts: [DecodedAlert] = []
        var decoder = AlertDecoder()
        try decoder.decode(file[...]) { alerts.append($0) }
        return try #require(alerts.first)
    }

    @Test(
        "positive is what both the flag and the flux say is positive",
        arguments: [
            (false, 100.0, true), (false, -100, false), (true, 100, false), (true, -100, false), (false, 0, false),
        ])
    func bothSigns(isNegative: Bool, flux: Double, isPositive: Bool) throws {
        #expect(try decode(.boolean("isNegative", isNegative), flux: flux).alert.detection.isPositive == isPositive)
    }

    private func decode(_ field: OddPacket.Field, flux: Double = 100) throws -> DecodedAlert {
        try decode([.long("diaSourceId", 1), .double("midpointMjdTai", 61_000), .double("psfFlux", flux), field])
    }

    @Test(
        "isNegative in each form, and the flux's sign where it says nothing",
        arguments: [
            (OddPacket.Field.boolean("isNegative", true), false, 0), (.string("isNegative", "True"), false, 0),
            (.long("isNegative", 0), true, 0), (.string("isNegative", "f"), true, 0), (.null("isNegative"), true, 0),
            (.string("isNegative", "perhaps"), true, 1),
        ])
    func sign(field: OddPacket.Field, isPositive: Bool, unreadable: Int) throws {
        let decoded = try decode(field)
        #expect(decoded.alert.detection.isPositive == isPositive)
        #expect(decoded.notes.unreadable == (unreadable == 1 ? ["diaSource.isNegative": 1] : [:]))
    }

    @Test(
        "a band in each form",
        arguments: [
            ("r", Bandpass?.some(.lsstr)), ("R", .lsstr), ("LSST-r", .lsstr), ("lsst_y", .lssty), ("lsstg", .lsstg),
            ("i_39", .lssti), ("q", nil), ("white", nil),
        ])
    func band(text: String, expected: Bandpass?) throws {
        let decoded = try decode(.string("band", text))
        #expect(decoded.alert.detection.bandpass == expected)
        #expect(decoded.notes.unreadable == (expected == nil ? ["diaSource.band": 1] : [:]))
    }

    @Test(
        "a time that is no date has no alert",
        arguments: [Double.nan, .infinity, -.infinity, 1e300, -1e9, 1e9, -999, 0, 15_019.9, 88_069.0])
    func time(mjd: Double) throws {
        #expect(throws: AlertError.self) {
            try decode([.long("diaSourceId", 1), .double("midpointMjdTai", mjd), .double("psfFlux", 1)])
        }
    }
}

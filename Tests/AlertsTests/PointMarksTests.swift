import Avro
import TestSupport
import Testing

@testable import Alerts

/// What speaks against a point is read of each survey's own fields.
@Suite struct PointMarksTests {
    private func decode(_ packet: OddPacket, _ change: (String) -> String = { $0 }) throws -> Alert {
        var alerts: [Alert] = []
        var decoder = AlertDecoder()
        let encoder = ContainerEncoder(schema: change(packet.schema).utf8)
        var file = encoder.header
        try encoder.block(count: 1, data: packet.body[...], into: &file)
        try decoder.decode(file[...]) { alerts.append($0.alert) }
        return try #require(alerts.first)
    }

    private static let jd = 2_460_568.75

    private func forced(_ fields: [OddPacket.Field], jd: Double = jd - 1) throws -> PointMarks {
        var packet = OddPacket(candid: 1)
        packet.forced = [
            [.double("jd", jd), .long("fid", 1), .float("forcediffimflux", 100), .float("forcediffimfluxunc", 5)]
                + fields
        ]
        return try #require(try decode(packet).lightCurve.forced.first).marks
    }

    @Test(
        "ZTF's procstatus in each form",
        arguments: [
            (OddPacket.Field.string("procstatus", "0"), PointMarks()), (.string("procstatus", "56"), .processing),
            (.string("procstatus", "56,57"), .processing), (.long("procstatus", 0), []),
            (.long("procstatus", 56), .processing), (.string("procstatus", "0.0"), []), (.null("procstatus"), []),
            (.string("procstatus", "-99999"), []), (.string("procstatus", "null"), []),
        ] as [(OddPacket.Field, PointMarks)])
    func procstatus(field: OddPacket.Field, marks: PointMarks) throws { #expect(try forced([field]) == marks) }

    @Test(
        "ZTF's noise and seeing",
        arguments: [
            (Float(25), Float(4), PointMarks()), (25.1, 4, .noisy), (9, 4.1, .badSeeing),
            (26, 5, [.noisy, .badSeeing]),
            (-99_999, -99_999, []), (.nan, .nan, []),
        ] as [(Float, Float, PointMarks)])
    func image(noise: Float, seeing: Float, marks: PointMarks) throws {
        #expect(try forced([.float("scisigpix", noise), .float("sciinpseeing", seeing)]) == marks)
    }

    @Test("what is later than its alert by more than a second")
    func afterAlert() throws {
        #expect(try forced([], jd: Self.jd + 0.5 / 86_400) == [])
        #expect(try forced([], jd: Self.jd + 1.5 / 86_400) == .afterAlert)
        var packet = OddPacket(candid: 1)
        packet.past = [Self.jd - 1, Self.jd + 1].enumerated().map { index, jd in
            [
                .double("jd", jd), .long("fid", 1), .long("candid", Int64(index) + 2), .float("magpsf", 19),
                .float("sigmapsf", 0.1), .string("isdiffpos", "t"),
            ]
        }
        #expect(try decode(packet).lightCurve.detections.map(\.marks) == [[], .afterAlert])
    }

    private func lsst(_ fields: [OddPacket.Field]) throws -> PointMarks {
        var packet = OddPacket(candid: 1)
        packet.top = [.long("diaSourceId", 1)]
        packet.candidate =
            [.long("diaSourceId", 1), .double("midpointMjdTai", 61_000), .double("psfFlux", 100)] + fields
        let alert = try decode(packet) {
            $0.replacing(#""ztf.alert""#, with: #""lsst.v9_0.alert""#)
                .replacing(#""name": "candidate""#, with: #""name": "diaSource""#)
        }
        return alert.detection.marks
    }

    @Test("each of LSST's flags", arguments: LSSTFlag.allCases) func flags(flag: LSSTFlag) throws {
        #expect(try lsst([.boolean(flag.rawValue, true)]) == flag.mark)
        #expect(try lsst([.boolean(flag.rawValue, false)]) == [])
        #expect(try lsst([.null(flag.rawValue)]) == [])
    }

    @Test("LSST's sources that were withdrawn") func withdrawn() throws {
        #expect(try lsst([.double("timeWithdrawnMjdTai", 61_001)]) == .withdrawn)
        for time in [0, Double.nan] { #expect(try lsst([.double("timeWithdrawnMjdTai", time)]) == []) }
        #expect(try lsst([.null("timeWithdrawnMjdTai")]) == [])
    }

    @Test("the flags' columns are in the flags' order") func order() {
        let names = LSSTFlag.allCases.map(\.rawValue)
        let own = LSSTField.allCases.map { "\($0)" }
        let past = LSSTHistoryField.allCases.map { "\($0)" }
        #expect(Array(own[LSSTField.psfFlux_flag.rawValue...].prefix(names.count)) == names)
        #expect(Array(past[LSSTHistoryField.psfFlux_flag.rawValue...].prefix(names.count)) == names)
    }
}

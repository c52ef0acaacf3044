import Alerts
import Testing
import TestSupport
import Pipeline

/// The expected verdicts follow from the definition of the original broker's `is_extragalactic_transient` (2021), with the
/// detection times sorted.
@Suite struct FilterTests {
    private static func verdict(of packet: [UInt8]) throws -> FilterVerdict {
        var pipeline = AlertPipeline(demandsPurity: false, supernovae: nil, schemaOfID: { _ in .unknown })
        return try #require(pipeline.decode(packet[...], position: 0, member: nil).alerts.first).verdict
    }

    private func verdict(_ change: (inout SmallPacket) -> Void) throws -> FilterVerdict {
        var packet = SmallPacket(candid: 1)
        packet.past = [SmallPacket.Past(jd: packet.jd - 3, candid: 2, magpsf: 19, isdiffpos: "t")]
        change(&packet)
        return try Self.verdict(of: packet.container())
    }

    @Test func aTransientPasses() throws {
        let verdict = try verdict { _ in }
        #expect(verdict.values == [true, true, true, true, true, false].map { .boolean($0) })
    }

    @Test(arguments: [("t", true), ("1", true), ("f", false), ("0", false), ("x", false)])
    func positiveSubtraction(sign: String, passes: Bool) throws {
        #expect(try verdict { $0.isdiffpos = sign }.isPositiveSub == passes)
    }

    @Test(
        "a source within 1.5 arcsec counts where it is known to be a star",
        arguments: [
            (nil, nil, true), (nil, 0.99, true), (-999, -999, true), (1.51, 0.99, true), (1.5, 0.99, false),
            (0.3, 0.5, true), (0.3, 0.51, false), (0.3, 0.49, true), (0.3, nil, true), (0.3, -999, true),
        ] as [(Float?, Float?, Bool)])
    func counterpart(distance: Float?, score: Float?, passes: Bool) throws {
        let verdict = try verdict {
            $0.distpsnr1 = distance
            $0.sgscore1 = score
        }
        #expect(verdict.noPointsourceCounterpart == passes)
    }

    @Test(
        "an object is known when it lies from 0 to 5 arcsec away",
        arguments: [(nil, true), (-999, true), (-1, true), (0, false), (5, false), (5.1, true)] as [(Float?, Bool)])
    func solarSystem(distance: Float?, passes: Bool) throws {
        #expect(try verdict { $0.ssdistnr = distance }.noSSObject == passes)
    }

    @Test(
        "two positive detections half an hour apart, in whatever order they come",
        arguments: [
            // Days before the alert, sign; then the verdict.
            ([], false), ([(10, "t")], true), ([(10, "1")], true), ([(10, "f")], false), ([(0.0208, "t")], false),
            ([(0.0209, "t")], true), ([(0.01, "t"), (0.02, "t")], false), ([(0.01, "t"), (5, "t")], true),
            ([(5, "t"), (0.01, "t")], true),
        ] as [([(Double, String)], Bool)])
    func motion(past: [(Double, String)], passes: Bool) throws {
        let verdict = try verdict { packet in
            packet.past = past.enumerated().map { number, point in
                SmallPacket.Past(
                    jd: packet.jd - point.0, candid: Int64(9 + number), magpsf: 19, isdiffpos: point.1)
            }
        }
        #expect(verdict.notMoving == passes)
    }

    @Test("a negative alert does not count among the detections") func negativeAlert() throws {
        #expect(try verdict { $0.isdiffpos = "f" }.notMoving == false)
    }

    private func lsst(
        withdrawn: Double = 0, injected: Bool = false, change: (inout OddPacket) -> Void = { _ in }
    ) throws -> FilterVerdict {
        var packet = OddPacket(diaSourceId: 2)
        packet.past = [
            [
                .long("diaSourceId", 1), .double("midpointMjdTai", 60_997), .string("band", "r"),
                .float("psfFlux", 900),
                .double("timeWithdrawnMjdTai", withdrawn), .boolean("pixelFlags_injected", injected),
            ]
        ]
        change(&packet)
        return try Self.verdict(of: packet.container())
    }

    @Test("what the survey withdrew or put into the image is no detection, earlier or now") func withdrawn() throws {
        #expect(try lsst().isExtragalacticTransient)
        #expect(try !lsst(withdrawn: 60_999).notMoving && !lsst(injected: true).notMoving)
        #expect(try !lsst { $0.set(.double("timeWithdrawnMjdTai", 61_001)) }.isPositiveSub)
        #expect(try !lsst { $0.set(.boolean("pixelFlags_injected_templateCenter", true)) }.isPositiveSub)
        // From before the survey, and filtered like others.
        #expect(try lsst { $0.set(.long("visit", 59_134)) }.isExtragalacticTransient)
    }

    @Test(
        "an unsound LSST source is no positive one; what is not said counts against nothing",
        arguments: [
            (.boolean("isDipole", true), false), (.boolean("shape_flag", true), false),
            (.boolean("pixelFlags_saturated", true), false), (.boolean("glint_trail", true), false),
            (.boolean("pixelFlags_suspect", true), true), (.float("reliability", 0.49), false),
            (.float("reliability", 0.5), true), (.null("reliability"), true), (.float("psfFluxErr", 200), false),
            (.float("psfFluxErr", 10), true),
        ] as [(OddPacket.Field, Bool)])
    func sound(field: OddPacket.Field, passes: Bool) throws {
        #expect(try lsst { $0.set(field) }.isPositiveSub == passes, "\(field.name)")
    }

    /// 40,000 nJy are 19.9 mag.
    @Test(
        "without a catalogue a point that adds little to a bright template is a star",
        arguments: [
            (40_000, 0.1, 15_000, false), (40_000, 0.6, 15_000, true), (40_000, 0.1, 21_000, true),
            (30_000, 0.1, 14_000, true), (-5_000, 0.1, 15_000, true),
        ] as [(Float, Float, Float, Bool)])
    func template(template: Float, extendedness: Float, flux: Float, passes: Bool) throws {
        let verdict = try lsst {
            $0.set(.float("templateFlux", template))
            $0.set(.float("extendedness", extendedness))
            $0.set(.float("psfFlux", flux))
        }
        #expect(verdict.noPointsourceCounterpart == passes)
    }
}

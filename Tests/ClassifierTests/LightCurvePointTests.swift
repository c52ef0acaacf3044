import Alerts
import Classifier
import TestSupport
import Testing

/// The points of an alert. Expected: AB fluxes by hand, 10^(0.4 (31.4 - m)) nJy.
@Suite struct LightCurvePointTests {
    private static let g = Survey.ztf.bands[0]
    private static let r = Survey.ztf.bands[1]

    private func detection(
        _ mjd: Double, _ magnitude: Double?, in bandpass: Bandpass? = g, error: Double? = 0.1,
        isPositive: Bool? = true, marks: PointMarks = []
    ) -> Detection {
        Detection(
            id: nil, epoch: Epoch(mjd: mjd, scale: .utcStart), bandpass: bandpass, ra: nil, dec: nil,
            brightness: magnitude.map { .magnitude(Magnitude(value: $0, error: error)) }, isPositive: isPositive,
            zeroPoint: nil, realBogus: nil, marks: marks)
    }

    private func forced(_ mjd: Double, _ flux: Double?, zeroPoint: Double? = 26.4) -> ForcedMeasurement {
        ForcedMeasurement(
            epoch: Epoch(mjd: mjd, scale: .utcStart), bandpass: Self.g, flux: flux, fluxError: 2, zeroPoint: zeroPoint)
    }

    private func points(_ curve: LightCurve, alert: Detection? = nil) throws -> [LightCurvePoint] {
        let packet = try decode(SmallPacket(candid: 7).container()).alert
        return LightCurvePoint.points(
            of: Alert(
                survey: packet.survey, id: 7, objectId: nil, detection: alert ?? detection(60_010, 18.9, in: Self.r),
                catalogueMatch: nil, solarSystemMatch: nil, lightCurve: curve, cutouts: packet.cutouts, quality: nil))
    }

    @Test("in order of time, with signs, the forced measurement where an exposure has one") func order() throws {
        let curve = LightCurve(
            detections: [detection(60_005, 18.9, isPositive: false), detection(60_001, 21.4)],
            forced: [forced(60_003, -5), forced(60_001.000001, 10)])
        let points = try points(curve)
        #expect(points.map(\.mjd) == [60_001.000001, 60_003, 60_005, 60_010])
        #expect(points.map(\.bandpass) == ["ztfg", "ztfg", "ztfg", "ztfr"])
        // A count at a zero point of 26.4 is 100 nJy; 18.9 mag are 10^5 nJy.
        for (point, flux) in zip(points, [1_000, -500, -1e5, 1e5]) {
            #expect(abs(point.flux - flux) < 1e-9 * abs(flux))
        }
        #expect(abs(points[0].error - 200) < 1e-9 && abs(points[3].error - 9_210.340372) < 1e-6)
    }

    @Test("what is marked, has no flux, no error, no sign, no band or no zero point is no point") func lacking() throws
    {
        let curve = LightCurve(
            detections: [
                detection(1, 18, in: nil), detection(2, nil), detection(3, 18, error: nil),
                detection(4, 18, isPositive: nil),
                detection(5, 18, marks: .withdrawn), detection(6, 18, error: 0), detection(7, .nan),
                detection(.infinity, 18),
            ], upperLimits: [UpperLimit(epoch: Epoch(mjd: 8, scale: .utcStart), bandpass: Self.g, limit: nil)],
            forced: [forced(9, nil), forced(10, 1, zeroPoint: nil), forced(11, .infinity)])
        #expect(try points(curve).map(\.mjd) == [60_010])
    }

    @Test("of a packet: the alert and its history") func packet() throws {
        var packet = SmallPacket(candid: 7)
        packet.past = [.init(jd: packet.jd - 3, candid: 5, magpsf: 19, isdiffpos: "t"), .init(jd: packet.jd - 2)]
        let points = LightCurvePoint.points(of: try decode(packet.container()).alert)
        // The packet's history has no errors.
        #expect(points.count == 1 && points[0].mjd == packet.jd - 2_400_000.5)
    }
}

import Alerts
import Salt2
import Testing

@testable import Pipeline

@Suite struct AlertPointsTests {
    private static func detection(_ jd: Double, fid: Int64 = 1, magpsf: Double = 19, sigmapsf: Double = 0.05)
        -> Detection
    {
        Detection(
            id: nil, epoch: Epoch(ztfJD: jd), bandpass: Survey.ztf.bands[Int(fid) - 1], ra: 10, dec: 10,
            brightness: .magnitude(Magnitude(value: magpsf, error: sigmapsf)), isPositive: true, zeroPoint: nil,
            realBogus: nil)
    }

    private static func alert(
        _ detections: [Detection], limits: [UpperLimit] = [], cutout: ArraySlice<UInt8>? = nil, objectId: String = "x"
    ) -> Alert {
        Alert(
            survey: .ztf, id: 7, objectId: objectId, detection: detection(2_460_570.5), catalogueMatch: nil,
            solarSystemMatch: nil,
            lightCurve: LightCurve(detections: detections, upperLimits: limits, forced: []),
            cutouts: Cutouts(science: cutout, template: nil, difference: nil), quality: nil)
    }

    @Test("what the survey withdrew of the history is neither drawn nor fitted") func withdrawn() {
        var (gone, flagged) = (Self.detection(2_460_560.5), Self.detection(2_460_561.5))
        gone = gone.marked(.withdrawn)
        flagged = flagged.marked(.badFlux)
        let points = AlertPoints(Self.alert([gone, flagged, Self.detection(2_460_562.5)]))
        #expect(points.points.map(\.mjd) == [60_561, 60_562, 60_570] && points.fitted.map(\.mjd) == [60_562, 60_570])
        #expect(points.detections.count == 2)
    }

    /// A second has 1/86400 of a day: within half a second it is the same exposure.
    @Test("an exposure counts once in its band, whatever its time is rounded to") func epochs() {
        let jd = 2_460_560.5
        let points = AlertPoints(
            Self.alert([
                Self.detection(jd), Self.detection(jd + 0.4 / 86_400), Self.detection(jd - 0.4 / 86_400),
                Self.detection(jd + 0.6 / 86_400), Self.detection(jd, fid: 2),
            ]))
        // The alert's own, the first, the one 0.6 s later, and the one in r.
        #expect(points.points.count == 4 && points.alertIndex == 3 && !points.isCut)
    }

    @Test("a history of a million points is looked at no further than it can be fitted") func manyPoints() {
        let many = (0..<1_000_000).map { Self.detection(2_460_550.5 + Double($0) / 60_000) }
        let points = AlertPoints(Self.alert(many))
        #expect(points.isCut && points.points.count == 5_001)
        let outcome = SupernovaStage(.withoutModels).outcome(of: Self.alert(many))
        guard case .fit(let fit) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(fit.reason == SupernovaOptions.missingReason)
    }

    @Test(
        "points of any magnitude, error and time are used or left out",
        arguments: [0, 1e-300, 30, -700, 750, 1e300, -1e300, Double.infinity, -.infinity, .nan])
    func extremes(_ value: Double) {
        let limits = [
            UpperLimit(
                epoch: Epoch(ztfJD: value), bandpass: .ztfg, limit: .magnitude(Magnitude(value: value, error: nil)))
        ]
        let points = AlertPoints(
            Self.alert(
                [
                    Self.detection(2_460_560.5, magpsf: value), Self.detection(2_460_561.5, sigmapsf: value),
                    Self.detection(value),
                ], limits: limits))
        #expect(points.points.allSatisfy { $0.flux.isFinite && $0.fluxError.isFinite && $0.fluxError > 0 })
        #expect(points.points.allSatisfy { abs($0.mjd) < 1e8 } && points.limits.allSatisfy { abs($0.mjd) < 1e8 })
    }

    private static func forced(_ jd: Double, flux: Double = 5, marks: PointMarks = []) -> ForcedMeasurement {
        ForcedMeasurement(
            epoch: Epoch(ztfJD: jd), bandpass: .ztfg, flux: flux, fluxError: 1, zeroPoint: 25, marks: marks)
    }

    @Test("a forced flux stands at its epoch, found or not; a marked one where there is no other") func forcedFirst() {
        let jd = 2_460_560.5
        var alert = Self.alert([Self.detection(jd), Self.detection(jd + 1), Self.detection(jd + 2)])
        alert = Alert(
            survey: .ztf, id: 7, objectId: "x", detection: Self.detection(jd + 3), catalogueMatch: nil,
            solarSystemMatch: nil,
            lightCurve: LightCurve(
                detections: alert.lightCurve.detections,
                forced: [
                    Self.forced(jd), Self.forced(jd + 1, marks: .processing), Self.forced(jd + 3),
                    Self.forced(jd + 4, marks: .noisy), Self.forced(jd + 4.5),
                ]),
            cutouts: alert.cutouts, quality: nil)
        let points = AlertPoints(alert)
        #expect(points.isForced == [true, false, false, true, true, true])
        #expect(points.marks == [[], [], [], [], .noisy, []])
        #expect(points.alertIndex == 3 && points.detections.count == 4)
        #expect(
            points.fitted.map(\.mjd) == points.points.map(\.mjd).enumerated().filter { $0.offset != 4 }.map(\.element))
        #expect(points.isUsed([true, true, false, true, true]) == [true, true, false, true, false, true])
        #expect(points.isUsed([]).isEmpty)
    }

    @Test("a marked detection does not count towards a fit") func markedDetection() {
        let marked = Detection(
            id: 3, epoch: Epoch(ztfJD: 2_460_560.5), bandpass: .ztfg, ra: 10, dec: 10,
            brightness: .magnitude(Magnitude(value: 19, error: 0.1)), isPositive: true, zeroPoint: nil, realBogus: nil,
            marks: .saturated)
        let points = AlertPoints(Self.alert([marked]))
        #expect(points.points.count == 2 && points.detections.count == 1 && points.fitted.count == 1)
    }
}

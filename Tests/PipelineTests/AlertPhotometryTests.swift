import Salt2
import Pipeline
import Testing

@Suite struct AlertPhotometryTests {
    @Test func followsPogson() {
        // 20 mag at zero point 25 is a flux of 100; 0.1 mag is 9.21 % of it.
        let point = AlertPhotometry.point(
            jd: 2_459_000.5, bandpass: "ztfg", magpsf: 20, sigmapsf: 0.1, isPositive: false)
        #expect(abs(point.flux + 100) < 1e-10)
        #expect(abs(point.fluxError - 9.210340371976184) < 1e-12)
        #expect(point.mjd == 59_000)
        func reason(_ points: [PhotometricPoint], days: Double = 0, redshift: Double = 0.2)
            -> AlertPhotometry.Ineligible?
        {
            AlertPhotometry.ineligibility(of: points, at: points[0].mjd + days, redshift: redshift)
        }
        #expect(reason([point, point, point, point, point]) == .tooFewDetections)
        let good = AlertPhotometry.point(jd: 0, bandpass: "ztfg", magpsf: 20, sigmapsf: 0.1, isPositive: true)
        let poor = AlertPhotometry.point(jd: 0, bandpass: "ztfg", magpsf: 20, sigmapsf: 0.4, isPositive: true)
        #expect(reason([poor, poor, poor, poor, poor]) == .noSignificantDetection)
        let eligible = [good, poor, poor, poor, poor]
        #expect(reason(eligible) == nil)
        // 40 days to the maximum and 50 rest-frame days after it.
        #expect(reason(eligible, days: 99.9) == nil)
        #expect(reason(eligible, days: 100.1) == .tooLate)
        #expect(reason(eligible, days: 100.1, redshift: 0.5) == nil)
        #expect(AlertPhotometry.options(points: [poor, good]).t0Bounds == good.mjd - 40...good.mjd + 40)
    }
}

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
        #expect(AlertPhotometry.ineligibility(of: [point, point, point, point, point]) == .tooFewDetections)
        let good = AlertPhotometry.point(jd: 0, bandpass: "ztfg", magpsf: 20, sigmapsf: 0.1, isPositive: true)
        let poor = AlertPhotometry.point(jd: 0, bandpass: "ztfg", magpsf: 20, sigmapsf: 0.4, isPositive: true)
        #expect(AlertPhotometry.ineligibility(of: [poor, poor, poor, poor, poor]) == .noSignificantDetection)
        #expect(AlertPhotometry.ineligibility(of: [good, poor, poor, poor, poor]) == nil)
        #expect(AlertPhotometry.options(points: [poor, good]).t0Bounds == good.mjd - 40...good.mjd + 40)
    }
}

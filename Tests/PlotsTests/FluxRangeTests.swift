import Testing

@testable import Plots

@Suite struct FluxRangeTests {
    private static func band(
        _ fluxes: [Double], error: Double = 3, limits: [Double] = [], curve: LightCurvePlot.Curve? = nil,
        alert: Int? = nil
    ) -> LightCurvePlot.Band {
        let points = fluxes.enumerated().map {
            LightCurvePlot.Point(
                mjd: 60_000 + Double($0), flux: $1, error: error, isAlert: $0 == alert)
        }
        let drawn = limits.enumerated().map { (mjd: 60_000.5 + Double($0), flux: $1) }
        return LightCurvePlot.Band(name: "ztfr", points: points, limits: drawn, curve: curve)
    }

    private static let rise = [20.0, 40, 60, 80, 100, 90]

    /// A limit of 12 mag is 57.5 mJy; the points are at 19 mag.
    @Test("a shallow limit leaves the axis as it is", arguments: [200.0, 57_500, 3.6e9, 1e30])
    func shallowLimit(_ limit: Double) {
        let alone = FluxRange.of(Self.band(Self.rise))
        #expect(FluxRange.of(Self.band(Self.rise, limits: [50, limit])) == alone)
        // 7 % of the whole beyond the highest error bar.
        #expect(abs(alone.upperBound - (103 + 0.07 * 103)) < 1e-9 && abs(alone.lowerBound + 0.07 * 103) < 1e-9)
    }

    @Test("a limit a little above the points is shown in its place") func nearLimit() {
        #expect(FluxRange.of(Self.band(Self.rise, limits: [140])).upperBound > 140)
    }

    @Test("limits alone are shown") func limitsAlone() {
        let range = FluxRange.of(Self.band([], limits: [10, 12, 14, 5_000]))
        #expect(range.upperBound > 14 && range.upperBound < 30)
        #expect(FluxRange.of(Self.band([])) == -1...1)
    }

    @Test("negative fluxes fill the panel, zero at its upper side") func negative() {
        let fluxes = [-300.0, -450, -320, -290, -460]
        let range = FluxRange.of(Self.band(fluxes, error: 20))
        #expect(fluxes.allSatisfy(range.contains))
        #expect(abs(range.lowerBound - (-480 - 0.07 * 480)) < 1e-9 && abs(range.upperBound - 0.07 * 480) < 1e-9)
        #expect(FluxRange.of(Self.band(fluxes, error: 20, limits: [1e6])) == range)
    }

    @Test("one point far off the rest is left to the edge, but not the alert's own") func outlier() {
        let fluxes = Self.rise + [9_000]
        #expect(FluxRange.of(Self.band(fluxes)) == FluxRange.of(Self.band(Self.rise)))
        #expect(FluxRange.of(Self.band(fluxes, alert: 6)).contains(9_000))
        // A supernova that has just begun, among many measurements of nothing.
        let early = [Double](repeating: 1, count: 30) + [100, 220, 400]
        #expect(FluxRange.of(Self.band(early)).contains(400))
    }

    @Test("the curve's peak is shown, as far as the points stay large enough to be seen") func curve() {
        func curve(_ peak: Double, error: Double) -> LightCurvePlot.Curve {
            LightCurvePlot.Curve(mjds: [60_000, 60_010], fluxes: [0, peak], errors: [0, error])
        }
        #expect(FluxRange.of(Self.band(Self.rise, curve: curve(300, error: 10))).contains(310))
        #expect(FluxRange.of(Self.band(Self.rise, curve: curve(300, error: 1e9))).upperBound < 450)
        #expect(FluxRange.of(Self.band(Self.rise, curve: curve(1e9, error: 1))).upperBound < 600)
    }
}

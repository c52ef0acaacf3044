import Foundation
import Testing

@testable import Plots

@Suite struct PageTests {
    private typealias Point = LightCurvePlot.Point

    private static func plot(_ bands: [LightCurvePlot.Band]) -> LightCurvePlot {
        LightCurvePlot(objectId: "ZTF24abc", id: 12, date: "", bands: bands)
    }

    private static func points(model: Double?, pull: Double = 1) -> [LightCurvePlot.Point] {
        (0..<6).map { index in
            let flux = 50 + 5 * Double(index)
            let isLast = index == 5
            return Point(
                mjd: 60_000 + Double(index), flux: flux, error: 2,
                model: model.map { _ in flux - 2 * (isLast ? pull : 0.5) })
        }
    }

    /// Triangles in an SVG, as marks have them: 8 points wide. Digits have triangles too.
    private static func triangles(_ plot: LightCurvePlot) throws -> Int {
        let svg = String(decoding: try plot.drawn(as: .svg), as: UTF8.self)
        let path = #/d="M (-?[\d.]+) -?[\d.]+ L (-?[\d.]+) -?[\d.]+ L (-?[\d.]+) -?[\d.]+ Z/#
        let marks = svg.matches(of: path).filter { match in
            guard let tip = Double(match.1), let left = Double(match.2), let right = Double(match.3) else {
                return false
            }
            return abs(tip - left - 4) < 0.01 && abs(right - tip - 4) < 0.01
        }
        // Filled and outlined, which cairo may write as one path or as two.
        return Set(marks.map(\.0)).count
    }

    /// One more is the legend's.
    @Test(
        "a pull beyond the panel is a triangle at its edge, one within is not",
        arguments: [7.9, 8.1, -8.1, 1e6, -1e300])
    func pulls(_ pull: Double) throws {
        let band = LightCurvePlot.Band(name: "ztfg", points: Self.points(model: 1, pull: pull))
        #expect(BandPanel.hasMarksAtEdges(band) == (abs(pull) > 8))
        #expect(try Self.triangles(Self.plot([band])) == (abs(pull) > 8 ? 2 : 0))
    }

    @Test("a limit beyond the panel is a triangle too") func limits() throws {
        let band = LightCurvePlot.Band(
            name: "ztfg", points: Self.points(model: nil), limits: [(60_001, 60), (60_002, 1e6)])
        #expect(try Self.triangles(Self.plot([band])) == 2)
    }

    @Test("negative fluxes are drawn as points, none at the edge") func negative() throws {
        let points = Self.points(model: nil).map { Point(mjd: $0.mjd, flux: -$0.flux, error: $0.error) }
        let band = LightCurvePlot.Band(name: "ztfg", points: points, limits: [(60_001, 20)])
        #expect(!band.points.contains { !FluxRange.of(band).contains($0.flux) })
        // The limit lies above.
        #expect(try Self.triangles(Self.plot([band])) == 2)
    }

    @Test("a band outside the fit has no panel of residuals, one with nothing no panel") func panels() {
        let curve = LightCurvePlot.Curve(mjds: [60_000, 60_001], fluxes: [1, 1], errors: [0, 0])
        let plot = Self.plot([
            LightCurvePlot.Band(name: "ztfg", points: Self.points(model: 1), curve: curve),
            LightCurvePlot.Band(name: "ztfr", points: [], curve: curve),
            LightCurvePlot.Band(name: "ztfi", points: Self.points(model: nil)),
        ])
        let drawn = Page.drawn(of: plot)
        #expect(drawn.map(\.name) == ["ztfg", "ztfi"])
        let frames = Page.frames(of: drawn, from: 80)
        #expect(frames.map { $0.pullHeight > 0 } == [true, false])
        #expect(frames[0].top == 80 && frames[1].top == frames[0].bottom + 12)
    }

    @Test("the axis of times holds the points and the curve, which is cut two months from them") func times() {
        func axis(_ curve: [Double]) -> Axis {
            let drawn = LightCurvePlot.Curve(mjds: curve, fluxes: [0, 0], errors: [0, 0])
            return Page.timeAxis(of: [
                LightCurvePlot.Band(
                    name: "ztfg", points: Self.points(model: 1), limits: [(59_990, 1)], curve: drawn)
            ])
        }
        #expect(axis([59_985, 60_030]).low == 59_985 && axis([59_985, 60_030]).high == 60_030)
        #expect(axis([60_001, 60_002]).low == 59_987 && axis([60_001, 60_002]).high == 60_008)
        #expect(axis([50_000, 70_000]).low == 59_927 && axis([50_000, 70_000]).high == 60_068)
    }

    @Test("a reason is written whole, in lines that fit") func wrapping() throws {
        let canvas = try Canvas(width: 1, height: 1, form: .png(width: 1))
        canvas.font(10)
        let reason =
            "no fit to trust: the models are missing; scripts/fetch-models brings them, then nightjar salt2 refit"
        let lines = canvas.wrapped(reason, to: 230)
        #expect(lines.count > 1 && lines.joined(separator: " ") == reason)
        #expect(lines.allSatisfy { canvas.width($0) <= 230 })
        let word = String(repeating: "W", count: 100)
        #expect(canvas.wrapped(word, to: 230).joined() == word)
        #expect(canvas.wrapped("", to: 230).isEmpty)
    }

    @Test("a parameter on its bound has no error; z says whether it was known; t0 says MJD") func parameters() {
        func parameter(_ name: String, _ value: Double, _ error: Double?, _ state: LightCurvePlot.Parameter.State)
            -> LightCurvePlot.Parameter
        { LightCurvePlot.Parameter(name: name, value: value, error: error, state: state) }
        let rows = [
            parameter("z", 0.1023, 0.022, .free), parameter("z", 0.05123, nil, .held),
            parameter("z", 0.2, 0.4, .onBound), parameter("t0", 60_538.61, 1.8, .free),
            parameter("x1", 1.234, nil, .free), parameter("c", 0.1, 0.03, .free),
            parameter("z", 0.0312, 0.0014, .prior),
        ]
        #expect(
            rows.map(SideColumn.value) == [
                "0.102 ± 0.022", "0.05123", "0.2", "MJD 60538.6 ± 1.8", "1.23", "0.100 ± 0.030", "0.0312 ± 0.0014",
            ])
        #expect(
            rows.map(SideColumn.remark) == [
                "free", "known, held", "⚠ on its bound", nil, "no error", nil, "with a prior",
            ])
    }

    @Test("a cutout's scale bar is a round number of arcseconds, a third of its frame at most") func bars() {
        // 63 pixels of 1.01 arcsec, 30 of 0.2, both 72 points wide.
        #expect(CutoutStrip.bar(pointsPerArcsecond: 72 / 63.63) == 20)
        #expect(CutoutStrip.bar(pointsPerArcsecond: 12) == 2)
        #expect(CutoutStrip.bar(pointsPerArcsecond: 1e3) == nil)
    }
}

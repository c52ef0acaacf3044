import Alerts
import FITS
import Plots
import Foundation
import Salt2
import Testing

@testable import Pipeline

@Suite struct SupernovaPlotTests {
    private static func alert(
        _ survey: Survey, brightness: Brightness, dec: Double = 10, cutout: ArraySlice<UInt8>? = nil
    ) -> Alert {
        let isLSST = survey == .lsst
        let detection = Detection(
            id: nil, epoch: Epoch(mjd: 60_570, scale: isLSST ? .taiMiddle : .utcStart),
            bandpass: isLSST ? .lsstg : .ztfg, ra: 10, dec: dec, brightness: brightness, isPositive: true,
            zeroPoint: nil, realBogus: nil)
        return Alert(
            survey: survey, id: 7, objectId: "x", detection: detection, catalogueMatch: nil, solarSystemMatch: nil,
            lightCurve: LightCurve(detections: [], upperLimits: [], forced: []),
            cutouts: Cutouts(science: cutout, template: nil, difference: nil), quality: nil)
    }

    private static func plot(_ alert: Alert, _ fit: Salt2Fit = Salt2Fit()) -> LightCurvePlot {
        SupernovaPlot.plot(
            of: alert,
            SupernovaFit(
                reason: nil, detail: nil, fit: fit, light: AlertPoints(alert), mwebv: nil, isRedshiftKnown: false),
            fitter: nil, cutouts: alert.cutouts)
    }

    private static let bright = Brightness.magnitude(Magnitude(value: 20, error: 0.1))

    /// AB 20 mag is 3631 Jy times 1e-8: 36.31 microjansky.
    @Test("ZTF is drawn in microjansky, its number called candid") func ztf() throws {
        let plot = Self.plot(Self.alert(.ztf, brightness: Self.bright))
        #expect(plot.fluxUnit == .microjansky && plot.idName == "candid" && plot.timeScale.contains("UTC"))
        #expect(abs(try #require(plot.bands.first?.points.first).flux - 36.31) < 0.01)
    }

    @Test("LSST is drawn in its own nanojansky, its number called diaSourceId") func lsst() throws {
        let flux = FluxDensity(nanojansky: -1_234, error: 56)
        let plot = Self.plot(Self.alert(.lsst, brightness: .flux(flux)))
        #expect(plot.fluxUnit == .nanojansky && plot.idName == "diaSourceId" && plot.timeScale.contains("TAI"))
        let point = try #require(plot.bands.first?.points.first)
        #expect(abs(point.flux + 1_234) < 1e-9 && abs(point.error - 56) < 1e-9)
    }

    /// A FITS image of zeros without a WCS.
    private static func image(_ width: Int, _ height: Int) -> ArraySlice<UInt8> {
        let cards = [
            "SIMPLE  = T", "BITPIX  = -32", "NAXIS   = 2", "NAXIS1  = \(width)", "NAXIS2  = \(height)", "END",
        ]
        let header = cards.map { $0.padding(toLength: 80, withPad: " ", startingAt: 0) }.joined()
        let bytes = Array(header.padding(toLength: 2_880, withPad: " ", startingAt: 0).utf8)
        return (bytes + [UInt8](repeating: 0, count: 4 * width * height))[...]
    }

    @Test("a cutout of ZTF has a scale; north where its columns lie along it, a position where it is whole")
    func cutouts() throws {
        func sky(_ image: ArraySlice<UInt8>, dec: Double = 10) throws -> ImageSky? {
            let plot = Self.plot(Self.alert(.ztf, brightness: Self.bright, dec: dec, cutout: image))
            // Where one image is there, a missing one says so.
            #expect(plot.cutouts.map(\.label) == ["science", "template", "difference"])
            #expect(plot.cutouts.map(\.failure) == [nil, "none sent", "none sent"])
            return try #require(plot.cutouts.first).sky
        }
        let whole = try #require(try sky(Self.image(63, 63)))
        #expect(whole.pixelScale == 1.01 && whole.position == SIMD2(32, 32))
        #expect(whole.axes == ImageSky.Axes(north: SIMD2(0, -1), east: SIMD2(-1, 0)))
        #expect(try sky(Self.image(63, 41))?.position == nil)
        #expect(try sky(Self.image(63, 63), dec: 80)?.axes == nil)
        let broken = Self.plot(Self.alert(.ztf, brightness: Self.bright, cutout: [1, 2, 3][...]))
        #expect(broken.cutouts.first?.failure == "no FITS image" && broken.cutouts[0].sky == nil)
        #expect(Self.plot(Self.alert(.ztf, brightness: Self.bright)).cutouts.isEmpty)
    }

    private static func fit(chisq: Double, ndof: Int, p: Double, atBound: [String] = []) -> Salt2Fit {
        var fit = Salt2Fit()
        fit.parameters = Salt2Parameters(z: 0.1, t0: 60_571, x0: 1e-3, x1: 5, c: 0)
        fit.names = ["t0", "x0", "x1", "c"]
        fit.errors = [0.3, 1e-4, 0.5, 0.1]
        (fit.chisq, fit.ndof, fit.fitProbability, fit.atBound) = (chisq, ndof, p, atBound)
        return fit
    }

    @Test("a parameter on a bound has no error, a known redshift is said to be known") func parameters() {
        let plot = Self.plot(
            Self.alert(.ztf, brightness: Self.bright), Self.fit(chisq: 9, ndof: 10, p: 0.5, atBound: ["x1"]))
        #expect(plot.parameters.map(\.name) == ["z", "t0", "x0", "x1", "c"])
        #expect(plot.parameters.map(\.state) == [.held, .free, .free, .onBound, .free])
        #expect(plot.parameters.map(\.error) == [nil, 0.3, 1e-4, nil, 0.1])
        #expect(plot.t0 == 60_571 && plot.redshift == 0.1 && plot.cautions.isEmpty)
    }

    @Test("a fit that does not describe its points is marked, and one that describes them too well") func cautions() {
        func caution(_ chisq: Double, _ ndof: Int, _ p: Double) -> String {
            FitCautions.of(Self.fit(chisq: chisq, ndof: ndof, p: p)).joined(separator: "; ")
                .replacing("\u{A0}", with: " ")
        }
        #expect(caution(9, 10, 0.5) == "")
        #expect(caution(4508, 4, 0) == "the model does not describe the points: χ² = 1127 ndof, p < 10⁻¹²")
        #expect(caution(32, 10, 4e-4) == "the model does not describe the points: χ² = 3.2 ndof, p = 0.0004")
        #expect(caution(7, 2, 0.03) == "the model does not describe the points: χ² = 3.5 ndof, p = 0.03")
        #expect(caution(1.8, 10, 0.998) == "χ² = 0.18 ndof: the points scatter less than their errors say")
        #expect(caution(0, 0, .nan) == "no degree of freedom: as many parameters as points")
        #expect(caution(.nan, 0, .nan) == "")
    }
}

import Foundation
import Salt2
import Salt2Support
import Testing

/// Expected values: the parameters that the noiseless light curves were made with.
@Suite("Fits of a small model that needs no files")
struct FitTests {
    let synthetic: SyntheticModel
    let fitter: Salt2Fitter
    let truth = Salt2Parameters(z: 0.05, t0: 59_000.3, x0: 1e-3, x1: 0.8, c: 0.1)

    init() throws {
        synthetic = try SyntheticModel()
        fitter = try synthetic.fitter()
    }

    private func expectTruth(_ fit: Salt2Fit) {
        #expect(fit.success, "\(fit.failure?.description ?? "")")
        #expect(fit.chisq < 1e-4)
        for (i, name) in fit.names.enumerated() {
            guard let parameter = Salt2Parameters.names.firstIndex(of: name) else { continue }
            #expect(abs(fit.parameters[parameter] - truth[parameter]) < 0.01 * fit.errors[i], "\(name)")
        }
    }

    @Test func recoversTruthAtKnownRedshift() throws {
        let points = try SyntheticModel.points(fitter, truth)
        let fit = fitter.fit(points: points, options: FitOptions(redshift: .fixed(0.05)))
        expectTruth(fit)
        #expect(fit.names == ["t0", "x0", "x1", "c"])
        #expect(fit.ndof == points.count - 4)
        #expect(fit.pointsUsed == points.count)
        #expect(fit.bands == ["blue", "red"])
        #expect(fit.fitProbability > 0.999)
        let range = try #require(fit.phaseRange)
        #expect(abs(range.lowerBound + 15 / 1.05) < 0.01)
    }

    @Test func recoversTruthAtFreeRedshift() throws {
        let points = try SyntheticModel.points(fitter, truth)
        let fit = fitter.fit(points: points, options: FitOptions(redshift: .free(0.001...0.12)))
        expectTruth(fit)
        #expect(fit.names == ["z", "t0", "x0", "x1", "c"])
        #expect(fit.covariance.count == 5 && fit.covariance.allSatisfy { $0.count == 5 })
    }

    @Test func orderOfPointsDoesNotMatter() throws {
        let points = try SyntheticModel.points(fitter, truth)
        let options = FitOptions(redshift: .fixed(0.05))
        let a = fitter.fit(points: points, options: options)
        let b = fitter.fit(points: points.reversed(), options: options)
        #expect(abs(a.parameters.t0 - b.parameters.t0) < 1e-4)
    }

    @Test func modelErrorsWidenTheFit() throws {
        let points = try SyntheticModel.points(fitter, truth)
        let plain = fitter.fit(points: points, options: FitOptions(redshift: .fixed(0.05)))
        let whole = fitter.fit(points: points, options: FitOptions(redshift: .fixed(0.05), modelCovariance: true))
        expectTruth(whole)
        let (a, b) = (try #require(plain.error(of: "c")), try #require(whole.error(of: "c")))
        #expect(b > 1.5 * a)
    }

    @Test("the model's errors frozen where the fit with them ended give that fit again") func frozenModelErrors() throws
    {
        let points = try SyntheticModel.points(fitter, truth)
        let whole = fitter.fit(points: points, options: FitOptions(redshift: .fixed(0.05), modelCovariance: true))
        var options = FitOptions(redshift: .fixed(0.05))
        options.modelErrorsAt = whole.parameters
        let frozen = fitter.fit(points: points, options: options)
        #expect(abs(frozen.chisq - whole.chisq) < 0.01)
        #expect(abs(frozen.parameters.t0 - whole.parameters.t0) < 0.02)
    }

    @Test func curveOfAFitIsTheModel() throws {
        let points = try SyntheticModel.points(fitter, truth)
        let fit = fitter.fit(points: points, options: FitOptions(redshift: .fixed(0.05)))
        let blue = points.filter { $0.bandpass == "blue" }
        let curve = try #require(fitter.lightCurve(of: fit, bandpass: "blue", mjds: blue.map(\.mjd)))
        for (point, flux) in zip(blue, curve.flux) { #expect(abs(point.flux - flux) < 1e-3 * point.fluxError) }
        #expect(curve.error.allSatisfy { $0 >= 0 } && curve.error.contains { $0 > 0 })
        #expect(fitter.lightCurve(of: fit, bandpass: "ultraviolet", mjds: [0]) == nil)
    }

    @Test func boundsHold() throws {
        let points = try SyntheticModel.points(fitter, truth)
        let fit = fitter.fit(points: points, options: FitOptions(redshift: .fixed(0.05), x1Bounds: -0.5...0.5))
        #expect(abs(fit.parameters.x1 - 0.5) < 1e-12)
        #expect(fit.atBound == ["x1"])
    }

    @Test(
        "bad light curves get a reason",
        arguments: ["none", "nan", "zero", "negative", "few", "band", "unknown", "far"])
    func badInput(kind: String) throws {
        var points = try SyntheticModel.points(fitter, truth)
        let expected: FitFailure
        switch kind {
        case "none": (points, expected) = ([], .noPoints)
        case "nan":
            points[3].flux = .nan
            expected = .badPoint(3)
        case "zero":
            points[5].fluxError = 0
            expected = .badPoint(5)
        case "negative":
            for i in points.indices { points[i].flux = -abs(points[i].flux) }
            expected = .noSignificantPoint
        case "few": (points, expected) = (Array(points.prefix(3)), .tooFewPoints(have: 3, need: 4))
        case "band": (points, expected) = (points.filter { $0.bandpass == "red" }, .oneBand("red"))
        case "unknown":
            for i in points.indices { points[i].bandpass = "ztfi" }
            expected = .outsideModel
        default:
            // Times so far apart that no supernova spans two of them.
            for i in points.indices { points[i].mjd += 1000 * Double(i) }
            expected = .degenerate
        }
        let fit = fitter.fit(points: points, options: FitOptions(redshift: .fixed(0.05)))
        #expect(fit.failure == expected)
        #expect(fit.isUsed.count == points.count)
    }

    @Test func pointsInUnknownBandsAreLeftOut() throws {
        var points = try SyntheticModel.points(fitter, truth)
        points.append(PhotometricPoint(mjd: 59_000, bandpass: "ztfi", flux: 1, fluxError: 1))
        let fit = fitter.fit(points: points, options: FitOptions(redshift: .fixed(0.05)))
        #expect(fit.success)
        #expect(fit.isUsed.last == false && fit.pointsUsed == points.count - 1)
    }

    @Test func emptyBoundsAreRefused() throws {
        let points = try SyntheticModel.points(fitter, truth)
        for options in [
            FitOptions(redshift: .free(0.1...9)), FitOptions(redshift: .fixed(.nan)),
            FitOptions(redshift: .fixed(0.05), t0Bounds: 59_000...59_000),
        ] {
            guard case .badBounds = fitter.fit(points: points, options: options).failure else {
                Issue.record("bounds were taken")
                continue
            }
        }
    }
}

import Foundation
import Salt2
import Salt2Support
import Testing

/// Light curves that no telescope sends. Each ends in bounded work: ``Salt2Fit/ncall`` counts it.
@Suite struct HostileLightCurveTests {
    private static let mostCalls = 30_000
    private let fitter: Salt2Fitter
    private let synthetic: SyntheticModel

    init() throws {
        synthetic = try SyntheticModel()
        fitter = try synthetic.fitter()
    }

    /// Fits at free and fixed redshift, with and without the model's errors.
    private func fits(_ points: [PhotometricPoint], t0: ClosedRange<Double>? = nil) -> [Salt2Fit] {
        [(FitOptions.Redshift.fixed(0.05), false), (.fixed(0.05), true), (.free(0.01...0.12), false)].map {
            fitter.fit(points: points, options: FitOptions(redshift: $0, t0Bounds: t0, modelCovariance: $1))
        }
    }

    private func expectBounded(_ fits: [Salt2Fit], _ comment: Comment) {
        for fit in fits {
            #expect(fit.ncall <= Self.mostCalls, comment)
            // What claims to be a fit has finite numbers, and an error of all that is measured.
            guard fit.success else { continue }
            #expect(Salt2Parameters.names.indices.allSatisfy { fit.parameters[$0].isFinite }, comment)
            let unmeasured = fit.names.filter { fit.error(of: $0) == nil && !fit.atBound.contains($0) }
            #expect(fit.chisq.isFinite && unmeasured.allSatisfy { $0 == "z" }, comment)
        }
    }

    private static let extremes: [Double] = [
        0, .leastNonzeroMagnitude, 1e-300, 1, -1, 1e150, 1e300, -1e300, .greatestFiniteMagnitude, .infinity, .nan,
    ]

    @Test("one point with any flux and error, and all of them") func numbers() throws {
        let truth = Salt2Parameters(z: 0.05, t0: 59_000.3, x0: 1e-3, x1: 0.8, c: 0.1)
        let sound = try SyntheticModel.points(fitter, truth, every: 9)
        for value in Self.extremes {
            for error in [.leastNonzeroMagnitude, 1e-300, 1, 1e300, 0, .nan] {
                var points = sound
                points[3].flux = value
                points[3].fluxError = error
                expectBounded(fits(points), "one: \(value) ± \(error)")
                for i in points.indices { (points[i].flux, points[i].fluxError) = (value, error) }
                expectBounded(fits(points), "all: \(value) ± \(error)")
            }
        }
    }

    @Test("times of any size, all the same, and bounds far from them") func times() throws {
        let truth = Salt2Parameters(z: 0.05, t0: 59_000.3, x0: 1e-3, x1: 0.8, c: 0.1)
        let sound = try SyntheticModel.points(fitter, truth, every: 9)
        for value in Self.extremes + [9.9e7, -9.9e7] {
            var points = sound
            points[2].mjd = value
            expectBounded(fits(points), "one at \(value)")
            for i in points.indices { points[i].mjd = value }
            expectBounded(fits(points), "all at \(value)")
        }
        expectBounded(fits(sound, t0: -9e8 ... -8e8) + fits(sound, t0: -9e8...9e8), "bounds far off")
    }

    @Test("a light curve of the most points is fitted in bounded work, one of more is refused") func manyPoints() throws
    {
        let truth = Salt2Parameters(z: 0.05, t0: 59_000.3, x0: 1e-3, x1: 0.8, c: 0.1)
        let step = 2 * 60 / Double(Salt2Fitter.mostPoints)
        var points = try SyntheticModel.points(fitter, truth, every: step)
        points.removeLast(max(0, points.count - Salt2Fitter.mostPoints))
        // Noise gives each step of the search something to find.
        for i in points.indices { points[i].flux *= 1 + 0.2 * sin(Double(i) * 12.9898) }
        let fit = fitter.fit(points: points, options: FitOptions(redshift: .free(0.01...0.12)))
        expectBounded([fit], "\(points.count) points")
        #expect(fit.success)
        let one = try #require(points.first)
        for count in [Salt2Fitter.mostPoints + 1, 100_000] {
            let many = [PhotometricPoint](repeating: one, count: count)
            let refused = fitter.fit(points: many, options: FitOptions(redshift: .fixed(0.05)))
            #expect(refused.failure == .tooManyPoints && refused.ncall == 0)
        }
    }
}

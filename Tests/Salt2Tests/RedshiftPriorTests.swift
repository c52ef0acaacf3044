import Foundation
import Salt2
import Salt2Support
import TestSupport
import Testing

/// Fits with a Gaussian prior on the redshift.
///
/// Expected: fits with the redshift fixed, of which the lowest chi^2 with the prior's part is looked for by brute force.
@Suite struct RedshiftPriorTests {
    private static let range = 0.001...0.12
    private let synthetic: SyntheticModel
    private let fitter: Salt2Fitter
    private let points: [PhotometricPoint]
    private let free: Salt2Fit

    init() throws {
        synthetic = try SyntheticModel()
        fitter = try synthetic.fitter()
        let truth = Salt2Parameters(z: 0.05, t0: 59_000.3, x0: 1e-3, x1: 0.8, c: 0.1)
        var random = SeededGenerator(seed: 11)
        points = try SyntheticModel.points(fitter, truth, every: 4).map { point in
            var point = point
            // Twelve uniform numbers have the variance of one normal number.
            point.flux += point.fluxError * ((0..<12).reduce(-6) { sum, _ in sum + .random(in: 0..<1, using: &random) })
            return point
        }
        free = fitter.fit(points: points, options: FitOptions(redshift: .free(Self.range)))
    }

    private func fit(_ prior: RedshiftPrior) -> Salt2Fit {
        fitter.fit(
            points: points,
            options: FitOptions(redshift: .prior(mean: prior.mean, sigma: prior.sigma, range: Self.range)))
    }

    private func fixed(_ z: Double) -> Salt2Fit {
        fitter.fit(points: points, options: FitOptions(redshift: .fixed(z)))
    }

    /// Priors by how many of the free fit's errors they are off, and how wide they are in them.
    private static let priors = [(-0.5, 0.3), (3.0, 1.0), (-2.0, 2.0), (-3.0, 0.05)]

    private func prior(_ off: Double, _ wide: Double) throws -> RedshiftPrior {
        let error = try #require(free.error(of: "z"))
        return RedshiftPrior(mean: free.parameters.z + off * error, sigma: wide * error)
    }

    @Test("the lowest of what fits with fixed redshifts and the prior give together", arguments: priors)
    func bruteForce(off: Double, wide: Double) throws {
        let prior = try prior(off, wide)
        let found = fit(prior)
        #expect(found.success && found.atBound.isEmpty)
        var (low, high) = (Self.range.lowerBound, Self.range.upperBound)
        var lowest = (z: 0.0, chisq: Double.infinity)
        for _ in 0..<5 {
            let step = (high - low) / 16
            for number in 0...16 {
                let z = low + step * Double(number)
                let chisq = fixed(z).chisq + (z - prior.mean) / prior.sigma * ((z - prior.mean) / prior.sigma)
                if chisq < lowest.chisq { lowest = (z, chisq) }
            }
            (low, high) = (max(Self.range.lowerBound, lowest.z - step), min(Self.range.upperBound, lowest.z + step))
        }
        #expect(abs(found.chisq + found.priorChisq - lowest.chisq) < 1e-3)
        #expect(abs(found.parameters.z - lowest.z) < 0.02 * (found.error(of: "z") ?? .nan))
    }

    @Test("the redshift lies between the points' and the prior's, by their weights", arguments: priors)
    func between(off: Double, wide: Double) throws {
        let (prior, own) = (try prior(off, wide), try #require(free.error(of: "z")))
        let found = fit(prior)
        let (points, before) = (1 / (own * own), 1 / (prior.sigma * prior.sigma))
        let mean = (points * free.parameters.z + before * prior.mean) / (points + before)
        // Where chi^2 were a parabola; the points' own is not quite.
        #expect(abs(found.parameters.z - mean) < 0.25 * own)
        let error = try #require(found.error(of: "z"))
        #expect(abs(error * (points + before).squareRoot() - 1) < 0.25)
        #expect(min(free.parameters.z, prior.mean)...max(free.parameters.z, prior.mean) ~= found.parameters.z)
    }

    @Test("chi^2 is that of the points alone, and the prior counts as a point") func chisq() throws {
        let prior = try prior(3, 1)
        let found = fit(prior)
        #expect(abs(found.chisq - fixed(found.parameters.z).chisq) < 1e-3 && found.chisq > free.chisq)
        #expect(found.priorChisq == prior.chisq(at: found.parameters.z))
        #expect(found.ndof == points.count - 4 && free.ndof == points.count - 5 && free.priorChisq == 0)
        #expect(found.names == ["z", "t0", "x0", "x1", "c"])
        // The probability has the prior's part: that of the same chi^2 and freedom without it is higher.
        #expect(found.fitProbability < fixed(found.parameters.z).fitProbability)
    }

    @Test("one that says nothing changes nothing, and one that says all fixes the redshift") func ends() throws {
        let error = try #require(free.error(of: "z"))
        let vague = fit(RedshiftPrior(mean: 0.1, sigma: 100))
        #expect(abs(vague.parameters.z - free.parameters.z) < 1e-3 * error && abs(vague.chisq - free.chisq) < 1e-4)
        let sure = fit(RedshiftPrior(mean: 0.06, sigma: 1e-6))
        let known = fixed(0.06)
        #expect(abs(sure.parameters.z - 0.06) < 1e-6 && abs(sure.chisq - known.chisq) < 1e-3)
        for name in ["t0", "x0", "x1", "c"] {
            let (one, other) = (try #require(sure.error(of: name)), try #require(known.error(of: name)))
            #expect(abs(one / other - 1) < 0.01, "\(name)")
            let index = try #require(Salt2Parameters.names.firstIndex(of: name))
            #expect(abs(sure.parameters[index] - known.parameters[index]) < 0.01 * other, "\(name)")
        }
    }

    @Test("one point less than parameters is enough, and a prior beyond the bounds ends on them") func edges() throws {
        let few = [3, 6, 19, 22].map { points[$0] }
        let found = fitter.fit(
            points: few, options: FitOptions(redshift: .prior(mean: 0.05, sigma: 0.001, range: Self.range)))
        #expect(found.failure != .tooFewPoints(have: 4, need: 5) && found.ndof == 0)
        let far = fit(RedshiftPrior(mean: 0.2, sigma: 1e-4))
        #expect(far.atBound == ["z"] && far.quality == .bound)
    }

    @Test(
        "a prior that is none is refused",
        arguments: [(0.05, 0.0), (0.05, -1), (0.05, .nan), (0.05, .infinity), (.nan, 0.1), (1e300, 0.1)])
    func refused(mean: Double, sigma: Double) {
        #expect(fit(RedshiftPrior(mean: mean, sigma: sigma)).failure == .badBounds("z"))
    }
}

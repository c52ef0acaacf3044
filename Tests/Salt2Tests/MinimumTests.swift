import Foundation
import Salt2
import Salt2Support
import Testing

/// Light curves of `curves/`, whose README says what was wrong with them.
///
/// Expected: the lowest chi^2 of 20 fits, each in a twentieth of the bounds on one parameter.
@Suite("The lowest minimum, and bounds", .enabled(if: Reference.hasModels, "\(Reference.skippedModels)"))
struct MinimumTests {
    struct Curve {
        let id: String
        let points: [PhotometricPoint]
        /// Where it is known.
        let redshift: Double?
        let z: ClosedRange<Double>
        let t0: ClosedRange<Double>
        var free: FitOptions { FitOptions(redshift: .free(z), t0Bounds: t0) }
    }

    private static let shared: Result<Salt2Fitter, any Error> = Result {
        Salt2Fitter(
            model: try Reference.k21.get(), bandpasses: try Reference.bands.get().filter { $0.name.hasPrefix("ztf") },
            maximumRedshift: 0.2)
    }

    private let fitter: Salt2Fitter

    init() throws { fitter = try Self.shared.get() }

    private static func curves(_ name: String) throws -> [Curve] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("curves/\(name).jsonl")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { text in
            let line = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            let (times, flux, errors) = (line.numbers("mjd"), line.numbers("flux"), line.numbers("fluxerr"))
            let bands = line["band"] as? [String] ?? []
            let (z, t0) = (line.object("bounds").numbers("z"), line.object("bounds").numbers("t0"))
            let points = times.indices.map {
                PhotometricPoint(mjd: times[$0], bandpass: bands[$0], flux: flux[$0], fluxError: errors[$0])
            }
            return Curve(
                id: line.text("id"), points: points, redshift: line["z"] as? Double,
                z: z.count == 2 ? z[0]...z[1] : 0.01...0.2,
                t0: t0.count == 2 ? t0[0]...t0[1] : (times.min() ?? 0) - 40...(times.min() ?? 0) + 40)
        }
    }

    /// Debug builds are slow at arithmetic, so every third part of 20 in them; NIGHTJAR_ALL_FITS=1 takes all.
    private static func parts(_ range: ClosedRange<Double>) -> [ClosedRange<Double>] {
        let every = ProcessInfo.processInfo.environment["NIGHTJAR_ALL_FITS"] == nil ? 3 : 1
        let step = (range.upperBound - range.lowerBound) / 20
        return stride(from: 0, to: 20, by: every).map { i in
            let low = range.lowerBound + step * Double(i)
            return low...max(low, min(range.upperBound, low + step))
        }
    }

    private func lowest(_ points: [PhotometricPoint], _ options: [FitOptions]) -> Double {
        options.map { fitter.fit(points: points, options: $0).chisq }.filter(\.isFinite).min() ?? .infinity
    }

    /// Every bound holds, those named are the ones a parameter is on, and what is on one has no error.
    private func expectBounds(_ fit: Salt2Fit, _ options: FitOptions, _ id: String) {
        var bounds = [("x1", options.x1Bounds), ("c", options.cBounds)]
        if let t0 = options.t0Bounds { bounds.append(("t0", t0)) }
        if case .free(let z) = options.redshift { bounds.append(("z", z)) }
        for (name, range) in bounds {
            let value = fit.parameters[Salt2Parameters.names.firstIndex(of: name) ?? 0]
            #expect(range.contains(value), "\(id): \(name) = \(value)")
            let isOn = value == range.lowerBound || value == range.upperBound
            #expect(fit.atBound.contains(name) == isOn, "\(id): \(name) = \(value), at bound \(fit.atBound)")
            if isOn { #expect(fit.error(of: name) == nil, "\(id): \(name)") }
        }
    }

    /// sncosmo 2.13.1: chi^2 11.09 at t0 = 61072.6.
    @Test("a reddened supernova is found at its own time") func reddened() throws {
        let curve = try #require(try Self.curves("missed_minimum").first)
        let fit = fitter.fit(
            points: curve.points, options: FitOptions(redshift: .fixed(try #require(curve.redshift))))
        #expect(fit.success && abs(fit.chisq - 11.09) < 0.01 && abs(fit.parameters.t0 - 61072.6) < 0.1)
    }

    @Test("fits at free redshift end at a minimum, not on the search's redshifts") func stuckOnGrid() throws {
        for curve in try Self.curves("stuck_on_grid") {
            let fit = fitter.fit(points: curve.points, options: curve.free)
            expectBounds(fit, curve.free, curve.id)
            let parts = Self.parts(curve.z).map { FitOptions(redshift: .free($0), t0Bounds: curve.t0) }
            #expect(fit.chisq <= lowest(curve.points, parts) + 0.01, "\(curve.id)")
            let node = (fit.parameters.z - 0.01) * 13 / 0.19
            #expect(abs(node - node.rounded()) > 1e-9 || fit.atBound.contains("z"), "\(curve.id)")
        }
    }

    @Test("as low as the best of 20 narrow windows on t0, z known and free", arguments: [true, false])
    func windows(isKnown: Bool) throws {
        for curve in try Self.curves("drawn") {
            var options = curve.free
            if isKnown { options.redshift = .fixed(try #require(curve.redshift)) }
            let fit = fitter.fit(points: curve.points, options: options)
            expectBounds(fit, options, curve.id)
            let parts = Self.parts(curve.t0).map { part in
                var window = options
                window.t0Bounds = part
                return window
            }
            #expect(fit.chisq <= lowest(curve.points, parts) + 0.01, "\(curve.id)")
        }
    }

    @Test("a time where only the model's beginning reaches the points does not hide the minimum") func faintBeginning()
        throws
    {
        for curve in try Self.curves("faint_beginning") {
            let options = FitOptions(redshift: .fixed(try #require(curve.redshift)), t0Bounds: curve.t0)
            #expect(fitter.fit(points: curve.points, options: options).chisq < 5.5, "\(curve.id)")
        }
    }

    @Test("a minimum a few days from another is found at a redshift that is not the other's") func closeInTime() throws
    {
        for curve in try Self.curves("close_in_time") {
            let fit = fitter.fit(points: curve.points, options: curve.free)
            let high = fitter.fit(
                points: curve.points, options: FitOptions(redshift: .free(0.15...0.2), t0Bounds: curve.t0))
            #expect(fit.chisq <= high.chisq + 0.01 && fit.parameters.x1 == 5, "\(curve.id)")
        }
    }

    @Test("bounds on t0 hold at every redshift", arguments: [-25.0, -12, -3, 8, 15])
    func t0Bounds(shift: Double) throws {
        for curve in try Self.curves("drawn") {
            let first = try #require(curve.points.map(\.mjd).min())
            let options = FitOptions(redshift: .free(0.01...0.2), t0Bounds: first + shift...first + shift + 10)
            expectBounds(fitter.fit(points: curve.points, options: options), options, curve.id)
        }
    }

    /// chi^2 with z held, the other parameters fitted.
    private func rise(_ curve: Curve, _ fit: Salt2Fit, at z: Double) -> Double {
        let options = FitOptions(redshift: .fixed(z), t0Bounds: curve.t0)
        return fitter.fit(points: curve.points, options: options).chisq - fit.chisq
    }

    @Test("z's error is where chi^2 has risen by 1") func redshiftError() throws {
        var fromProfile = 0
        for curve in try Self.curves("drawn") {
            let fit = fitter.fit(points: curve.points, options: curve.free)
            guard let error = fit.error(of: "z") else { continue }
            let z = fit.parameters.z
            if !fit.isRedshiftErrorFromProfile {
                // Another minimum may lie lower than the profile of this one, none higher.
                for step in [-error, error] { #expect(rise(curve, fit, at: z + step) < 1.41, "\(curve.id)") }
                continue
            }
            fromProfile += 1
            let sides = [-1.0, 1].compactMap { sign -> Double? in
                let room = sign < 0 ? z - curve.z.lowerBound : curve.z.upperBound - z
                return (1...12).map { error * Double($0) / 8 }.filter { $0 < room }.first {
                    rise(curve, fit, at: z + sign * $0) > 1
                }
            }
            guard sides.count == 2 else { continue }
            // Steps of an eighth end beyond the crossing; a fit at the redshift alone may find another, lower minimum.
            #expect(error < (sides[0] + sides[1]) / 2 * 1.05, "\(curve.id): \(error), \(sides)")
        }
        #expect(fromProfile > 0)
    }
}

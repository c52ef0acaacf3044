import Foundation
import Salt2
import Salt2Support
import Testing

/// Expected values: the lowest chi^2 known of each public light curve, and sncosmo 2.13.1's own fits.
///
/// Debug builds are slow at arithmetic, so every fourth light curve is fitted in them; NIGHTJAR_ALL_FITS=1 fits all.
@Suite("Fits against sncosmo", .enabled(if: Reference.isThere, "\(Reference.skipped)"))
struct FitReferenceTests {
    struct Curve {
        let id: String
        let line: [String: Any]
        let points: [PhotometricPoint]
        let dust: MilkyWayDust
        var redshift: Double { line.object("truth").number("z") }
        var fits: [String: Any] { line.object("fits") }
    }

    static let fitter: Result<Salt2Fitter, any Error> = Result {
        Salt2Fitter(
            model: try Reference.k21.get(), bandpasses: try Reference.bands.get().filter { $0.name.hasPrefix("ztf") },
            maximumRedshift: 0.3)
    }

    let curves: [Curve]

    init() throws {
        let every = ProcessInfo.processInfo.environment["NIGHTJAR_ALL_FITS"] == nil ? 4 : 1
        curves = try Reference.lines("salt2_public_lightcurves.jsonl").enumerated().filter { $0.offset % every == 0 }
            .map { _, line in
                let (times, flux, errors) = (line.numbers("mjd"), line.numbers("flux"), line.numbers("fluxerr"))
                let bands = line["band"] as? [String] ?? []
                let points = times.indices.map {
                    PhotometricPoint(
                        mjd: times[$0], bandpass: bands[$0], flux: flux[$0], fluxError: errors[$0],
                        zeroPoint: line.number("zp"))
                }
                let law = try #require(MilkyWayDust.Law(rawValue: line.text("dust")))
                return Curve(
                    id: line.text("id"), line: line, points: points,
                    dust: MilkyWayDust(law: law, mwebv: line.number("mwebv")))
            }
        #expect(curves.count >= 25)
    }

    @Test("redshift known: chi^2, parameters within 0.02 sigma, errors within 3 %")
    func redshiftKnown() throws {
        let fitter = try Self.fitter.get()
        var agreeing = 0
        for curve in curves {
            let options = FitOptions(redshift: .fixed(curve.redshift), dust: curve.dust)
            let fit = fitter.fit(points: curve.points, options: options)
            #expect(fit.success, "\(curve.id): \(fit.failure?.description ?? "")")
            #expect(fit.chisq <= curve.fits.object("zfixed_best").number("chisq") + 0.01, "\(curve.id)")
            let expected = curve.fits.object("zfixed")
            #expect(fit.ndof == expected["ndof"] as? Int)
            guard abs(fit.chisq - expected.number("chisq")) < 0.01 else { continue }
            agreeing += 1
            let covariance = try #require(expected["fisher_cov"] as? [[Double]])
            for (i, name) in fit.names.enumerated() {
                let sigma = covariance[i][i].squareRoot()
                let parameter = try #require(Salt2Parameters.names.firstIndex(of: name))
                let found = fit.parameters[parameter]
                #expect(abs(found - expected.object("params").number(name)) < 0.02 * sigma, "\(curve.id) \(name)")
                #expect(abs(fit.errors[i] / sigma - 1) < 0.03, "\(curve.id): error of \(name)")
            }
        }
        #expect(agreeing > curves.count * 4 / 5)
    }

    @Test("with the model's errors: chi^2 no more than 0.02 above sncosmo's")
    func modelErrors() throws {
        let fitter = try Self.fitter.get()
        let worse = curves.filter { curve in
            let options = FitOptions(
                redshift: .fixed(curve.redshift), dust: curve.dust, modelCovariance: true)
            let fit = fitter.fit(points: curve.points, options: options)
            return !fit.success || !(fit.chisq <= curve.fits.object("zfixed_modelcov").number("chisq") + 0.02)
        }
        #expect(worse.count * 100 <= 3 * curves.count, "\(worse.map(\.id))")
    }

    @Test("redshift free: chi^2 no more than 0.01 above the lowest known")
    func redshiftFree() throws {
        let fitter = try Self.fitter.get()
        let worse = curves.filter { curve in
            let fit = fitter.fit(points: curve.points, options: FitOptions(dust: curve.dust))
            return !fit.success || !(fit.chisq <= curve.fits.object("zfree_best").number("chisq") + 0.01)
        }
        #expect(worse.count * 100 <= 2 * curves.count, "\(worse.map(\.id))")
    }

    /// chi^2 summed point by point over what ``Salt2Model/bandFlux(_:parameters:times:dust:)`` computes.
    private func chisq(_ curve: Curve, _ parameters: Salt2Parameters, _ fitter: Salt2Fitter) throws -> Double {
        var chisq = 0.0
        for name in Set(curve.points.map(\.bandpass)) {
            let band = try #require(fitter.bandpass(name))
            let points = curve.points.filter { $0.bandpass == name }
            let photons = try fitter.model.bandFlux(
                band, parameters: parameters, times: points.map(\.mjd), dust: curve.dust)
            for (point, photons) in zip(points, photons) {
                let flux = photons * pow(10, 0.4 * point.zeroPoint) / band.abZeroPoint
                chisq += pow((point.flux - flux) / point.fluxError, 2)
            }
        }
        return chisq
    }

    @Test("chi^2 reported is that of the exact model at the parameters reported, also at a second minimum")
    func chisqIsExact() throws {
        let fitter = try Self.fitter.get()
        var seconds = 0
        for curve in curves {
            let fit = fitter.fit(points: curve.points, options: FitOptions(dust: curve.dust))
            #expect(abs(try chisq(curve, fit.parameters, fitter) - fit.chisq) < 1e-4, "\(curve.id)")
            guard let second = fit.secondMinimum else { continue }
            seconds += 1
            #expect(abs(try chisq(curve, second.parameters, fitter) - second.chisq) < 1e-4, "\(curve.id)")
            #expect(second.chisq >= fit.chisq && second.chisq < fit.chisq + 4, "\(curve.id)")
            // A minimum: a small step in any parameter does not lead down within the bounds.
            for (i, name) in fit.names.enumerated() {
                let parameter = try #require(Salt2Parameters.names.firstIndex(of: name))
                for step in [-0.02, 0.02] {
                    var moved = second.parameters
                    moved[parameter] += step * fit.errors[i]
                    guard 0.001...0.3 ~= moved.z, -5...5 ~= moved.x1, -1...1 ~= moved.c else { continue }
                    #expect(try chisq(curve, moved, fitter) > second.chisq - 1e-3, "\(curve.id) \(name)")
                }
            }
        }
        #expect(seconds > 0)
    }
}

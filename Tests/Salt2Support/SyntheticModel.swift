internal import Foundation
package import Salt2
package import TestSupport

/// A small model folder in sncosmo's layout: a smooth supernova on a grid of 5 days by 100 Angstrom.
package struct SyntheticModel {
    package let folder: TemporaryFolder

    package var path: String { folder.file("toy") }

    package init() throws {
        folder = try TemporaryFolder()
        let phases = stride(from: -20.0, through: 50, by: 5).map { $0 }
        let waves = stride(from: 2000.0, through: 9200, by: 100).map { $0 }
        func write(_ name: String, _ value: (Double, Double) -> Double) throws {
            let rows = phases.flatMap { p in waves.map { w in "\(p) \(w) \(value(p, w))\n" } }
            try folder.write(Array(rows.joined().utf8), to: "toy/salt2_\(name).dat")
        }
        let spectrum = { (w: Double) in exp(-pow((w - 4500) / 2000, 2)) }
        try write("template_0") { p, w in p < -18 ? 0 : 0.1 * exp(-pow((p - w / 2000) / 15, 2)) * spectrum(w) }
        try write("template_1") { p, w in p < -18 ? 0 : 0.02 * p / 15 * exp(-pow(p / 18, 2)) * spectrum(w) }
        try write("lc_relative_variance_0") { _, _ in 0.002 }
        try write("lc_relative_variance_1") { _, _ in 0.0004 }
        try write("lc_relative_covariance_01") { _, _ in 0 }
        try write("lc_dispersion_scaling") { _, _ in 1 }
        let law = """
            4
            -0.5
            0.7
            -0.4
            0.08
            Salt2ExtinctionLaw.version 1
            Salt2ExtinctionLaw.min_lambda 2800
            Salt2ExtinctionLaw.max_lambda 7000
            """
        try folder.write(Array(law.utf8), to: "toy/salt2_color_correction.dat")
        try folder.write(Array("# wave sigma\n2000 0.05\n9200 0.02\n".utf8), to: "toy/salt2_color_dispersion.dat")
        try folder.write(Array("3900 0\n4000 1\n5400 1\n5500 0\n".utf8), to: "bandpasses/blue.dat")
        try folder.write(Array("5500 0\n5600 1\n7000 1\n7100 0\n".utf8), to: "bandpasses/red.dat")
    }

    package func fitter() throws -> Salt2Fitter {
        Salt2Fitter(
            model: try Salt2Model.load(folder: path),
            bandpasses: try BandpassCurve.load(folder: folder.file("bandpasses")),
            maximumRedshift: 0.15)
    }

    /// Points of a supernova as the model has it, without noise.
    package static func points(
        _ fitter: Salt2Fitter, _ truth: Salt2Parameters, every step: Double = 3, from first: Double = -15,
        to last: Double = 45, bands: [String] = ["blue", "red"]
    ) throws -> [PhotometricPoint] {
        try bands.flatMap { name -> [PhotometricPoint] in
            guard let band = fitter.bandpass(name) else { return [] }
            let times = stride(from: truth.t0 + first, through: truth.t0 + last, by: step).map { $0 }
            let flux = try fitter.model.bandFlux(band, parameters: truth, times: times)
            let peak = flux.max() ?? 0
            return zip(times, flux).map { time, flux in
                PhotometricPoint(
                    mjd: time, bandpass: name, flux: flux * pow(10, 10) / band.abZeroPoint,
                    fluxError: 0.02 * peak * pow(10, 10) / band.abZeroPoint, zeroPoint: 25)
            }
        }
    }
}

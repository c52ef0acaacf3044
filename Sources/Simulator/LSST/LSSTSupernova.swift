internal import Foundation
internal import Salt2

/// Fluxes of type Ia supernovae in LSST's filters, by a SALT model.
package struct SupernovaModel: Sendable {
    /// The model of a folder of models that is drawn from: its wavelengths hold all of LSST's filters at all redshifts.
    package static let name = "salt3-f22"

    private let model: Salt2Model
    private let bands: [BandpassCurve]
    private let scales: [Double]

    /// Reads the model and LSST's bandpasses.
    ///
    /// - Parameter folder: The folder of models and bandpasses.
    /// - Throws: ``SimulatorError`` with `missingInput` for what is missing or damaged.
    package init(folder: String) throws(SimulatorError) {
        do throws(Salt2Error) {
            let library = try ModelLibrary(folder: folder)
            model = try Salt2Model.load(folder: "\(folder)/\(Self.name)")
            let curves = Dictionary(library.bandpasses.map { ($0.name, $0) }) { first, _ in first }
            bands = LSSTBand.allCases.compactMap { curves[$0.bandpass] }
        } catch {
            throw SimulatorError(.missingInput, path: folder, detail: "no supernovae without a model: \(error)")
        }
        guard bands.count == LSSTBand.allCases.count else {
            throw SimulatorError(.missingInput, path: folder, detail: "a bandpass of LSST is missing in bandpasses")
        }
        scales = bands.map { $0.scale(zeroPoint: 31.4) }
    }

    /// Fluxes in nJy at times, MJD TAI.
    ///
    /// The flux is zero before the model's first phase; after its last one it declines as cobalt decays, by 0.014 mag a day.
    func flux(_ truth: Salt2Parameters, band: LSSTBand, times: [Double]) -> [Double] {
        let last = truth.t0 + (model.lastPhase - 0.01) * (1 + truth.z)
        let inside = times.map { min($0, last) }
        guard let photons = try? model.bandFlux(bands[band.rawValue], parameters: truth, times: inside) else {
            return times.map { _ in 0 }
        }
        let scale = scales[band.rawValue]
        return zip(times, photons).map { time, photons in
            let late = max(0, (time - last) / (1 + truth.z))
            return max(0, photons * scale) * (late > 0 ? exp(-0.0129 * late) : 1)
        }
    }

    /// Rest-frame days before and after the peak within which a supernova is looked for.
    static let phases = -20.0...100.0
    /// Redshifts of the simulated ones.
    static let redshifts = 0.01...0.5
}

/// The truth of one supernova.
struct LSSTSupernova: Sendable {
    let truth: Salt2Parameters

    /// Draws a supernova whose peak is at a time.
    ///
    /// Source: x1 and c as Scolnic & Kessler 2016, ApJ 822, L35, roughly; alpha = 0.14, beta = 3.1, M_B = -19.36 with 0.1 mag
    /// of scatter; a rate that grows as (1+z)^1.5 (Dilday et al. 2010, ApJ 713, 1026) in a flat universe of H0 = 70 and
    /// Omega_m = 0.3.
    init(peak: Double, _ random: inout SeededRandom) {
        let z = Cosmology.redshift(random.unit())
        let x1 = min(3, max(-3, random.normal()))
        let c = min(0.8, max(-0.3, -0.06 + 0.06 * random.normal() - 0.1 * log(1 - 0.9999 * random.unit())))
        let magnitude = Cosmology.modulus(z) - 19.36 - 0.14 * x1 + 3.1 * c + 0.1 * random.normal()
        truth = Salt2Parameters(z: z, t0: peak, x0: pow(10, -0.4 * (magnitude - 10.635)), x1: x1, c: c)
    }
}

/// A flat universe of H0 = 70 km/s/Mpc and Omega_m = 0.3, tabulated over the redshifts of supernovae.
private enum Cosmology {
    private static let step = 0.001
    private static let table: (distance: [Double], count: [Double]) = {
        var (distance, count) = ([0.0], [0.0])
        var z = 0.0
        while z < SupernovaModel.redshifts.upperBound + step / 2 {
            let middle = 1 + z + step / 2
            let part = 299_792.458 / 70 * step / (0.3 * middle * middle * middle + 0.7).squareRoot()
            let comoving = distance[distance.count - 1] + part
            // Time runs slower there: a rate of the rest frame is less by 1+z.
            let rate = middle.squareRoot()
            let isInside = z + step > SupernovaModel.redshifts.lowerBound
            count.append(count[count.count - 1] + (isInside ? rate * comoving * comoving * part : 0))
            distance.append(comoving)
            z += step
        }
        return (distance, count)
    }()

    /// The redshift below which a share of the supernovae is.
    static func redshift(_ share: Double) -> Double {
        let (_, count) = table
        let wanted = share * count[count.count - 1]
        var (low, high) = (0, count.count - 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if count[middle] <= wanted { low = middle } else { high = middle }
        }
        let width = count[high] - count[low]
        let z = step * (Double(low) + (width > 0 ? (wanted - count[low]) / width : 1))
        return min(SupernovaModel.redshifts.upperBound, max(SupernovaModel.redshifts.lowerBound, z))
    }

    static func modulus(_ z: Double) -> Double {
        let place = z / step
        let low = min(Int(place), table.distance.count - 2)
        let (near, far) = (table.distance[low], table.distance[low + 1])
        return 5 * log10((1 + z) * (near + (far - near) * (place - Double(low)))) + 25
    }
}

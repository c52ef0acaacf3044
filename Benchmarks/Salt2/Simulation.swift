import Foundation
import Salt2

/// Numbers that are the same in every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func gauss() -> Double {
        let u = Double.random(in: Double.leastNonzeroMagnitude..<1, using: &self)
        return (-2 * log(u)).squareRoot() * cos(2 * .pi * Double.random(in: 0..<1, using: &self))
    }
}

/// A supernova with known truth and its light curve.
struct Curve: Sendable {
    var id: String
    var truth: Salt2Parameters
    var dust: MilkyWayDust
    var points: [PhotometricPoint]
}

/// Supernovae as ZTF would see them: g and r every two to three nights in turn, 5-sigma depth near 20.6.
struct Simulation {
    let fitter: Salt2Fitter
    var random: SplitMix

    /// The next supernova, observed until `lastPhase` observer days after its maximum.
    mutating func curve(_ index: Int, lastPhase: Double) -> Curve {
        let z = Double.random(in: 0.015...0.12, using: &random)
        var truth = Salt2Parameters(
            z: z, t0: 59_000 + Double.random(in: 0..<700, using: &random), x0: 0, x1: max(-3, min(3, random.gauss())),
            c: max(-0.3, min(0.5, 0.1 * random.gauss())))
        let magnitude = 16.0 + 5 * log10(z / 0.03) + 3.1 * truth.c - 0.14 * truth.x1 + 0.1 * random.gauss()
        truth.x0 = pow(10, -0.4 * (magnitude - 10.5))
        let law = MilkyWayDust.Law.allCases[index % 3]
        let dust = MilkyWayDust(law: law, mwebv: law == .none ? 0 : Double.random(in: 0.01...0.2, using: &random))
        var points: [PhotometricPoint] = []
        for (offset, name) in ["ztfg", "ztfr"].enumerated() {
            guard let band = fitter.bandpass(name) else { continue }
            var time = truth.t0 - 25 + Double(offset)
            var times: [Double] = []
            while time < truth.t0 + lastPhase {
                times.append(time)
                time += Double.random(in: 2...3.2, using: &random)
            }
            let flux = (try? fitter.model.bandFlux(band, parameters: truth, times: times, dust: dust)) ?? []
            let scale = 1e10 / band.abZeroPoint
            for (time, photons) in zip(times, flux) where Double.random(in: 0..<1, using: &random) > 0.2 {
                let depth = 20.6 + 0.3 * random.gauss()
                let noise = pow(10, -0.4 * (depth - 25)) / 5
                let clean = photons * scale
                let error = (noise * noise + pow(0.02 * clean, 2)).squareRoot()
                points.append(
                    PhotometricPoint(
                        mjd: time, bandpass: name, flux: clean + error * random.gauss(), fluxError: error))
            }
        }
        points.sort { $0.mjd < $1.mjd }
        return Curve(id: "simulated-\(index)", truth: truth, dust: dust, points: points)
    }
}

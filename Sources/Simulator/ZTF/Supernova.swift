internal import Foundation

/// The truth of a simulated type Ia supernova.
package struct Supernova: Sendable, Hashable {
    /// Redshift.
    package let z: Double
    /// Time of the peak, MJD.
    package let t0: Double
    /// Amplitude, as SALT2 counts it.
    package let x0: Double
    /// SALT2's stretch.
    package let x1: Double
    /// SALT2's color.
    package let c: Double

    /// Distance modulus, mag, of a flat universe with H0 = 70 km/s/Mpc and q0 = -0.55, to second order in z.
    static func distanceModulus(_ z: Double) -> Double {
        let megaparsec = 299_792.458 / 70 * z * (1 + (1 + 0.55) * z / 2)
        return 5 * log10(megaparsec) + 25
    }

    /// Peak magnitudes from the standard relation: M = -19.1, alpha = 0.14, beta = 3.1.
    init(z: Double, t0: Double, x1: Double, c: Double) {
        self.z = z
        self.t0 = t0
        self.x1 = x1
        self.c = c
        let peak = -19.1 - 0.14 * x1 + 3.1 * c + Self.distanceModulus(z)
        x0 = pow(10, -0.4 * (peak - 10.635))
    }

    /// A light curve that looks like a type Ia supernova's: a smooth rise of 18 days, a fall, and in r a shoulder.
    ///
    /// - Parameters:
    ///   - mjd: Time of the observation, MJD.
    ///   - fid: ZTF's filter number: 1 for g, 2 for r.
    /// - Returns: AB magnitude; `nil` before the explosion.
    func magnitude(mjd: Double, fid: Int) -> Double? {
        let stretch = 0.98 + 0.091 * x1
        let phase = (mjd - t0) / ((1 + z) * stretch)
        guard phase > -18 else { return nil }
        let peak = -2.5 * log10(x0) + 10.635
        let colour = fid == 1 ? c * 0.2 : -c * 0.8 + 0.05
        return peak + colour - 2.5 * log10(Self.shape(phase, fid: fid))
    }

    /// Flux relative to the peak.
    private static func shape(_ phase: Double, fid: Int) -> Double {
        if phase <= 0 {
            let early = 1 - (phase / 18) * (phase / 18)
            return max(early * early, 1e-6)
        }
        let tail = 0.12 * exp(-phase / 55)
        if fid == 1 { return 0.88 * exp(-pow(phase / 17, 1.35)) + tail }
        let shoulder = 0.18 * exp(-pow((phase - 26) / 9, 2))
        return 0.88 * exp(-pow(phase / 20, 1.3)) + tail + shoulder * (1 - exp(-phase / 10))
    }
}

internal import Glibc

/// Extinction by our own galaxy's dust, in the observer's frame.
package struct MilkyWayDust: Sendable, Hashable {
    /// How extinction depends on the wavelength.
    package enum Law: String, Sendable, Hashable, CaseIterable {
        case none
        /// Cardelli, Clayton & Mathis 1989, ApJ 345, 245, with their own optical polynomials.
        case ccm89
        /// Fitzpatrick 1999, PASP 111, 63, as the IDL routine FM_UNRED computes it; R_V is 3.1.
        case f99
    }

    /// How it depends on the wavelength.
    package let law: Law
    /// E(B-V), magnitudes.
    package let mwebv: Double
    /// A_V / E(B-V); the law F99 takes 3.1 whatever is said here.
    package let rv: Double

    /// Dust of a reddening.
    package init(law: Law, mwebv: Double, rv: Double = 3.1) {
        self.law = law
        self.mwebv = mwebv
        self.rv = law == .f99 ? 3.1 : rv
    }

    /// No dust.
    package static let none = MilkyWayDust(law: .none, mwebv: 0)

    /// Extinction in magnitudes at an observer-frame wavelength in Angstrom.
    package func extinction(wave: Double) -> Double {
        switch law {
        case .none: 0
        case .ccm89: mwebv * ccm89(1e4 / wave)
        case .f99: mwebv * (wave < 2700 ? Fitzpatrick.ultraviolet(1e4 / wave) : Fitzpatrick.optical(1e4 / wave))
        }
    }

    /// Extinction in magnitudes at a band's samples; empty without dust.
    func extinction(_ band: BandpassCurve) -> [Double] {
        law == .none || mwebv == 0 ? [] : band.sampleWave.map { extinction(wave: $0) }
    }

    /// A per E(B-V) at `x` per micron: R_V a + b.
    private func ccm89(_ x: Double) -> Double {
        let a: Double
        let b: Double
        if x < 1.1 {
            let y = pow(x, 1.61)
            (a, b) = (0.574 * y, -0.527 * y)
        } else if x < 3.3 {
            let y = x - 1.82
            a =
                ((((((0.329990 * y - 0.77530) * y + 0.01979) * y + 0.72085) * y - 0.02427) * y - 0.50447) * y + 0.17699)
                * y + 1
            b =
                ((((((-2.09002 * y + 5.30260) * y - 0.62251) * y - 5.38434) * y + 1.07233) * y + 2.28305) * y + 1.41338)
                * y
        } else if x < 8 {
            let y = max(0, x - 5.9)
            a =
                1.752 - 0.316 * x - 0.104 / ((x - 4.67) * (x - 4.67) + 0.341) - (0.04473 + 0.009779 * y) * y * y
            b = -3.090 + 1.825 * x + 1.206 / ((x - 4.62) * (x - 4.62) + 0.263) + (0.2130 + 0.1207 * y) * y * y
        } else {
            let y = x - 8
            a = ((-0.070 * y + 0.137) * y - 0.628) * y - 1.073
            b = ((0.374 * y - 0.420) * y + 4.257) * y + 13.670
        }
        return rv * a + b
    }
}

/// Fitzpatrick's 1999 law at R_V = 3.1: his ultraviolet form, and a natural cubic spline redward of 2700 A.
private enum Fitzpatrick {
    static let rv = 3.1
    private static let x0 = 4.596
    private static let gamma = 0.99
    private static let c2 = -0.824 + 4.717 / rv
    private static let c1 = 2.030 - 3.007 * c2

    private static func bump(_ x: Double) -> Double {
        let square = x * x
        let y = square - x0 * x0
        return c1 + c2 * x + 3.23 * square / (y * y + square * gamma * gamma)
    }

    /// A per E(B-V) at `x` per micron, below 2700 A.
    static func ultraviolet(_ x: Double) -> Double {
        let y = max(0, x - 5.9)
        return bump(x) + 0.41 * (0.5392 + 0.05644 * y) * y * y + rv
    }

    private static let knots: [Double] = [0] + [26500, 12200, 6000, 5470, 4670, 4110, 2700, 2600].map { 1e4 / $0 }

    /// A per E(B-V) at the knots: the R_V-dependent values of FM_UNRED.
    private static let values: [Double] = {
        let r2 = rv * rv
        let optical = [
            0, 0.26469 * rv / 3.1, 0.82925 * rv / 3.1, -0.422809 + 1.00270 * rv + 2.13572e-4 * r2,
            -5.13540e-2 + 1.00216 * rv - 7.35778e-5 * r2, 7.00127e-1 + 1.00184 * rv - 3.32598e-5 * r2,
            1.19456 + 1.01707 * rv - 5.46959e-3 * r2 + 7.97809e-4 * r2 * rv - 4.45636e-5 * r2 * r2,
        ]
        return optical + knots[7...].map { bump($0) + rv }
    }()

    /// Second derivatives at the knots, 0 at both ends.
    private static let curvatures: [Double] = {
        let n = knots.count
        var curvature = [Double](repeating: 0, count: n)
        var carry = [Double](repeating: 0, count: n)
        for i in 1..<(n - 1) {
            let below = knots[i] - knots[i - 1]
            let above = knots[i + 1] - knots[i]
            let pivot = 2 * (below + above) - below * carry[i - 1]
            let right = 6 * ((values[i + 1] - values[i]) / above - (values[i] - values[i - 1]) / below)
            carry[i] = above / pivot
            curvature[i] = (right - below * curvature[i - 1]) / pivot
        }
        for i in stride(from: n - 2, through: 1, by: -1) { curvature[i] -= carry[i] * curvature[i + 1] }
        return curvature
    }()

    static func optical(_ x: Double) -> Double {
        var i = 0
        while i < knots.count - 2, x >= knots[i + 1] { i += 1 }
        let width = knots[i + 1] - knots[i]
        let a = (knots[i + 1] - x) / width
        let b = (x - knots[i]) / width
        return a * values[i] + b * values[i + 1]
            + ((a * a * a - a) * curvatures[i] + (b * b * b - b) * curvatures[i + 1]) * width * width / 6
    }
}

/// The SALT2 or SALT3 model of a type Ia supernova: two spectral surfaces, a colour law, and how well they are known.
///
/// Source: Guy et al. 2007, A&A 466, 11; Kenworthy et al. 2021, ApJ 923, 265. The spectrum is
/// `x0 (M0 + x1 M1) 10^(-0.4 c CL)` at rest-frame phase (days) and wavelength (Angstrom); distance is in `x0`.
package struct Salt2Model: Sendable {
    /// SALT3 gives its errors as flux variances, SALT2 as relative ones with a scaling.
    package enum Kind: String, Sendable, CaseIterable { case salt2, salt3 }

    /// The model's name.
    package let name: String
    /// SALT2 or SALT3.
    package let kind: Kind
    /// f_lambda, on one grid.
    package let m0: GridSurface
    /// What a stretch of 1 adds.
    package let m1: GridSurface
    /// What dust and color do at each wavelength.
    package let colorLaw: ColorLaw
    /// Variance of M0.
    package let variance0: GridSurface
    /// Variance of M1.
    package let variance1: GridSurface
    /// Covariance of M0 and M1.
    package let covariance01: GridSurface
    /// SALT2's scaling of the errors; SALT3 has none.
    package let errorScale: GridSurface?
    /// Relative error common to all points of a band, by the band's rest-frame wavelength.
    package let colorDispersion: PiecewiseLine

    /// A model of surfaces that are on one grid.
    package init(
        name: String, kind: Kind, m0: GridSurface, m1: GridSurface, colorLaw: ColorLaw, variance0: GridSurface,
        variance1: GridSurface, covariance01: GridSurface, errorScale: GridSurface?, colorDispersion: PiecewiseLine
    ) throws(Salt2Error) {
        guard m0.phases == m1.phases, m0.waves == m1.waves else {
            throw Salt2Error(.cutFile, location: name, detail: "the two templates are on different grids")
        }
        self.name = name
        self.kind = kind
        self.m0 = m0
        self.m1 = m1
        self.colorLaw = colorLaw
        self.variance0 = variance0
        self.variance1 = variance1
        self.covariance01 = covariance01
        self.errorScale = errorScale
        self.colorDispersion = colorDispersion
    }

    /// The first rest-frame day that the model has.
    package var firstPhase: Double { m0.phases[0] }
    /// The last rest-frame day that the model has.
    package var lastPhase: Double { m0.phases[m0.phases.count - 1] }

    /// True where the whole band lies inside the model's wavelengths at that redshift, ends excluded.
    package func covers(_ band: BandpassCurve, redshift: Double) -> Bool {
        let stretch = 1 + redshift
        return band.minimumWave > m0.waves[0] * stretch
            && band.maximumWave < m0.waves[m0.waves.count - 1] * stretch
    }
}

/// The supernova's own numbers.
package struct Salt2Parameters: Sendable, Hashable {
    /// Redshift.
    package var z: Double
    /// MJD of the rest-frame B maximum.
    package var t0: Double
    /// Amplitude.
    package var x0: Double
    /// Stretch.
    package var x1: Double
    /// Color.
    package var c: Double

    /// A supernova's parameters.
    package init(z: Double, t0: Double, x0: Double, x1: Double, c: Double) {
        self.z = z
        self.t0 = t0
        self.x0 = x0
        self.x1 = x1
        self.c = c
    }

    /// The parameters' names, in the order of their numbers.
    package static let names = ["z", "t0", "x0", "x1", "c"]

    /// The parameter of a number: z, t0, x0, x1, c.
    package subscript(_ index: Int) -> Double {
        get {
            switch index {
            case 0: z
            case 1: t0
            case 2: x0
            case 3: x1
            default: c
            }
        }
        set {
            switch index {
            case 0: z = newValue
            case 1: t0 = newValue
            case 2: x0 = newValue
            case 3: x1 = newValue
            default: c = newValue
            }
        }
    }
}

/// Straight lines between points; the outermost go on beyond them.
package struct PiecewiseLine: Sendable {
    let x: [Double]
    let y: [Double]

    /// Lines between two or more points, `x` strictly rising.
    package init(x: [Double], y: [Double]) {
        precondition(x.count == y.count && x.count >= 2)
        self.x = x
        self.y = y
    }

    /// The line's value at a place.
    package func value(_ at: Double) -> Double {
        var low = 0
        var high = x.count - 1
        while high - low > 1 {
            let middle = (low + high) / 2
            if x[middle] <= at { low = middle } else { high = middle }
        }
        return y[low] + (y[high] - y[low]) * (at - x[low]) / (x[high] - x[low])
    }
}

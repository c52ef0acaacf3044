/// What a fit may vary, and between which bounds.
package struct FitOptions: Sendable {
    /// What is known of the redshift.
    package enum Redshift: Sendable, Hashable {
        case fixed(Double)
        case free(ClosedRange<Double>)
        /// Free in a range, and measured before: a Gaussian of this mean and standard deviation.
        case prior(mean: Double, sigma: Double, range: ClosedRange<Double>)

        /// Between which bounds a fit may take it; of no width where it is fixed.
        package var range: ClosedRange<Double> {
            switch self {
            case .fixed(let z): z...z
            case .free(let range), .prior(_, _, let range): range
            }
        }

        /// What is known of it beside its bounds.
        var prior: RedshiftPrior? {
            guard case .prior(let mean, let sigma, _) = self else { return nil }
            return RedshiftPrior(mean: mean, sigma: sigma)
        }
    }

    /// What is known of the redshift.
    package var redshift: Redshift
    /// Bounds of the stretch.
    package var x1Bounds: ClosedRange<Double>
    /// A range of no width fixes the colour.
    package var cBounds: ClosedRange<Double>
    /// MJD; nil for all times at which the model reaches a point.
    package var t0Bounds: ClosedRange<Double>?
    /// Our galaxy's dust before the supernova.
    package var dust: MilkyWayDust
    /// Adds the model's own errors, as sncosmo's `modelcov` does.
    package var modelCovariance: Bool
    /// Takes the model's errors at these parameters and leaves them there, in place of ``modelCovariance``.
    package var modelErrorsAt: Salt2Parameters?

    /// Options of a fit.
    package init(
        redshift: Redshift = .free(0.001...0.3), x1Bounds: ClosedRange<Double> = -5...5,
        cBounds: ClosedRange<Double> = -1...1, t0Bounds: ClosedRange<Double>? = nil, dust: MilkyWayDust = .none,
        modelCovariance: Bool = false
    ) {
        self.redshift = redshift
        self.x1Bounds = x1Bounds
        self.cBounds = cBounds
        self.t0Bounds = t0Bounds
        self.dust = dust
        self.modelCovariance = modelCovariance
    }
}

/// One measured flux.
package struct PhotometricPoint: Sendable, Hashable {
    /// Time, MJD.
    package var mjd: Double
    /// Name of the bandpass, such as `ztfg`.
    package var bandpass: String
    /// The flux at its zero point.
    package var flux: Double
    /// One standard deviation of the flux.
    package var fluxError: Double
    /// AB zero point of the flux.
    package var zeroPoint: Double

    /// A flux with its error.
    package init(mjd: Double, bandpass: String, flux: Double, fluxError: Double, zeroPoint: Double = 25) {
        self.mjd = mjd
        self.bandpass = bandpass
        self.flux = flux
        self.fluxError = fluxError
        self.zeroPoint = zeroPoint
    }
}

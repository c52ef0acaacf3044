/// What a fit may vary, and between which bounds.
package struct FitOptions: Sendable {
    package enum Redshift: Sendable, Hashable {
        case fixed(Double)
        case free(ClosedRange<Double>)
    }

    package var redshift: Redshift
    package var x1Bounds: ClosedRange<Double>
    /// A range of no width fixes the colour.
    package var cBounds: ClosedRange<Double>
    /// MJD; nil for all times at which the model reaches a point.
    package var t0Bounds: ClosedRange<Double>?
    package var dust: MilkyWayDust
    /// Adds the model's own errors, as sncosmo's `modelcov` does.
    package var modelCovariance: Bool

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
    package var mjd: Double
    /// Name of the passband, such as `ztfg`.
    package var bandpass: String
    package var flux: Double
    package var fluxError: Double
    /// AB zero point of the flux.
    package var zeroPoint: Double

    package init(mjd: Double, bandpass: String, flux: Double, fluxError: Double, zeroPoint: Double = 25) {
        self.mjd = mjd
        self.bandpass = bandpass
        self.flux = flux
        self.fluxError = fluxError
        self.zeroPoint = zeroPoint
    }
}

/// One measurement of a light curve.
package struct LightCurvePoint: Sendable, Hashable {
    /// AB magnitude of a flux of one in ``flux``: that of 1 nJy.
    package static let zeroPoint = 31.4

    /// Time, MJD in the survey's own scale.
    package let mjd: Double
    /// The bandpass's name, as ``Alerts/Bandpass/name``.
    package let bandpass: String
    /// Difference flux, nJy; negative where the source is fainter than in the reference.
    package let flux: Double
    /// One standard deviation, nJy.
    package let error: Double

    /// A measurement.
    ///
    /// - Parameters:
    ///   - mjd: Time, MJD.
    ///   - bandpass: The bandpass's name.
    ///   - flux: Difference flux, in the unit of `zeroPoint`.
    ///   - error: One standard deviation, in the same unit.
    ///   - zeroPoint: AB magnitude of a flux of one.
    package init(mjd: Double, bandpass: String, flux: Double, error: Double, zeroPoint: Double = Self.zeroPoint) {
        let scale = Self.scale(from: zeroPoint, to: Self.zeroPoint)
        (self.mjd, self.bandpass, self.flux, self.error) = (mjd, bandpass, flux * scale, error * scale)
    }
}

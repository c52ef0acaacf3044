internal import Foundation

/// A position in the sky, in degrees, ICRS.
package struct SkyPosition: Hashable, Sendable {
    /// Right ascension, degrees.
    package let ra: Double
    /// Declination, degrees.
    package let dec: Double

    /// A position by its right ascension and declination, degrees.
    package init(ra: Double, dec: Double) {
        self.ra = ra
        self.dec = dec
    }

    /// The angle between this position and another one, arcsec; NaN where a coordinate is not finite.
    ///
    /// Source: Vincenty's formula for a sphere, which keeps its digits at small angles and near the poles.
    package func separation(from other: SkyPosition) -> Double {
        let radians = Double.pi / 180
        let (sine1, cosine1) = (sin(dec * radians), cos(dec * radians))
        let (sine2, cosine2) = (sin(other.dec * radians), cos(other.dec * radians))
        let (sine, cosine) = (sin((other.ra - ra) * radians), cos((other.ra - ra) * radians))
        let across = cosine2 * sine
        let along = cosine1 * sine2 - sine1 * cosine2 * cosine
        let y = (across * across + along * along).squareRoot()
        let x = sine1 * sine2 + cosine1 * cosine2 * cosine
        return atan2(y, x) / radians * 3600
    }
}

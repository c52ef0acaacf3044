internal import Foundation

/// A direction in the sky as a vector of length 1, which has no seam at 0 h and no pole.
package struct UnitVector: Hashable, Sendable {
    /// Towards right ascension 0 h on the equator, or towards the galactic centre.
    package let x: Double
    /// Towards right ascension 6 h on the equator, or towards galactic longitude 90 degrees.
    package let y: Double
    /// Towards the north celestial pole, or the north galactic pole.
    package let z: Double

    /// The equatorial vector of a position given in degrees.
    package init(ra: Double, dec: Double) {
        let radians = Double.pi / 180
        self.init(
            x: cos(dec * radians) * cos(ra * radians), y: cos(dec * radians) * sin(ra * radians),
            z: sin(dec * radians))
    }

    private init(x: Double, y: Double, z: Double) {
        self.x = x
        self.y = y
        self.z = z
    }

    /// This equatorial vector (J2000; ICRS is the same to 0.03 arcsec) in galactic coordinates.
    ///
    /// Source: The Hipparcos and Tycho Catalogues, ESA SP-1200 (1997), vol. 1, eq. 1.5.11; its rows are the columns here.
    package var galactic: UnitVector {
        UnitVector(
            x: -0.0548755604 * x - 0.8734370902 * y - 0.4838350155 * z,
            y: 0.4941094279 * x - 0.4448296300 * y + 0.7469822445 * z,
            z: -0.8676661490 * x - 0.1980763734 * y + 0.4559837762 * z)
    }
}

internal import Foundation

/// A place in galactic coordinates, as a unit vector.
struct GalacticPlace {
    /// Towards the galactic centre, towards l = 90 degrees, towards the north galactic pole.
    let x: Double
    let y: Double
    let z: Double

    /// - Parameters:
    ///   - ra: Right ascension, degrees, J2000 (ICRS is the same here to 0.03 arcsec).
    ///   - dec: Declination, degrees.
    init(ra: Double, dec: Double) {
        let radians = Double.pi / 180
        let equatorial = [
            cos(dec * radians) * cos(ra * radians), cos(dec * radians) * sin(ra * radians), sin(dec * radians),
        ]
        // Source: The Hipparcos and Tycho Catalogues, ESA SP-1200 (1997), vol. 1, eq. 1.5.11; its rows are the columns here.
        let rows = [
            [-0.0548755604, -0.8734370902, -0.4838350155], [0.4941094279, -0.4448296300, 0.7469822445],
            [-0.8676661490, -0.1980763734, 0.4559837762],
        ]
        let turned = rows.map { row in zip(row, equatorial).map { $0 * $1 }.reduce(0, +) }
        (x, y, z) = (turned[0], turned[1], turned[2])
    }
}

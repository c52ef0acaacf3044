internal import CERFA

/// Coordinates of positions beside right ascension and declination.
///
/// Source: the IAU's SOFA routines, as ERFA has them: `eraIcrs2g` and, for the mean ecliptic and equinox of J2000.0, `eraEcm06`.
package enum SkyFrame: Sendable {
    case galactic, ecliptic

    /// A position's coordinates.
    ///
    /// - Parameters:
    ///   - ra: Right ascension, degrees, ICRS.
    ///   - dec: Declination, degrees, ICRS.
    /// - Returns: Longitude from 0 to 360 and latitude, degrees; NaN for what is not finite.
    package func coordinates(ra: Double, dec: Double) -> (longitude: Double, latitude: Double) {
        let radians = Double.pi / 180
        var (longitude, latitude) = (0.0, 0.0)
        switch self {
        case .galactic: eraIcrs2g(ra * radians, dec * radians, &longitude, &latitude)
        case .ecliptic:
            let position = UnitVector(ra: ra, dec: dec)
            let m = Self.toEcliptic
            var vector = [
                m[0] * position.x + m[1] * position.y + m[2] * position.z,
                m[3] * position.x + m[4] * position.y + m[5] * position.z,
                m[6] * position.x + m[7] * position.y + m[8] * position.z,
            ]
            eraC2s(&vector, &longitude, &latitude)
        }
        return (eraAnp(longitude) / radians, latitude / radians)
    }

    /// The rotation from ICRS to the ecliptic, row by row.
    private static let toEcliptic: [Double] = {
        var rows = [Double](repeating: 0, count: 9)
        rows.withUnsafeMutableBytes { bytes in
            if let matrix = bytes.baseAddress?.assumingMemoryBound(to: (Double, Double, Double).self) {
                eraEcm06(2_451_545.0, 0, matrix)
            }
        }
        return rows
    }()
}

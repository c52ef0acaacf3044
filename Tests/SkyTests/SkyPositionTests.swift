import Sky
import Testing

@Suite struct SkyPositionTests {
    struct Pair: Sendable {
        let from: (ra: Double, dec: Double)
        let to: (ra: Double, dec: Double)
        /// Arcsec: mpmath 1.3 with 50 digits, atan2(|a × b|, a · b) of the unit vectors.
        let arcsec: Double
        /// Where a right ascension near 360 has fewer digits than a distance of an arcsecond needs, the input's rounding.
        var tolerance = 1e-9
    }

    static let pairs = [
        Pair(from: (181.7, 9.5), to: (181.7, 9.5), arcsec: 0),
        Pair(from: (181.7, 9.5), to: (181.7003, 9.5), arcsec: 1.0651884496955373631),
        Pair(from: (359.9999, -20), to: (0.0001, -20), arcsec: 0.67657868688089629843),
        Pair(from: (10, 89.9999), to: (190, 89.9999), arcsec: 0.72000000002390152076),
        Pair(from: (0, 90), to: (123, 90), arcsec: 0),
        Pair(from: (0, -90), to: (50, 90), arcsec: 648_000),
        Pair(from: (10, 20), to: (190, -20), arcsec: 648_000),
        Pair(from: (150.1, 2.2), to: (150.1, 2.20000001), arcsec: 0.000035999999781211045047),
        Pair(from: (120, 45), to: (121, 46), arcsec: 4396.1531430252781601),
        Pair(from: (0, 0), to: (90, 0), arcsec: 324_000),
    ]

    @Test("measures angles as 50 digits do", arguments: pairs)
    func separation(pair: Pair) {
        let from = SkyPosition(ra: pair.from.ra, dec: pair.from.dec)
        let to = SkyPosition(ra: pair.to.ra, dec: pair.to.dec)
        #expect(abs(from.separation(from: to) - pair.arcsec) <= pair.tolerance)
        #expect(abs(to.separation(from: from) - pair.arcsec) <= pair.tolerance)
    }

    /// A NaN is within no radius.
    @Test("has no angle to an infinite position", arguments: [(Double.infinity, 1), (1, -.infinity), (.nan, 1)])
    func infinite(ra: Double, dec: Double) {
        #expect(SkyPosition(ra: ra, dec: dec).separation(from: SkyPosition(ra: 2, dec: 3)).isNaN)
    }
}

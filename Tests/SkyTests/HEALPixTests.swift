import Sky
import Testing

/// The expected pixels were computed by hpgeom 1.5 (`angle_to_pixel`, nested), which today's client of the Pitt-Google
/// broker uses.
@Suite struct HEALPixTests {
    @Test(
        "numbers places as hpgeom does",
        arguments: [
            (0, 0, [1_245_184, 1_305_670_057_984, 1_369_094_286_720_630_784]),
            (83.6331, 22.0145, [1_547_877, 1_623_066_990_943, 1_701_909_093_095_499_231]),
            (359.99999, -89.9999, [2_883_584, 3_023_656_976_385, 3_170_534_137_669_883_205]),
            (266.4168, -29.0078, [1_845_129, 1_934_758_103_546, 2_028_740_913_184_819_897]),
            (10.6847083, 41.26875, [173_380, 181_802_285_754, 190_633_513_587_146_697]),
            (137.123456789, 66.6543210987, [486_047, 509_657_257_756, 534_414_368_709_106_223]),
            (300.5, -47.25, [3_033_580, 3_180_939_567_476, 3_335_456_887_906_036_851]),
        ] as [(Double, Double, [Int64])])
    func nested(ra: Double, dec: Double, expected: [Int64]) {
        #expect([9, 19, 29].map { HEALPix.nested(order: $0, ra: ra, dec: dec) } == expected)
    }

    @Test("goes round the sky", arguments: [-360.0, 0, 360]) func turns(turn: Double) {
        #expect(HEALPix.nested(order: 9, ra: 83.6331 + turn, dec: 22.0145) == 1_547_877)
    }

    @Test("has no pixel for what is no place", arguments: [(0, 90.001), (.nan, 0), (.infinity, 0), (0, -.infinity)])
    func noPlace(ra: Double, dec: Double) {
        #expect(HEALPix.nested(order: 9, ra: ra, dec: dec) == nil)
    }

    @Test("has no order beyond 29", arguments: [-1, 30]) func noOrder(order: Int) {
        #expect(HEALPix.nested(order: order, ra: 10, dec: 10) == nil)
    }
}

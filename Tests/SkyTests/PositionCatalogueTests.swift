import Sky
import Testing

@Suite struct PositionCatalogueTests {
    private static func catalogue(_ positions: [(Double, Double)]) -> PositionCatalogue<Int> {
        PositionCatalogue(
            positions.enumerated().map { .init(position: SkyPosition(ra: $1.0, dec: $1.1), value: $0) })
    }

    @Test func findsTheNearest() {
        let known = Self.catalogue([(10, -20), (10.0003, -20), (10, 40), (10, -60)])
        #expect(known.count == 4)
        #expect(known.nearest(to: SkyPosition(ra: 10.00005, dec: -20.0001), within: 2) == 0)
        // 1.08 arcsec in right ascension is 1.01 on the sky at this declination.
        #expect(known.nearest(to: SkyPosition(ra: 10.0003, dec: -20.00001), within: 2) == 1)
        #expect(known.nearest(to: SkyPosition(ra: 10, dec: -20.0006), within: 2) == nil)
        #expect(known.nearest(to: SkyPosition(ra: 200, dec: 10), within: 648_000) != nil)
    }

    @Test("positions meet across 0 h and at the pole") func seams() {
        let known = Self.catalogue([(359.9999, 5), (10, 89.9999)])
        #expect(known.nearest(to: SkyPosition(ra: 0.0001, dec: 5), within: 2) == 0)
        #expect(known.nearest(to: SkyPosition(ra: 190, dec: 89.9999), within: 2) == 1)
    }

    @Test("nothing is near to what is no position", arguments: [(Double.nan, 0), (0, .nan), (.infinity, 0)])
    func noPosition(ra: Double, dec: Double) {
        #expect(Self.catalogue([(0, 0)]).nearest(to: SkyPosition(ra: ra, dec: dec), within: 648_000) == nil)
    }

    @Test func emptyCatalogue() {
        #expect(Self.catalogue([]).nearest(to: SkyPosition(ra: 0, dec: 0), within: 648_000) == nil)
    }
}

import Sky
import Testing

@Suite struct SunTests {
    /// A place of the table.
    enum Site: Sendable {
        case palomar, cerroPachon, tromso

        var sun: Sun {
            switch self {
            case .palomar: Sun(longitude: -116.8612, latitude: 33.3573, height: 1675)
            case .cerroPachon: Sun(longitude: -70.7494, latitude: -30.2446, height: 2663)
            case .tromso: Sun(longitude: 18.9553, latitude: 69.6492, height: 0)
            }
        }
    }

    /// Made by sun_table.py with astropy 7.
    private static let table: [(Site, Double, Double)] = [
        (.palomar, 59386.0000000000, 34.7602),
        (.palomar, 60568.3583333333, -51.7229),
        (.palomar, 61095.5000000000, -30.2222),
        (.palomar, 61212.9166666667, 59.7523),
        (.palomar, 61373.5416666667, -18.8147),
        (.palomar, 61395.1458333333, -33.8251),
        (.cerroPachon, 59386.0000000000, -27.1280),
        (.cerroPachon, 60568.3583333333, -27.5570),
        (.cerroPachon, 61095.5000000000, 18.4337),
        (.cerroPachon, 61212.9166666667, -2.6404),
        (.cerroPachon, 61373.5416666667, 42.0992),
        (.cerroPachon, 61395.1458333333, -33.6908),
        (.tromso, 59386.0000000000, 4.0326),
        (.tromso, 60568.3583333333, 20.1050),
        (.tromso, 61095.5000000000, 10.2522),
        (.tromso, 61212.9166666667, 3.4526),
        (.tromso, 61373.5416666667, -4.8962),
        (.tromso, 61395.1458333333, -28.1392),
    ]

    @Test("the altitude is astropy's to 0.005 degrees, which UT1 - UTC allows", arguments: table)
    func altitude(site: Site, mjd: Double, expected: Double) throws {
        let found = try #require(site.sun.altitude(mjd: mjd))
        #expect(abs(found - expected) < 0.005)
    }

    @Test("a crossing is where the altitude is passed, and in its direction") func crossing() throws {
        let sun = Site.palomar.sun
        // 2024-09-15 at Palomar: dark from 02:46 to 13:29 UTC.
        let dusk = try #require(sun.crossing(-12, .setting, in: 60568...60569))
        let dawn = try #require(sun.crossing(-12, .rising, in: dusk...60569))
        for time in [dusk, dawn] {
            let altitude = try #require(sun.altitude(mjd: time))
            #expect(abs(altitude + 12) < 0.01)
        }
        let midnight = try #require(sun.altitude(mjd: (dusk + dawn) / 2))
        #expect(midnight < -45)
        #expect(dusk < dawn)
    }

    @Test("where the Sun does not set there is no crossing") func polar() {
        // 2026-06-21 and 2026-12-21 at Tromsø: midnight sun, polar night.
        #expect(Site.tromso.sun.crossing(-0.833, .setting, in: 61212...61213) == nil)
        #expect(Site.tromso.sun.crossing(-0.833, .rising, in: 61395...61396) == nil)
    }

    @Test("no date, no altitude", arguments: [Double.nan, .infinity, -1e300, 1e300, 0])
    func hostile(mjd: Double) {
        #expect(Site.palomar.sun.altitude(mjd: mjd) == nil)
        #expect(Site.palomar.sun.crossing(0, .rising, in: mjd.isNaN ? 0...1 : min(mjd, 0)...max(mjd, 0)) == nil)
    }
}

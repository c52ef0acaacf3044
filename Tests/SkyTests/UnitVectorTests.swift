import Foundation
import Sky
import Testing

@Suite struct UnitVectorTests {
    @Test("points along the axes", arguments: [(0, 0, [1, 0, 0]), (90, 0, [0, 1, 0]), (123, 90, [0, 0, 1])])
    func axes(ra: Double, dec: Double, expected: [Double]) {
        let vector = UnitVector(ra: ra, dec: dec)
        for (value, expected) in zip([vector.x, vector.y, vector.z], expected) {
            #expect(abs(value - expected) < 1e-15)
        }
    }

    /// ESA SP-1200, vol. 1, section 1.5.3: the galactic pole is at 192.85948, 27.12825 degrees, and the galactic plane
    /// crosses the equator at longitude 32.93192 degrees, 90 degrees east of the pole.
    @Test("turns into galactic coordinates", arguments: [(192.85948, 27.12825, 0, 90), (282.85948, 0, 32.93192, 0)])
    func galactic(ra: Double, dec: Double, longitude: Double, latitude: Double) {
        let vector = UnitVector(ra: ra, dec: dec).galactic
        let expected = UnitVector(ra: longitude, dec: latitude)
        #expect(abs(vector.x - expected.x) < 1e-7 && abs(vector.y - expected.y) < 1e-7)
        #expect(abs(vector.z - expected.z) < 1e-7)
        let length = vector.x * vector.x + vector.y * vector.y + vector.z * vector.z
        #expect(abs(length - 1) < 1e-9)
    }
}

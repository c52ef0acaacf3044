internal import Foundation

/// A place in the sky as a vector of length 1.
struct UnitVector {
    let x: Double
    let y: Double
    let z: Double

    /// - Parameters:
    ///   - ra: Right ascension, degrees.
    ///   - dec: Declination, degrees.
    init(ra: Double, dec: Double) {
        let radians = Double.pi / 180
        x = cos(dec * radians) * cos(ra * radians)
        y = cos(dec * radians) * sin(ra * radians)
        z = sin(dec * radians)
    }
}

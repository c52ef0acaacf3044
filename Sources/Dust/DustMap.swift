internal import Foundation
internal import Sky

/// The reddening of our galaxy's dust, out of the maps of Schlegel, Finkbeiner & Davis 1998, ApJ 500, 525.
///
/// The two files `SFD_dust_4096_ngp.fits` and `SFD_dust_4096_sgp.fits` hold a galactic hemisphere each, E(B-V) in magnitudes
/// as the paper has it: the recalibration of Schlafly & Finkbeiner 2011 (times 0.86) is left to who wants it.
package final class DustMap: Sendable {
    /// The files of the northern and the southern map.
    package static let fileNames = ["SFD_dust_4096_ngp.fits", "SFD_dust_4096_sgp.fits"]

    private let north: Hemisphere
    private let south: Hemisphere

    /// Opens the two maps of a folder.
    ///
    /// - Throws: ``DustError`` where one is missing or is no such map.
    package init(folder: String) throws(DustError) {
        north = try Hemisphere(path: "\(folder)/\(Self.fileNames[0])", isNorth: true)
        south = try Hemisphere(path: "\(folder)/\(Self.fileNames[1])", isNorth: false)
    }

    /// E(B-V) at a place, magnitudes, interpolated between the four pixels around it.
    ///
    /// - Parameters:
    ///   - ra: Right ascension, degrees, ICRS.
    ///   - dec: Declination, degrees.
    /// - Returns: `nil` for what is no place, and where the map has no value.
    package func reddening(ra: Double, dec: Double) -> Double? {
        guard ra.isFinite, dec.isFinite, abs(ra) <= 720, abs(dec) <= 90 else { return nil }
        let direction = UnitVector(ra: ra, dec: dec).galactic
        return direction.z >= 0 ? north.value(at: direction) : south.value(at: direction)
    }
}

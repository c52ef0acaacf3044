internal import CHEALPix
internal import Foundation

/// Equal-area pixels of the sphere, numbered so that neighbours in the sky are near in number.
///
/// Source: Górski et al. 2005, ApJ 622, 759; computed by its authors' library.
package enum HEALPix {
    /// Orders that 64-bit numbers can hold: `nside` is 2 to the order.
    package static let orders = 0...29

    /// The pixel that holds a place, in the nested scheme.
    ///
    /// - Parameters:
    ///   - order: One of ``orders``: 9 makes pixels of 6.9 arcmin, 19 of 0.4 arcsec, 29 of 0.4 milliarcsec.
    ///   - ra: Right ascension, degrees; any turn.
    ///   - dec: Declination, degrees.
    /// - Returns: The pixel's number; `nil` for what is no place on the sphere.
    package static func nested(order: Int, ra: Double, dec: Double) -> Int64? {
        guard orders.contains(order), ra.isFinite, abs(ra) < 1e6, (-90...90).contains(dec) else { return nil }
        var pixel: Int64 = -1
        ang2pix_nest64(1 << Int64(order), (90 - dec) * .pi / 180, ra * .pi / 180, &pixel)
        return pixel < 0 ? nil : pixel
    }
}

/// How cutouts lie on the sky whose headers have no WCS.
package struct CutoutSky: Sendable {
    /// Pixels a side of a whole cutout, the alert's position in its middle.
    package let side: Int
    /// Arcseconds to a pixel.
    package let pixelScale: Double
    /// Where north and east are in columns and rows, as unit vectors.
    package let north, east: SIMD2<Double>
    /// Degrees of declination, to either side, beyond which north and east are not known.
    package let furthestDeclination: Double
}

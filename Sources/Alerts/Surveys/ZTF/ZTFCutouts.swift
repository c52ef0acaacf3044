/// How ZTF's cutouts lie on the sky. Their files do not say: they have no WCS.
package enum ZTFCutouts {
    /// Pixels a side of a whole cutout; one from a detector's edge has fewer columns or rows, and nothing says which are missing.
    package static let side = 63
    /// Arcseconds to a pixel (Masci et al. 2019, PASP 131, 018003).
    package static let pixelScale = 1.01
    /// Declination beyond which the detectors' columns may be ten degrees and more off north: a field is 3.7 degrees
    /// wide on either side of its middle, and meridians converge.
    package static let furthestDeclination = 70.0

    // Cutouts are the detectors' pixels as they are: columns count to the west and rows to the south. Measured on public
    // packets: xpos and ypos fall with right ascension and declination (19 quadrants from -28 to +52 degrees, within
    // 1.8 degrees), and the source lies off the middle pixel as xpos and ypos are off whole numbers (328 cutouts).
    package static let north = SIMD2(0.0, -1)
    package static let east = SIMD2(-1.0, 0)
}

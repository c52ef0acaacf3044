extension ZTFLayout {
    /// How ZTF's cutouts lie on the sky. Their files do not say: they have no WCS.
    ///
    /// A cutout from a detector's edge has fewer than 63 columns or rows, and nothing says which are missing. 1.01 arcsec to
    /// a pixel: Masci et al. 2019, PASP 131, 018003. Cutouts are the detectors' pixels as they are: columns count to the west
    /// and rows to the south. Measured on public packets: xpos and ypos fall with right ascension and declination (19
    /// quadrants from -28 to +52 degrees, within 1.8 degrees), and the source lies off the middle pixel as xpos and ypos are
    /// off whole numbers (328 cutouts). Beyond 70 degrees of declination the columns may be ten degrees and more off north: a
    /// field is 3.7 degrees wide on either side of its middle, and meridians converge.
    static let cutoutSky = CutoutSky(
        side: 63, pixelScale: 1.01, north: SIMD2(0, -1), east: SIMD2(-1, 0), furthestDeclination: 70)
}

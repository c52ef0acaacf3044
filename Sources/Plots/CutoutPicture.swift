package import FITS

/// One cutout as a picture: asinh stretch, north up and east to the left where they are known.
package enum CutoutPicture {
    /// Pixels a side that a picture may have.
    package static let sides = 32...1_024

    /// Draws a cutout.
    ///
    /// - Parameters:
    ///   - image: The cutout.
    ///   - sky: How it lies on the sky; `nil` where that is not known.
    ///   - side: Pixels a side.
    ///   - hasMarks: Whether a cross at the position, a scale bar and a compass are drawn too.
    /// - Returns: A PNG file, which depends on these values only.
    /// - Throws: ``PlotError`` for a side out of range, and where cairo fails.
    package static func png(
        of image: CutoutImage, sky: ImageSky?, side: Int, hasMarks: Bool
    ) throws(PlotError) -> [UInt8] {
        guard sides.contains(side) else {
            throw PlotError(
                detail: "a picture of \(side) pixels; \(sides.lowerBound) to \(sides.upperBound) can be drawn")
        }
        let canvas = try Canvas(width: CutoutStrip.side, height: CutoutStrip.side, form: .png(width: side))
        let strip = CutoutStrip(cutouts: [], left: 0, top: 0)
        if hasMarks {
            strip.draw(image, sky, hasScale: true, 0, on: canvas)
        } else {
            strip.drawPixels(of: image, sky, 0, on: canvas)
        }
        return try canvas.finish()
    }
}

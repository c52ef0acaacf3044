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
        // What a turned image leaves of the frame is dark as the sky: white would glare on a dark page.
        canvas.fill(.black) { canvas.rectangle(0, 0, CutoutStrip.side, CutoutStrip.side) }
        let strip = CutoutStrip(cutouts: [], left: 0, top: 0)
        if hasMarks {
            strip.draw(image, sky, hasScale: true, 0, on: canvas)
        } else {
            strip.drawPixels(of: image, sky, 0, on: canvas)
        }
        return try canvas.finish()
    }

    /// How a picture lies on the sky.
    package struct Field: Sendable, Equatable {
        /// Its side, arcsec.
        package let side: Double
        /// Where the alert's position is, as parts of the side from the left and from the top; `nil` where it is not known.
        package let target: SIMD2<Double>?
    }

    /// How the picture that ``png(of:sky:side:hasMarks:)`` draws lies on the sky.
    ///
    /// - Returns: Its side and where the alert is in it; `nil` where its scale is not known.
    package static func field(of image: CutoutImage, sky: ImageSky?) -> Field? {
        guard let sky else { return nil }
        let placement = ImagePlacement(sky.axes)
        let size = placement.size(width: image.width, height: image.height)
        let pixels = max(size.x, size.y)
        let target = sky.position.map { position in
            let middle = SIMD2(Double(image.width + 1), Double(image.height + 1)) / 2
            let place = placement.onPage(position - middle) / pixels
            return SIMD2(0.5 + place.x, 0.5 - place.y)
        }
        return Field(side: pixels * sky.pixelScale, target: target)
    }
}

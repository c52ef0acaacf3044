internal import Foundation

/// How an image lies on the sky: its scale, the directions of north and east, and where the alert's position is.
package struct ImageSky: Sendable, Hashable {
    /// Arcseconds to a pixel's side.
    package let pixelScale: Double
    /// Unit vectors in pixels, x to the right along a row and y from the first row to the last; `nil` where they are not known.
    package let axes: Axes?
    /// The alert's position in pixels, the middle of the first pixel at (1, 1) as FITS counts; `nil` where it is not known.
    package let position: SIMD2<Double>?

    /// The directions of north and east in an image.
    package struct Axes: Sendable, Hashable {
        /// Towards north.
        package let north: SIMD2<Double>
        /// Towards east.
        package let east: SIMD2<Double>

        /// Directions as unit vectors in pixels.
        package init(north: SIMD2<Double>, east: SIMD2<Double>) {
            self.north = north
            self.east = east
        }
    }

    /// What is known of an image.
    package init(pixelScale: Double, axes: Axes?, position: SIMD2<Double>?) {
        self.pixelScale = pixelScale
        self.axes = axes
        self.position = position
    }

    /// From the matrix that turns pixels into degrees on the sky, east and north (FITS: `CDELTi PCi_j`, or `CDi_j`).
    ///
    /// `nil` for a matrix that has no inverse, or pixels out of all proportion.
    ///
    /// Source: Greisen & Calabretta 2002, A&A 395, 1061, equation 3.
    /// - Parameters:
    ///   - eastOfX: Degrees to the east for a pixel along the row, and so on.
    ///   - eastOfY: The same for a row.
    ///   - northOfX: Degrees to the north for a pixel along the row.
    ///   - northOfY: The same for a row.
    ///   - position: The reference pixel.
    init?(eastOfX: Double, eastOfY: Double, northOfX: Double, northOfY: Double, position: SIMD2<Double>?) {
        let determinant = eastOfX * northOfY - eastOfY * northOfX
        let scale = abs(determinant).squareRoot() * 3_600
        guard determinant.isFinite, (1e-3...1e3).contains(scale) else { return nil }
        // The columns of the inverse: the pixels that a degree to the east, and one to the north, moves by.
        let east = SIMD2(northOfY, -northOfX) / determinant
        let north = SIMD2(-eastOfY, eastOfX) / determinant
        func unit(_ vector: SIMD2<Double>) -> SIMD2<Double> { vector / (vector * vector).sum().squareRoot() }
        self.init(pixelScale: scale, axes: Axes(north: unit(north), east: unit(east)), position: position)
    }
}

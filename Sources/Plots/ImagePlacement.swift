internal import FITS

/// How an image lies on the page: north up and east to its left, as its header's matrix has it.
///
/// The page has x to the right and y upward, in pixels of the image; both have their origin at the image's middle.
struct ImagePlacement: Equatable {
    /// What one pixel along a row, and one row, is on the page.
    let column, row: SIMD2<Double>
    /// Whether north and east are known; else the first pixel is at the lower left, as usual for FITS images.
    let isOriented: Bool

    /// The sine of the angle between north and east below which a matrix is no image of the sky.
    private static let leastSine = 0.5

    init(_ axes: ImageSky.Axes?) {
        let (north, east) = (axes?.north ?? SIMD2(0, 1), axes?.east ?? SIMD2(1, 0))
        let sine = east.x * north.y - east.y * north.x
        guard axes != nil, abs(sine) >= Self.leastSine else {
            (column, row, isOriented) = (SIMD2(1, 0), SIMD2(0, 1), false)
            return
        }
        // A pixel is so much to the east, which is leftward, and so much to the north.
        column = SIMD2(-north.y, -east.y) / sine
        row = SIMD2(north.x, east.x) / sine
        isOriented = true
    }

    /// A vector in pixels of the image on the page.
    func onPage(_ vector: SIMD2<Double>) -> SIMD2<Double> { vector.x * column + vector.y * row }

    /// Width and height on the page of an image, whose corners then touch the frame.
    func size(width: Int, height: Int) -> SIMD2<Double> {
        func extent(_ axis: Int) -> Double { Double(width) * abs(column[axis]) + Double(height) * abs(row[axis]) }
        return SIMD2(extent(0), extent(1))
    }
}

internal import FITS

/// How an image is turned to be drawn: mirrored and by quarter turns, so that no pixel is changed.
///
/// North is put as near to up as that allows, at most 45 degrees from it, and east to its left.
struct ImageTurn: Equatable {
    /// Whether columns and rows change places, then whether each axis of the page runs against the image's own.
    let isTransposed: Bool
    let isXReversed: Bool
    let isYReversed: Bool

    /// As FITS images are shown: the first pixel at the lower left.
    static let none = ImageTurn(isTransposed: false, isXReversed: false, isYReversed: false)

    init(isTransposed: Bool, isXReversed: Bool, isYReversed: Bool) {
        self.isTransposed = isTransposed
        self.isXReversed = isXReversed
        self.isYReversed = isYReversed
    }

    init(_ axes: ImageSky.Axes?) {
        guard let axes else {
            self = .none
            return
        }
        // North lies nearer to the rows or to the columns; that one becomes the page's upward axis.
        let isTransposed = abs(axes.north.x) > abs(axes.north.y)
        let north = isTransposed ? axes.north.x : axes.north.y
        let east = isTransposed ? axes.east.y : axes.east.x
        self.init(isTransposed: isTransposed, isXReversed: east > 0, isYReversed: north < 0)
    }

    /// A direction of the image on the page, y upward.
    func direction(_ vector: SIMD2<Double>) -> SIMD2<Double> {
        let turned = isTransposed ? SIMD2(vector.y, vector.x) : vector
        return SIMD2(isXReversed ? -turned.x : turned.x, isYReversed ? -turned.y : turned.y)
    }

    /// A place in the image, from its first pixel's outer corner in parts of its sides, on the page from the lower left.
    func fraction(_ place: SIMD2<Double>) -> SIMD2<Double> {
        let turned = isTransposed ? SIMD2(place.y, place.x) : place
        return SIMD2(isXReversed ? 1 - turned.x : turned.x, isYReversed ? 1 - turned.y : turned.y)
    }
}

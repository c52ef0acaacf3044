internal import FITS

/// The orientation of a drawn image: mirrored and turned by multiples of 90 degrees, so that no pixel changes.
///
/// North is as close to up as that allows, within 45 degrees, and east to its left.
struct ImageTurn: Equatable {
    /// Whether columns and rows are swapped; then whether each axis of the page is reversed.
    let isTransposed: Bool
    let isXReversed: Bool
    let isYReversed: Bool

    /// The usual orientation of FITS images: the first pixel at the lower left.
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
        // The image axis that is closer to north becomes the upward axis of the page.
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

    /// A position in the image, in fractions of its sides from the outer corner of its first pixel, as fractions on the page from
    /// the lower left.
    func fraction(_ position: SIMD2<Double>) -> SIMD2<Double> {
        let turned = isTransposed ? SIMD2(position.y, position.x) : position
        return SIMD2(isXReversed ? 1 - turned.x : turned.x, isYReversed ? 1 - turned.y : turned.y)
    }
}

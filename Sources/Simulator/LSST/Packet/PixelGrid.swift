internal import Foundation

/// A square image to which stars and noise are added; its memory is used again for the next.
struct PixelGrid {
    private(set) var side = 0
    /// Row by row, from below.
    private(set) var values: [Float] = []
    private var across: [Double] = []
    private var up: [Double] = []

    /// Makes it empty.
    mutating func clear(side: Int) {
        self.side = side
        values.removeAll(keepingCapacity: true)
        values.append(contentsOf: repeatElement(0, count: side * side))
    }

    /// Takes the pixels of another.
    mutating func copy(_ other: borrowing PixelGrid) {
        clear(side: other.side)
        for pixel in values.indices { values[pixel] = other.values[pixel] }
    }

    /// Adds a round star.
    ///
    /// - Parameters:
    ///   - flux: Its sum over all pixels.
    ///   - centre: In pixels; the first pixel's centre is at 0.
    ///   - width: One sigma, pixels.
    mutating func add(_ flux: Double, at centre: (x: Double, y: Double), width: Double) {
        guard flux != 0 else { return }
        let scale = -0.5 / (width * width)
        let norm = flux / (2 * Double.pi * width * width)
        across.removeAll(keepingCapacity: true)
        up.removeAll(keepingCapacity: true)
        for pixel in 0..<side {
            let (dx, dy) = (Double(pixel) - centre.x, Double(pixel) - centre.y)
            across.append(exp(scale * dx * dx))
            up.append(norm * exp(scale * dy * dy))
        }
        for row in 0..<side where abs(up[row]) > 1e-3 {
            for column in 0..<side { values[row * side + column] += Float(up[row] * across[column]) }
        }
    }

    /// Adds noise of a width to each pixel.
    mutating func addNoise(_ width: Double, _ random: inout SeededRandom) {
        let width = Float(width)
        for pixel in values.indices { values[pixel] += width * Float(random.normal()) }
    }
}

internal import Foundation

/// Maps pixel values to grey so that faint and bright structure are both visible: linear near the sky level, logarithmic
/// above.
///
/// Source: Lupton, Gunn & Szalay 1999, AJ 118, 1406. The sky is the median, its noise half the way from the
/// 16th to the 84th percentile, or the median of the variance's root where that is smaller: a galaxy that fills a cutout is no
/// noise.
struct AsinhStretch {
    private let low: Float
    private let softening: Float
    /// Greys for each natural logarithm.
    private let scale: Float

    /// - Parameters:
    ///   - pixels: The image.
    ///   - variance: Of each pixel, where it is known.
    ///   - isBad: For each pixel whether it says nothing of sky and noise; empty where all do.
    init(_ pixels: [Float], variance: [Float]? = nil, leavingOut isBad: [Bool] = []) {
        var finite =
            isBad.isEmpty ? pixels.filter(\.isFinite) : zip(pixels, isBad).filter { !$1 && $0.isFinite }.map(\.0)
        if finite.isEmpty { finite = pixels.filter(\.isFinite) }
        guard !finite.isEmpty else {
            (low, softening, scale) = (0, 1, 0)
            return
        }
        let count = finite.count
        // Each rank moves smaller values to the left, so that the next one searches fewer.
        let middle = finite.ranked(count / 2, in: 0..<count)
        let below = finite.ranked(count * 16 / 100, in: 0..<count / 2 + 1)
        let above = finite.ranked(count * 84 / 100, in: count / 2..<count)
        // One hot pixel must not make the rest dark.
        let bright = finite.ranked(count - 1 - count / 500, in: count * 84 / 100..<count)
        let spread = max((Double(above) - Double(below)) / 2, 1e-6 * max(abs(Double(middle)), 1e-30))
        let noise = Self.noise(variance, isBad).map { min(spread, max($0, Self.leastShare * spread)) } ?? spread
        let low = Double(middle) - 2 * noise
        let softening = 2 * noise
        let high = min(max(Double(bright), Double(middle) + 6 * noise), Double(finite.max() ?? 0))
        let reach = asinh((high - low) / softening)
        self.low = Float(low)
        self.softening = Float(softening)
        scale = reach > 0 ? Float(255 / reach) : 0
    }

    /// A variance that is less than this share of the pixels' spread is not believed.
    private static let leastShare = 0.05

    /// The median of the variance's root.
    private static func noise(_ variance: [Float]?, _ isBad: [Bool]) -> Double? {
        guard let variance else { return nil }
        var known = variance.indices.filter {
            (isBad.isEmpty || !isBad[$0]) && variance[$0].isFinite && variance[$0] > 0
        }
        .map { variance[$0] }
        guard !known.isEmpty else { return nil }
        return Double(known.ranked(known.count / 2, in: 0..<known.count)).squareRoot()
    }

    /// 0 black to 255 white; `nil` for a pixel without a value.
    func grey(_ pixel: Float) -> UInt8? {
        guard pixel.isFinite else { return nil }
        let height = (pixel - low) / softening
        guard height > 0 else { return 0 }
        // The inverse hyperbolic sine of a value that is not negative.
        let grey = (scale * log(height + (height * height + 1).squareRoot())).rounded()
        return grey < 255 ? UInt8(grey) : 255
    }
}

extension [Float] {
    /// The value at an index of the sorted values; reorders them so that none to its left is larger and none to its right
    /// smaller, in linear time.
    ///
    /// Source: Hoare 1961, CACM 4, 321.
    ///
    /// - Parameters:
    ///   - index: The index.
    ///   - range: A range that contains the index and the value: left of it none is larger, right of it none smaller.
    /// - Returns: The value.
    fileprivate mutating func ranked(_ index: Int, in range: Range<Int>) -> Float {
        var (low, high) = (range.lowerBound, range.upperBound - 1)
        while low < high {
            let pivot = self[(low + high) / 2]
            var (left, right) = (low, high)
            while left <= right {
                while self[left] < pivot { left += 1 }
                while self[right] > pivot { right -= 1 }
                if left <= right {
                    swapAt(left, right)
                    left += 1
                    right -= 1
                }
            }
            if index <= right {
                high = right
            } else if index >= left {
                low = left
            } else {
                break
            }
        }
        return self[index]
    }
}

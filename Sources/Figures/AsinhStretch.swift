internal import Foundation

/// Maps pixel values to grey so that faint and bright structure both show: linear near the sky, logarithmic above.
///
/// Source: Lupton, Gunn & Szalay 1999, AJ 118, 1406. The sky is the median, its noise half the way from the
/// 16th to the 84th percentile.
struct AsinhStretch {
    /// The values from which on a pixel has the next of the 256 greys, rising.
    private let steps: [Double]

    init(_ pixels: [Float]) {
        var finite = pixels.filter(\.isFinite)
        guard !finite.isEmpty else {
            steps = []
            return
        }
        let count = finite.count
        // One hot pixel must not make the rest dark.
        let places = [count * 16 / 100, count / 2, count * 84 / 100, count - 1 - count / 500]
        let ranked = places.map { Double(finite.ranked($0)) }
        let noise = max((ranked[2] - ranked[0]) / 2, 1e-6 * max(abs(ranked[1]), 1e-30))
        let low = ranked[1] - 2 * noise
        let softening = 2 * noise
        let high = min(max(ranked[3], ranked[1] + 6 * noise), Double(finite.max() ?? 0))
        let scale = asinh((high - low) / softening)
        steps = (1...255).map { low + softening * sinh(scale * (Double($0) - 0.5) / 255) }
    }

    /// 0 black to 255 white; `nil` for a pixel without a value.
    func grey(_ pixel: Float) -> UInt8? {
        guard pixel.isFinite else { return nil }
        let value = Double(pixel)
        var (grey, end) = (0, steps.count)
        while grey < end {
            let middle = (grey + end) / 2
            if steps[middle] <= value { grey = middle + 1 } else { end = middle }
        }
        return UInt8(grey)
    }
}

extension [Float] {
    /// The value that would stand at a place if all were sorted; moves values about. Linear in their number.
    ///
    /// Source: Hoare 1961, CACM 4, 321.
    fileprivate mutating func ranked(_ place: Int) -> Float {
        var (low, high) = (startIndex, endIndex - 1)
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
            if place <= right {
                high = right
            } else if place >= left {
                low = left
            } else {
                break
            }
        }
        return self[place]
    }
}

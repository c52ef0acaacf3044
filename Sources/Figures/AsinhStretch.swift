internal import Foundation

/// Maps pixel values to grey so that faint and bright structure both show: linear near the sky, logarithmic above.
///
/// Source: Lupton, Gunn & Szalay 1999, AJ 118, 1406. The sky is the median, its noise half the way from the
/// 16th to the 84th percentile.
struct AsinhStretch {
    private let low: Double
    private let softening: Double
    private let scale: Double

    init(_ pixels: [Float]) {
        let sorted = pixels.filter(\.isFinite).sorted()
        guard let last = sorted.last else {
            (low, softening, scale) = (0, 1, 1)
            return
        }
        let median = Double(sorted[sorted.count / 2])
        let spread = Double(sorted[sorted.count * 84 / 100]) - Double(sorted[sorted.count * 16 / 100])
        let noise = max(spread / 2, 1e-6 * max(abs(median), 1e-30))
        low = median - 2 * noise
        softening = 2 * noise
        // One hot pixel must not make the rest dark.
        let high = max(Double(sorted[sorted.count - 1 - sorted.count / 500]), median + 6 * noise)
        scale = asinh((min(high, Double(last)) - low) / softening)
    }

    /// 0 black to 1 white; `nil` for a pixel without a value.
    func grey(_ pixel: Float) -> Double? {
        guard pixel.isFinite else { return nil }
        let value = asinh((Double(pixel) - low) / softening) / scale
        return value.isFinite ? min(1, max(0, value)) : 0
    }
}

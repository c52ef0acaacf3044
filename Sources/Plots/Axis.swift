internal import Foundation

/// A range of values along a side of a panel.
struct Axis {
    let low: Double
    let high: Double
    /// Positions of `low` and `high` on the page, points.
    let start: Double
    let end: Double

    /// The position of a value on the page, points.
    func position(of value: Double) -> Double { start + (value - low) / (high - low) * (end - start) }
    func clamped(_ value: Double) -> Double { position(of: min(high, max(low, value))) }
    func contains(_ value: Double) -> Bool { value >= low && value <= high }

    /// About `count` round values, and the decimals that distinguish them.
    func ticks(_ count: Int) -> (values: [Double], decimals: Int) {
        let rough = (high - low) / Double(max(1, count))
        guard rough > 0, rough.isFinite else { return ([], 0) }
        let power = floor(log10(rough))
        let base = pow(10, power)
        let step = [1, 2, 5, 10].map { $0 * base }.first { $0 >= rough * 0.999 } ?? rough
        let first = (low / step - 1e-9).rounded(.up)
        let last = (high / step + 1e-9).rounded(.down)
        guard last >= first, last - first < 100 else { return ([], 0) }
        let decimals = max(0, -Int(floor(log10(step) + 1e-9)))
        return (stride(from: first, through: last, by: 1).map { $0 * step }, min(9, decimals))
    }
}

/// The numbers along an axis.
enum AxisNumber {
    static func text(_ value: Double, _ decimals: Int) -> String {
        if value == 0 { return "0" }
        let isPlain = abs(value) < 1e6 && decimals < 5
        return RoundedValue.sign(String(format: isPlain ? "%.\(decimals)f" : "%.1e", value))
    }
}

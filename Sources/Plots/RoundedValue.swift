internal import Foundation

/// Formats numbers as in papers.
enum RoundedValue {
    /// The value with two digits of its error, such as `0.0523 ± 0.0041` or `(1.72 ± 0.06) × 10⁻³`; only the value without one.
    static func text(_ value: Double, error: Double?) -> String {
        guard value.isFinite else { return "–" }
        guard let error, error.isFinite, error > 0 else { return alone(value) }
        let power = value == 0 ? 0 : Int(floor(log10(abs(value))))
        // Where value and error differ by many orders of magnitude, they have no common digits.
        guard abs(power) < 100, abs(log10(error) - Double(power)) < 12 else {
            return sign(String(format: "%.2g ± %.2g", value, error))
        }
        if power < -2 || power > 5 {
            let scale = pow(10, Double(power))
            let (value, error) = (value / scale, error / scale)
            let digits = decimals(error)
            return "(" + fixed(value, digits) + " ± " + fixed(error, digits) + ") × 10" + superscript(power)
        }
        let digits = decimals(error)
        return fixed(value, digits) + " ± " + fixed(error, digits)
    }

    /// A value without an error: an MJD to a tenth of a day, other values to three digits, without an E.
    private static func alone(_ value: Double) -> String {
        let size = abs(value)
        if size >= 1e3 && size < 1e6 { return fixed(value, 1) }
        if size >= 1e-2 && size < 1e3 || size == 0 { return sign(String(format: "%.3g", value)) }
        guard size >= 1e-99, size < 1e99 else { return sign(String(format: "%.2g", value)) }
        let power = Int(floor(log10(size)))
        return fixed(value / pow(10, Double(power)), 2) + " × 10" + superscript(power)
    }

    /// The decimals that show two digits of an error.
    private static func decimals(_ error: Double) -> Int { min(9, max(0, 1 - Int(floor(log10(error))))) }

    private static func fixed(_ value: Double, _ digits: Int) -> String {
        sign(String(format: "%.\(digits)f", value))
    }

    /// The text with minus signs instead of hyphens.
    static func sign(_ text: String) -> String { text.replacing("-", with: "−") }

    private static func superscript(_ power: Int) -> String {
        let digits: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
        return (power < 0 ? "⁻" : "") + String(String(abs(power)).compactMap(\.wholeNumberValue).map { digits[$0] })
    }
}

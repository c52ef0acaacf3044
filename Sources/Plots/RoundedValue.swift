internal import Foundation

/// Numbers as papers write them.
enum RoundedValue {
    /// The value with two digits of its error, such as `0.0523 ± 0.0041` or `(1.72 ± 0.06) × 10⁻³`; alone without one.
    static func text(_ value: Double, error: Double?) -> String {
        guard value.isFinite else { return "–" }
        guard let error, error.isFinite, error > 0 else { return alone(value) }
        let power = value == 0 ? 0 : Int(floor(log10(abs(value))))
        // Where one is out of all proportion to the other, their digits say nothing together.
        guard abs(power) < 100, abs(log10(error) - Double(power)) < 12 else {
            return sign(String(format: "%.2g ± %.2g", value, error))
        }
        if power < -2 || power > 5 {
            let scale = pow(10, Double(power))
            let (value, error) = (value / scale, error / scale)
            let digits = places(error)
            return "(" + fixed(value, digits) + " ± " + fixed(error, digits) + ") × 10" + superscript(power)
        }
        let digits = places(error)
        return fixed(value, digits) + " ± " + fixed(error, digits)
    }

    /// A value whose error nobody knows: an MJD to a tenth of a day, all else to three digits, nothing with an E.
    private static func alone(_ value: Double) -> String {
        let size = abs(value)
        if size >= 1e3 && size < 1e6 { return fixed(value, 1) }
        if size >= 1e-2 && size < 1e3 || size == 0 { return sign(String(format: "%.3g", value)) }
        guard size >= 1e-99, size < 1e99 else { return sign(String(format: "%.2g", value)) }
        let power = Int(floor(log10(size)))
        return fixed(value / pow(10, Double(power)), 2) + " × 10" + superscript(power)
    }

    /// Decimal places that leave two digits of an error.
    private static func places(_ error: Double) -> Int { min(9, max(0, 1 - Int(floor(log10(error))))) }

    private static func fixed(_ value: Double, _ digits: Int) -> String {
        sign(String(format: "%.\(digits)f", value))
    }

    /// With a true minus sign.
    static func sign(_ text: String) -> String { text.replacing("-", with: "−") }

    private static func superscript(_ power: Int) -> String {
        let digits: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
        return (power < 0 ? "⁻" : "") + String(String(abs(power)).compactMap(\.wholeNumberValue).map { digits[$0] })
    }
}

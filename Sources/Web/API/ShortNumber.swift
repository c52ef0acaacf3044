/// Numbers of plots in JSON, with as many decimals as can be seen.
enum ShortNumber {
    private static let powers = (0...9).map { power in (0..<power).reduce(1.0) { value, _ in value * 10 } }

    /// Appends a number; null for what JSON lacks.
    static func append(_ value: Double?, decimals: Int, to bytes: inout [UInt8]) {
        guard let value, value.isFinite else {
            bytes += "null".utf8
            return
        }
        let scaled = (value * powers[decimals]).rounded()
        guard abs(scaled) < 1e17 else {
            bytes += "\(value)".utf8
            return
        }
        var number = UInt64(abs(scaled))
        if scaled < 0 { bytes.append(UInt8(ascii: "-")) }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { digits in
            var (start, left, hasDigit) = (24, decimals, false)
            // Zeros at the end say nothing.
            while left > 0 {
                let digit = UInt8(number % 10)
                number /= 10
                left -= 1
                if digit != 0 || hasDigit {
                    hasDigit = true
                    start -= 1
                    digits[start] = UInt8(ascii: "0") + digit
                }
            }
            if hasDigit {
                start -= 1
                digits[start] = UInt8(ascii: ".")
            }
            repeat {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(number % 10)
                number /= 10
            } while number > 0
            bytes.append(contentsOf: digits[start..<24])
        }
    }
}

/// SALT2's colour law CL, magnitudes of extinction per unit of `c`: 0 at B (4302.57 A), -1 at V (5428.55 A).
///
/// Source: Guy et al. 2010, A&A 523, A7, the law of version 1: a polynomial, continued linearly outside its range.
package struct ColorLaw: Sendable {
    /// Coefficients of l, l^2, ... where l = (w - B) / (V - B); the first is 1 minus the sum of the file's.
    private let coefficients: [Double]
    private let low: (l: Double, value: Double, slope: Double)
    private let high: (l: Double, value: Double, slope: Double)

    private static let blue = 4302.57
    private static let width = 5428.55 - 4302.57

    /// - Parameters:
    ///   - coefficients: The file's numbers: those of l^2 and up.
    ///   - range: Rest-frame wavelengths (Angstrom) between which the polynomial holds.
    package init(coefficients: [Double], range: ClosedRange<Double>) {
        let all = [1 - coefficients.reduce(0, +)] + coefficients
        self.coefficients = all
        func end(_ wave: Double) -> (Double, Double, Double) {
            let l = (wave - Self.blue) / Self.width
            let (value, slope) = Self.polynomial(all, l)
            return (l, value, slope)
        }
        low = end(range.lowerBound)
        high = end(range.upperBound)
    }

    private static func polynomial(_ coefficients: [Double], _ l: Double) -> (value: Double, slope: Double) {
        var value = 0.0
        var slope = 0.0
        for coefficient in coefficients.reversed() {
            slope = slope * l + value
            value = value * l + coefficient
        }
        return (value * l, slope * l + value)
    }

    /// CL and its derivative per Angstrom at eight wavelengths.
    func valuesAndSlopes(waves: SIMD8<Double>) -> (values: SIMD8<Double>, slopes: SIMD8<Double>) {
        let l = (waves - Self.blue) / Self.width
        let inside = l.clamped(lowerBound: SIMD8(repeating: low.l), upperBound: SIMD8(repeating: high.l))
        var value = SIMD8<Double>.zero
        var slope = SIMD8<Double>.zero
        for coefficient in coefficients.reversed() {
            slope = slope * inside + value
            value = value * inside + coefficient
        }
        (value, slope) = (value * inside, slope * inside + value)
        return (-(value + slope * (l - inside)), -slope / Self.width)
    }

    /// CL at a rest-frame wavelength in Angstrom.
    package func value(wave: Double) -> Double { valueAndSlope(wave: wave).value }

    /// CL and its derivative per Angstrom.
    package func valueAndSlope(wave: Double) -> (value: Double, slope: Double) {
        let l = (wave - Self.blue) / Self.width
        let (value, slope) =
            if l < low.l {
                (low.value + low.slope * (l - low.l), low.slope)
            } else if l > high.l {
                (high.value + high.slope * (l - high.l), high.slope)
            } else {
                Self.polynomial(coefficients, l)
            }
        return (-value, -slope / Self.width)
    }
}

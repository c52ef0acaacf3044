internal import Glibc

/// The chi^2 distribution.
enum ChiSquare {
    /// Probability that chi^2 of so many degrees of freedom is larger: the incomplete gamma function Q(n/2, x/2).
    ///
    /// Source: Abramowitz & Stegun 6.5.29 (series) and 6.5.31 (continued fraction).
    static func probability(above chisq: Double, degrees: Int) -> Double {
        guard degrees > 0, chisq.isFinite else { return .nan }
        guard chisq > 0 else { return 1 }
        let a = Double(degrees) / 2
        let x = chisq / 2
        let front = exp(a * log(x) - x - lgamma(a))
        if x < a + 1 {
            var term = 1 / a
            var sum = term
            var n = a
            for _ in 0..<10_000 where term > sum * 1e-16 {
                n += 1
                term *= x / n
                sum += term
            }
            return max(0, 1 - front * sum)
        }
        var b = x + 1 - a
        var c = 1e300
        var d = 1 / b
        var fraction = d
        for i in 1..<10_000 {
            let k = -Double(i) * (Double(i) - a)
            b += 2
            d = 1 / (k * d + b)
            c = b + k / c
            fraction *= c * d
            if abs(c * d - 1) < 1e-15 { break }
        }
        return front * fraction
    }
}

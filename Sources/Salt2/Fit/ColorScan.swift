internal import Glibc

extension FitEngine {
    /// What a band's points say at one t0 of the two surfaces: products of M0 and M1 with themselves and with the data.
    struct BandProducts {
        var m00 = 0.0, m01 = 0.0, m11 = 0.0, d0 = 0.0, d1 = 0.0

        /// The best x0 and x1, and by how much they lower chi^2: the model is linear in x0 and x0 x1.
        @inline(__always)
        fileprivate func amplitudes(_ x1Bounds: ClosedRange<Double>) -> Amplitudes {
            let determinant = m00 * m11 - m01 * m01
            let x0 = (d0 * m11 - d1 * m01) / determinant
            let x1 = (d1 * m00 - d0 * m01) / determinant / x0
            if x0 > 0, x1 >= x1Bounds.lowerBound, x1 <= x1Bounds.upperBound {
                return Amplitudes(fall: x0 * (d0 + x1 * d1), x0: x0, x1: x1)
            }
            var best = Amplitudes()
            for isUpper in [false, true] {
                let x1 = isUpper ? x1Bounds.upperBound : x1Bounds.lowerBound
                let norm = m00 + 2 * x1 * m01 + x1 * x1 * m11
                let x0 = (d0 + x1 * d1) / norm
                let fall = x0 * x0 * norm
                if norm > 0, x0 > 0, fall > best.fall, fall.isFinite { best = Amplitudes(fall: fall, x0: x0, x1: x1) }
            }
            return best
        }
    }

    /// x0 and x1, and by how much they lower chi^2.
    fileprivate struct Amplitudes {
        var fall = 0.0
        var x0 = 0.0
        var x1 = 0.0
    }

    /// How much brighter each band is near maximum at each of some rising colours, evenly spaced, than at the colour whose
    /// rows are set.
    ///
    /// A band's reddening depends little on phase, so with this one pass over the points serves all colours.
    struct Brightening {
        let colors: [Double]
        /// Logarithms, `[color][band]`, and the same as factors.
        fileprivate let logs: [Double]
        fileprivate let factors: [Double]

        init(colors: [Double], factors: [Double]) {
            self.colors = colors
            self.factors = factors
            logs = factors.map { log($0) }
        }
    }

    /// The lowest chi^2 at a redshift and t0, with the colour, x0 and x1 that give it; infinite where there is none.
    struct Scanned {
        var chisq = Double.infinity
        var x0 = 0.0
        var x1 = 0.0
        var c = 0.0

        /// Finds the best colour: the best of the row, then on parabolas between its neighbours.
        ///
        /// - Parameters:
        ///   - products: Of each band.
        ///   - total: chi^2 of no supernova.
        ///   - brightening: The row of colours.
        ///   - x1Bounds: Bounds of x1.
        init(
            _ products: UnsafeMutableBufferPointer<BandProducts>, _ total: Double, _ brightening: Brightening,
            _ x1Bounds: ClosedRange<Double>
        ) {
            let (bands, last) = (products.count, brightening.colors.count - 1)
            func amplitudes(_ factor: (Int) -> Double) -> Amplitudes {
                var sum = BandProducts()
                for b in 0..<bands {
                    let k = factor(b)
                    let square = k * k
                    sum.m00 += square * products[b].m00
                    sum.m01 += square * products[b].m01
                    sum.m11 += square * products[b].m11
                    sum.d0 += k * products[b].d0
                    sum.d1 += k * products[b].d1
                }
                return sum.amplitudes(x1Bounds)
            }
            func amplitudes(at color: Double) -> Amplitudes {
                let cell = min(last - 1, Int(color))
                let f = color - Double(cell)
                let at = cell * bands
                return amplitudes { b in
                    // Pade's exponential, to 1e-6: enough to choose where a fit starts.
                    let x = (brightening.logs[at + bands + b] - brightening.logs[at + b]) * f
                    let (even, odd) = (120 + 12 * x * x, x * (60 + x * x))
                    return brightening.factors[at + b] * (even + odd) / (even - odd)
                }
            }
            var best = Amplitudes()
            var color = 0.0
            for i in 0...last {
                let found = amplitudes { b in brightening.factors[i * bands + b] }
                if found.fall > best.fall { (best, color) = (found, Double(i)) }
            }
            guard best.fall > 0 else { return }
            if last > 0 {
                for step in [1, 0.3, 0.1] {
                    let (low, high) = (max(0, color - step), min(Double(last), color + step))
                    let (below, above) = (amplitudes(at: low).fall, amplitudes(at: high).fall)
                    let middle = best.fall
                    // The vertex through three points, unequally spaced at the ends of the row.
                    let (a, b) = (color - low, high - color)
                    let curve = (a > 0 ? (middle - below) / a : 0) - (b > 0 ? (above - middle) / b : 0)
                    guard a > 0, b > 0, curve > 0 else { continue }
                    let slope = ((middle - below) / a * b + (above - middle) / b * a) / (a + b)
                    let vertex = min(max(color + slope / curve * (a + b) / 2, low), high)
                    let found = amplitudes(at: vertex)
                    if found.fall > best.fall { (best, color) = (found, vertex) }
                }
            }
            let cell = min(max(0, last - 1), Int(color))
            let spacing = last > 0 ? brightening.colors[1] - brightening.colors[0] : 0
            (chisq, x0, x1) = (total - best.fall, best.x0, best.x1)
            c = brightening.colors[cell] + spacing * (color - Double(cell))
        }
    }
}

/// A quadratic form in up to five unknowns, its matrix row-major on the stack: `s H s - 2 b s`, of which the least within
/// bounds is wanted.
///
/// Bounds that merely stop a step may leave it anywhere, also uphill. So bounds are taken up one by one where a step
/// first meets them, and given up again where the form falls on the other side, until neither is so.
struct BoundedQuadratic {
    var matrix = InlineArray<25, Double>(repeating: 0)
    var slope = InlineArray<5, Double>(repeating: 0)
    /// How far each unknown may go from 0, down and up; one that is held has no room.
    var low = InlineArray<5, Double>(repeating: 0)
    var high = InlineArray<5, Double>(repeating: 0)

    /// The unknowns' values at the least; nil where the matrix of those that move is not positive definite.
    func minimum() -> InlineArray<5, Double>? {
        var at = InlineArray<5, Double>(repeating: 0)
        var isHeld = InlineArray<5, Bool>(repeating: false)
        for i in 0..<5 { at[i] = min(max(0, low[i]), high[i]) }
        for i in 0..<5 {
            let downhill = downhill(i, at)
            isHeld[i] = low[i] == high[i] || (at[i] == high[i] && downhill > 0) || (at[i] == low[i] && downhill < 0)
        }
        for _ in 0..<24 {
            guard let target = solve(at, isHeld) else { return nil }
            // As far towards the free unknowns' least as the first bound in the way lets it.
            var part = 1.0
            var met: (index: Int, bound: Double)?
            for i in 0..<5 where !isHeld[i] && (target[i] > high[i] || target[i] < low[i]) {
                let bound = target[i] > high[i] ? high[i] : low[i]
                let reached = max(0, (bound - at[i]) / (target[i] - at[i]))
                if met == nil || reached < part { (part, met) = (reached, (i, bound)) }
            }
            if let met {
                for i in 0..<5 { at[i] += part * (target[i] - at[i]) }
                at[met.index] = met.bound
                isHeld[met.index] = true
                continue
            }
            at = target
            guard let freed = wronglyHeld(at, isHeld) else { return at }
            isHeld[freed] = false
        }
        return at
    }

    /// The least over those not held, the others where they are.
    private func solve(_ at: InlineArray<5, Double>, _ isHeld: InlineArray<5, Bool>) -> InlineArray<5, Double>? {
        var free = InlineArray<5, Int>(repeating: 0)
        var n = 0
        for i in 0..<5 where !isHeld[i] {
            free[n] = i
            n += 1
        }
        var factor = InlineArray<25, Double>(repeating: 0)
        var right = InlineArray<5, Double>(repeating: 0)
        for i in 0..<n {
            let row = free[i]
            var sum = slope[row]
            for k in 0..<5 where isHeld[k] { sum -= matrix[5 * row + k] * at[k] }
            right[i] = sum
            for k in 0...i {
                var value = matrix[5 * row + free[k]]
                for j in 0..<k { value -= factor[5 * i + j] * factor[5 * k + j] }
                if i == k {
                    guard value > 1e-13 * matrix[6 * row], value > 0 else { return nil }
                    factor[6 * i] = value.squareRoot()
                } else {
                    factor[5 * i + k] = value / factor[6 * k]
                }
            }
            for j in 0..<i { right[i] -= factor[5 * i + j] * right[j] }
            right[i] /= factor[6 * i]
        }
        var result = at
        var i = n - 1
        while i >= 0 {
            for j in (i + 1)..<max(n, i + 1) { right[i] -= factor[5 * j + i] * right[j] }
            right[i] /= factor[6 * i]
            guard right[i].isFinite else { return nil }
            result[free[i]] = right[i]
            i -= 1
        }
        return result
    }

    /// The unknown on a bound on whose inner side the form falls most, for its own scale.
    private func wronglyHeld(_ at: InlineArray<5, Double>, _ isHeld: InlineArray<5, Bool>) -> Int? {
        var worst: (index: Int, gain: Double)?
        for i in 0..<5 where isHeld[i] && low[i] < high[i] && matrix[6 * i] > 0 {
            let downhill = downhill(i, at)
            let isInward = at[i] <= low[i] ? downhill > 0 : downhill < 0
            let gain = downhill * downhill / matrix[6 * i]
            if isInward, gain > 1e-12, gain > worst?.gain ?? 0 { worst = (i, gain) }
        }
        return worst?.index
    }

    /// Half of how fast the form falls along an unknown.
    private func downhill(_ i: Int, _ at: InlineArray<5, Double>) -> Double {
        var downhill = slope[i]
        for k in 0..<5 { downhill -= matrix[5 * i + k] * at[k] }
        return downhill
    }

    /// How far the form lies below its value at 0.
    func fall(at: InlineArray<5, Double>) -> Double {
        var fall = 0.0
        for i in 0..<5 {
            var row = 2 * slope[i]
            for k in 0..<5 { row -= matrix[5 * i + k] * at[k] }
            fall += row * at[i]
        }
        return fall
    }
}

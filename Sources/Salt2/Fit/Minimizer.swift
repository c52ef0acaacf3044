/// Levenberg and Marquardt's way down a ``FitEngine``'s chi^2 within bounds.
struct Minimizer {
    let engine: FitEngine
    /// Which of z, tau, x0, x1, c may move.
    var isFree: [Bool]
    var lower: [Double]
    var upper: [Double]
    var maximumSteps = 30
    /// Ends where the expected fall of chi^2 is less than this.
    var tolerance = 1e-7

    struct Outcome {
        var parameters: Salt2Parameters
        var chisq: Double
        var isConverged: Bool
    }

    /// Walks down from `start`, which is first brought within the bounds.
    func minimize(from start: Salt2Parameters) -> Outcome {
        var here = clamped(start)
        var normal = FitEngine.Normal()
        var trial = FitEngine.Normal()
        evaluate(here, into: &normal)
        var damping = 1e-4
        for _ in 0..<maximumSteps {
            guard let (step, fall) = step(from: here, normal, damping) else {
                return Outcome(parameters: here, chisq: normal.chisq, isConverged: false)
            }
            if fall < tolerance { return Outcome(parameters: here, chisq: normal.chisq, isConverged: true) }
            let next = moved(here, step)
            evaluate(next, into: &trial)
            if trial.chisq < normal.chisq {
                let fell = normal.chisq - trial.chisq
                here = next
                swap(&normal, &trial)
                damping = fell > 0.5 * fall ? max(1e-9, damping * 0.1) : min(1, damping * 2)
            } else {
                damping *= 20
                if damping > 1e7 { return Outcome(parameters: here, chisq: normal.chisq, isConverged: fall < 1e-3) }
            }
        }
        return Outcome(parameters: here, chisq: normal.chisq, isConverged: false)
    }

    private func evaluate(_ p: Salt2Parameters, into normal: inout FitEngine.Normal) {
        engine.setRows(z: p.z, c: p.c, slopes: isFree[0])
        engine.evaluate(p, into: &normal)
    }

    private func tau(_ p: Salt2Parameters) -> Double { p.t0 + engine.pivot * (1 + p.z) }

    private func clamped(_ p: Salt2Parameters) -> Salt2Parameters {
        var p = p
        let end = tau(p)
        for i in [0, 2, 3, 4] where isFree[i] { p[i] = min(max(p[i], lower[i]), upper[i]) }
        if isFree[1] { p.t0 = min(max(end, lower[1]), upper[1]) - engine.pivot * (1 + p.z) }
        return p
    }

    private func moved(_ p: Salt2Parameters, _ step: [Double]) -> Salt2Parameters {
        var next = p
        let end = tau(p) + step[1]
        for i in [0, 2, 3, 4] { next[i] += step[i] }
        next.t0 = end - engine.pivot * (1 + next.z)
        return clamped(next)
    }

    /// The damped Gauss-Newton step that stays within the bounds, and the fall of chi^2 it promises.
    ///
    /// Parameters whose step would leave the bounds go to the bound, and the rest are solved for anew.
    private func step(
        from p: Salt2Parameters, _ normal: FitEngine.Normal, _ damping: Double
    ) -> (step: [Double], fall: Double)? {
        let h = normal.curvature
        let b = normal.gradient
        var step = [Double](repeating: 0, count: 5)
        var moving = [0, 1, 2, 3, 4].filter { isFree[$0] && h[6 * $0] > 0 }
        var fixed: [Int] = []
        while !moving.isEmpty {
            var matrix = [Double](repeating: 0, count: moving.count * moving.count)
            var right = [Double](repeating: 0, count: moving.count)
            for (i, row) in moving.enumerated() {
                right[i] = b[row]
                for column in fixed { right[i] -= h[5 * row + column] * step[column] }
                for (k, column) in moving.enumerated() {
                    matrix[i * moving.count + k] = h[5 * row + column] * (row == column ? 1 + damping : 1)
                }
            }
            guard Cholesky.solve(&matrix, &right) else { return nil }
            for (i, row) in moving.enumerated() { step[row] = right[i] }
            var stopped = false
            for row in moving {
                let at = row == 1 ? tau(p) : p[row]
                let room = step[row] > 0 ? upper[row] - at : lower[row] - at
                if abs(step[row]) > abs(room) {
                    step[row] = room
                    fixed.append(row)
                    stopped = true
                }
            }
            if !stopped { break }
            moving.removeAll { fixed.contains($0) }
        }
        var fall = 0.0
        for i in 0..<5 {
            fall += 2 * b[i] * step[i]
            for k in 0..<5 { fall -= step[i] * h[5 * i + k] * step[k] }
        }
        return (step, fall)
    }
}

/// Small positive definite systems.
enum Cholesky {
    /// Solves in place; false where the matrix is not positive definite once its diagonal is scaled to 1.
    static func solve(_ a: inout [Double], _ b: inout [Double]) -> Bool {
        let n = b.count
        guard factor(&a, n) else { return false }
        for i in 0..<n {
            for k in 0..<i { b[i] -= a[i * n + k] * b[k] }
            b[i] /= a[i * n + i]
        }
        for i in stride(from: n - 1, through: 0, by: -1) {
            for k in (i + 1)..<max(n, i + 1) { b[i] -= a[k * n + i] * b[k] }
            b[i] /= a[i * n + i]
        }
        return b.allSatisfy(\.isFinite)
    }

    private static func factor(_ a: inout [Double], _ n: Int) -> Bool {
        for i in 0..<n {
            let diagonal = a[i * n + i]
            for j in 0...i {
                var sum = a[i * n + j]
                for k in 0..<j { sum -= a[i * n + k] * a[j * n + k] }
                if i == j {
                    guard sum > 1e-13 * diagonal, sum > 0 else { return false }
                    a[i * n + i] = sum.squareRoot()
                } else {
                    a[i * n + j] = sum / a[j * n + j]
                }
            }
        }
        return true
    }

    /// The inverse, row-major; nil where the matrix is not positive definite.
    static func inverse(_ a: [Double], _ n: Int) -> [Double]? {
        var inverse = [Double](repeating: 0, count: n * n)
        for column in 0..<n {
            var matrix = a
            var right = [Double](repeating: 0, count: n)
            right[column] = 1
            guard solve(&matrix, &right) else { return nil }
            for row in 0..<n { inverse[row * n + column] = right[row] }
        }
        return inverse
    }
}

/// Levenberg and Marquardt's way down a ``FitEngine``'s chi^2 within bounds.
///
/// The bounds on t0 hold at every redshift: in z and tau, which are what moves, they are a band across the plane.
struct Minimizer {
    let engine: FitEngine
    /// Bounds of z, tau, x0, x1, c; what is held has equal ones, or is not in ``isFree``.
    var isFree: InlineArray<5, Bool>
    var lower: InlineArray<5, Double>
    var upper: InlineArray<5, Double>
    var t0Bounds: ClosedRange<Double>
    var maximumSteps = 30
    /// Ends where the expected fall of chi^2 is less than this.
    var tolerance = 1e-7

    struct Outcome {
        var parameters: Salt2Parameters
        var chisq: Double
        var isConverged: Bool
    }

    /// Walks down from `start`, which is first brought within the bounds; nil where these contradict each other.
    func minimize(from start: Salt2Parameters) -> Outcome? {
        guard var here = clamped(start) else { return nil }
        var normal = FitEngine.Normal()
        var trial = FitEngine.Normal()
        evaluate(here, into: &normal)
        var damping = 1e-4
        for _ in 0..<maximumSteps {
            guard let (step, fall) = step(from: here, normal, damping) else {
                damping = max(1e-3, damping * 100)
                if damping > 1e7 { break }
                continue
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

    // MARK: Bounds

    /// The nearest parameters within the bounds; z gives way where tau and t0 leave it no room.
    private func clamped(_ p: Salt2Parameters) -> Salt2Parameters? {
        var p = p
        let end = min(max(tau(p), lower[1]), upper[1])
        for i in [0, 2, 3, 4] where isFree[i] { p[i] = min(max(p[i], lower[i]), upper[i]) }
        p.t0 = end - engine.pivot * (1 + p.z)
        if p.t0 >= t0Bounds.lowerBound, p.t0 <= t0Bounds.upperBound { return p }
        p.t0 = min(max(p.t0, t0Bounds.lowerBound), t0Bounds.upperBound)
        if isFree[0] { p.z = min(max((end - p.t0) / engine.pivot - 1, lower[0]), upper[0]) }
        let reached = tau(p)
        return reached >= lower[1] - 1e-9 && reached <= upper[1] + 1e-9 ? p : nil
    }

    private func moved(_ p: Salt2Parameters, _ step: InlineArray<5, Double>) -> Salt2Parameters {
        var next = p
        for i in [0, 2, 3, 4] { next[i] = min(max(p[i] + step[i], lower[i]), upper[i]) }
        next.t0 += step[1] - engine.pivot * (next.z - p.z)
        // What is beyond the bounds here, or a trace within, is rounding.
        for bound in [t0Bounds.lowerBound, t0Bounds.upperBound] where abs(next.t0 - bound) < 1e-8 { next.t0 = bound }
        next.t0 = min(max(next.t0, t0Bounds.lowerBound), t0Bounds.upperBound)
        return next
    }

    // MARK: Steps

    /// Rest-frame days that a step goes at most: minima lie some days apart, and a longer one may leap over the nearest.
    private static let longestStep = 0.8

    /// The damped Gauss-Newton step to the least within the bounds, and the fall of chi^2 it promises.
    private func step(
        from p: Salt2Parameters, _ normal: FitEngine.Normal, _ damping: Double
    ) -> (step: InlineArray<5, Double>, fall: Double)? {
        var form = BoundedQuadratic()
        form.matrix = normal.curvature
        form.slope = normal.gradient
        for i in 0..<5 where isFree[i] && normal.curvature[6 * i] > 0 {
            form.matrix[6 * i] *= 1 + damping
            let at = i == 1 ? tau(p) : p[i]
            (form.low[i], form.high[i]) = (min(0, lower[i] - at), max(0, upper[i] - at))
            if i == 1 {
                let most = Self.longestStep * (1 + p.z)
                (form.low[i], form.high[i]) = (max(form.low[i], -most), min(form.high[i], most))
            }
        }
        guard var step = form.minimum() else { return nil }
        let t0 = p.t0 + step[1] - engine.pivot * step[0]
        if form.low[0] < form.high[0], t0 < t0Bounds.lowerBound || t0 > t0Bounds.upperBound {
            // The form is convex, so its least within the bounds lies on the one it passed.
            let bound = t0 < t0Bounds.lowerBound ? t0Bounds.lowerBound : t0Bounds.upperBound
            guard let along = minimum(of: form, onShift: bound - p.t0) else { return nil }
            step = along
        }
        var undamped = form
        undamped.matrix = normal.curvature
        return (step, undamped.fall(at: step))
    }

    /// The least of a form where t0 moves by `shift`: tau then goes with z.
    private func minimum(of form: BoundedQuadratic, onShift shift: Double) -> InlineArray<5, Double>? {
        let pivot = engine.pivot
        var along = form
        for i in 0..<5 { along.slope[i] -= form.matrix[5 * i + 1] * shift }
        along.slope[0] += pivot * along.slope[1]
        for i in 0..<5 where i != 0 {
            along.matrix[i] += pivot * form.matrix[5 + i]
            along.matrix[5 * i] = along.matrix[i]
        }
        along.matrix[0] += 2 * pivot * form.matrix[1] + pivot * pivot * form.matrix[6]
        // tau's bounds are z's here.
        along.low[0] = max(form.low[0], (form.low[1] - shift) / pivot)
        along.high[0] = min(form.high[0], (form.high[1] - shift) / pivot)
        guard along.low[0] <= along.high[0] else { return nil }
        (along.low[1], along.high[1]) = (0, 0)
        guard var step = along.minimum() else { return nil }
        step[1] = shift + pivot * step[0]
        return step
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

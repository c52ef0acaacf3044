internal import Foundation

/// Finds the lowest chi^2 from many starts.
///
/// chi^2 has several minima, and steps where a point passes the model's last phase. So t0 and c are scanned together with
/// x0 and x1 solved for, redshifts are gone through one by one, each local minimum is followed down in all parameters, and
/// the times between which the same points lie inside the model are gone through near the best ones.
struct MinimumSearch {
    typealias Outcome = Minimizer.Outcome

    let engine: FitEngine
    let redshift: FitOptions.Redshift
    let x1Bounds: ClosedRange<Double>
    let cBounds: ClosedRange<Double>
    let t0Bounds: ClosedRange<Double>

    /// Local minima, lowest first.
    func run() -> [Outcome] {
        var found: [Outcome]
        switch redshift {
        case .fixed(let z):
            var coarse = minimizer(z: z...z)
            coarse.maximumSteps = 10
            coarse.tolerance = 1e-2
            found = starts(z: z).compactMap { coarse.minimize(from: $0) }
        case .free(let range):
            var coarse = minimizer(z: range)
            coarse.tolerance = 1e-3
            found = profile(range).compactMap { coarse.minimize(from: $0.parameters) }
        }
        found = distinct(found)
        let lowest = found.first?.chisq ?? .infinity
        for i in found.indices.prefix(3) where found[i].chisq < lowest + Self.rivalry {
            found[i] = walkSegments(found[i])
        }
        return distinct(found)
    }

    /// Bounds for z, tau, x0, x1, c.
    func minimizer(z: ClosedRange<Double>, tau: ClosedRange<Double>? = nil) -> Minimizer {
        let end0 = t0Bounds.lowerBound + engine.pivot * (1 + z.lowerBound)
        let end1 = t0Bounds.upperBound + engine.pivot * (1 + z.upperBound)
        let low = max(end0, tau?.lowerBound ?? end0)
        let high = max(low, min(end1, tau?.upperBound ?? end1))
        return Minimizer(
            engine: engine,
            isFree: [z.lowerBound < z.upperBound, true, true, true, cBounds.lowerBound < cBounds.upperBound],
            lower: [z.lowerBound, low, -.infinity, x1Bounds.lowerBound, cBounds.lowerBound],
            upper: [z.upperBound, high, .infinity, x1Bounds.upperBound, cBounds.upperBound], t0Bounds: t0Bounds)
    }

    /// The bounds on z of this search.
    var zRange: ClosedRange<Double> {
        switch redshift {
        case .fixed(let z): z...z
        case .free(let range): range
        }
    }

    // MARK: Starts

    /// Colours that are tried at every t0.
    private static let colorCount = 9

    /// t0 in rest-frame days of `step` at a redshift, each with its best colour, x0 and x1; rows are made for colour `c`.
    private func scan(z: Double, c: Double, step: Double) -> [(t0: Double, best: FitEngine.Scanned)] {
        let (low, high) = (cBounds.lowerBound, cBounds.upperBound)
        let colors =
            low < high
            ? (0..<Self.colorCount).map { low + (high - low) * Double($0) / Double(Self.colorCount - 1) } : [c]
        engine.setRows(z: z, c: c, slopes: false)
        let brightening = engine.brightening(z: z, colors: colors)
        let range = t0Bounds.upperBound - t0Bounds.lowerBound
        let count = min(400, max(3, Int(range / (step * (1 + z))) + 1))
        return (0..<count).map { i in
            let t0 = t0Bounds.lowerBound + range * Double(i) / Double(count - 1)
            return (t0, engine.scan(z: z, t0: t0, brightening, x1Bounds: x1Bounds))
        }
    }

    /// The best few times of maximum at a redshift.
    private func starts(z: Double, keep: Int, step: Double) -> [Salt2Parameters] {
        let scan = scan(z: z, c: min(max(0, cBounds.lowerBound), cBounds.upperBound), step: step)
        return minima(scan.map(\.best.chisq)).prefix(keep).map { i in
            Salt2Parameters(z: z, t0: scan[i].t0, x0: scan[i].best.x0, x1: scan[i].best.x1, c: scan[i].best.c)
        }
    }

    /// Where a row of chi^2 has its local minima, the lowest first.
    private func minima(_ chisq: [Double]) -> [Int] {
        let last = chisq.count - 1
        return chisq.indices.filter { i in
            chisq[i] < .infinity && (i == 0 || chisq[i] <= chisq[i - 1]) && (i == last || chisq[i] < chisq[i + 1])
        }.sorted { chisq[$0] < chisq[$1] }
    }

    /// Starts at a redshift that is known: a coarse scan finds the colour, and a fine one, made for it, the times.
    private func starts(z: Double) -> [Salt2Parameters] {
        let c = min(max(0, cBounds.lowerBound), cBounds.upperBound)
        let coarse = scan(z: z, c: c, step: 4).min { $0.best.chisq < $1.best.chisq }
        let fine = scan(z: z, c: coarse?.best.c ?? c, step: 1)
        return minima(fine.map(\.best.chisq)).prefix(8).map { i in
            Salt2Parameters(z: z, t0: fine[i].t0, x0: fine[i].best.x0, x1: fine[i].best.x1, c: fine[i].best.c)
        }
    }

    /// The best fit at each of a row of redshifts; the local minima of that row come back.
    private func profile(_ range: ClosedRange<Double>) -> [Outcome] {
        let count = max(3, Int((log((1 + range.upperBound) / (1 + range.lowerBound)) / 0.014).rounded(.up)) + 1)
        var best: [Outcome] = []
        var extra: [Outcome] = []
        for i in 0..<count {
            let fraction = Double(i) / Double(count - 1)
            let z = range.lowerBound + (range.upperBound - range.lowerBound) * fraction
            var candidates = starts(z: z, keep: i % 4 == 0 ? 2 : 1, step: i % 4 == 0 ? 3 : 5)
            if var last = best.last?.parameters {
                last.z = z
                candidates.append(last)
            }
            var descent = minimizer(z: z...z)
            descent.maximumSteps = 8
            descent.tolerance = 1e-2
            var outcomes = distinct(candidates.compactMap { descent.minimize(from: $0) })
            guard !outcomes.isEmpty else { continue }
            best.append(outcomes.removeFirst())
            extra += outcomes
        }
        // Back down the row: a good fit at a high redshift may lead to one its lower neighbour missed.
        for i in best.indices.dropLast().reversed() where best[i + 1].chisq < best[i].chisq {
            var descent = minimizer(z: best[i].parameters.z...best[i].parameters.z)
            descent.maximumSteps = 8
            descent.tolerance = 1e-2
            var start = best[i + 1].parameters
            start.z = best[i].parameters.z
            if let outcome = descent.minimize(from: start), outcome.chisq < best[i].chisq { best[i] = outcome }
        }
        let minima = best.indices.filter { i in
            (i == 0 || best[i].chisq <= best[i - 1].chisq) && (i == best.count - 1 || best[i].chisq < best[i + 1].chisq)
        }
        let lowest = best.map(\.chisq).min() ?? .infinity
        let all = minima.map { best[$0] } + extra.filter { $0.chisq < lowest + 20 }
        return Array(all.sorted { $0.chisq < $1.chisq }.prefix(5))
    }

    // MARK: Steps

    /// Goes through the neighbouring spans of tau in which the same points lie inside the model.
    func walkSegments(_ start: Outcome) -> Outcome {
        let times = engine.points.map(\.time).sorted()
        func tau(_ p: Salt2Parameters) -> Double { p.t0 + engine.pivot * (1 + p.z) }
        var best = start
        for direction in [0, -1, 1] {
            var misses = 0
            var crossed = 0
            var at = tau(best.parameters)
            while misses < 3, crossed < Self.mostSteps {
                crossed += 1
                let below = times.last { direction < 0 ? $0 < at - 1e-6 : $0 <= at } ?? -.infinity
                let above = times.first { $0 > at } ?? .infinity
                var (low, high) = (below + Self.margin, above - Self.margin)
                if direction != 0 {
                    // Over the edge: below it the point is outside, from it on the point is inside.
                    let edge = direction < 0 ? below : above
                    guard abs(edge - tau(best.parameters)) < Self.reach else { break }
                    if direction < 0 {
                        high = edge - Self.margin
                        low = (times.last { $0 < edge } ?? -.infinity) + Self.margin
                        at = edge - 2 * Self.margin
                    } else {
                        low = edge + Self.margin
                        high = (times.first { $0 > edge } ?? .infinity) - Self.margin
                        at = edge + 2 * Self.margin
                    }
                }
                if low < high {
                    var descent = minimizer(z: zRange, tau: low...high)
                    descent.maximumSteps = 15
                    descent.tolerance = 1e-4
                    if let outcome = descent.minimize(from: best.parameters),
                        outcome.chisq < best.chisq - 1e-9 || (direction == 0 && outcome.chisq <= best.chisq)
                    {
                        best = outcome
                        misses = 0
                    } else {
                        misses += 1
                    }
                }
                if direction == 0 { break }
            }
        }
        return best
    }

    /// How much higher the second minimum's chi^2 may be for steps to make it the first.
    private static let rivalry = 10.0
    /// Days on either side of a step.
    private static let margin = 1e-6
    /// Days from the best time within which steps are crossed.
    private static let reach = 6.0
    /// Steps that are crossed in one direction at most.
    private static let mostSteps = 200

    /// Sorted by chi^2, with those left out that lie where a better one does.
    private func distinct(_ outcomes: [Outcome]) -> [Outcome] {
        var kept: [Outcome] = []
        for outcome in outcomes.sorted(by: { $0.chisq < $1.chisq }) where outcome.chisq < .infinity {
            let p = outcome.parameters
            let isKnown = kept.contains { other in
                let q = other.parameters
                return abs(p.z - q.z) < 2e-3 && abs(p.t0 - q.t0) < 0.3 && abs(p.x1 - q.x1) < 0.1
                    && abs(p.c - q.c) < 0.02
            }
            if !isKnown { kept.append(outcome) }
        }
        return kept
    }
}

internal import Glibc

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
        case .free(let range), .prior(_, _, let range):
            var coarse = minimizer(z: range)
            coarse.tolerance = 1e-3
            // A prior may be much narrower than the row's steps, so what it allows has a row of its own.
            let near = redshift.prior?.reach(in: range).map { profile($0) } ?? []
            found = distinct((profile(range) + near).compactMap { coarse.minimize(from: $0) })
            // Minima a few days apart share a redshift, and lie too close for the coarse row.
            let limit = (found.first?.chisq ?? 0) + Self.neighbourly
            for outcome in found.prefix(3) where outcome.chisq <= limit {
                let known = outcome.parameters
                let close = fineStarts(z: known.z, c: known.c, around: known.t0)
                found += close.filter { abs($0.t0 - known.t0) > 1 }.compactMap { coarse.minimize(from: $0) }
            }
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
    var zRange: ClosedRange<Double> { redshift.range }

    // MARK: Starts

    /// Colours that are tried at every t0.
    private static let colorCount = 9

    /// t0 in rest-frame days of `step` at a redshift, each with its best colour, x0 and x1; rows are made for colour `c`.
    private func scan(
        z: Double, c: Double, step: Double, within window: ClosedRange<Double>? = nil
    ) -> [(t0: Double, best: FitEngine.Scanned)] {
        let window = window ?? t0Bounds
        let (low, high) = (cBounds.lowerBound, cBounds.upperBound)
        let colors =
            low < high
            ? (0..<Self.colorCount).map { low + (high - low) * Double($0) / Double(Self.colorCount - 1) } : [c]
        engine.setRows(z: z, c: c, slopes: false)
        let brightening = engine.brightening(z: z, colors: colors)
        let range = window.upperBound - window.lowerBound
        let count = min(400, max(3, Int(range / (step * (1 + z))) + 1))
        return (0..<count).map { i in
            let t0 = window.lowerBound + range * Double(i) / Double(count - 1)
            return (t0, engine.scan(z: z, t0: t0, brightening, x1Bounds: x1Bounds))
        }
    }

    /// Where a row of chi^2 has its local minima, the lowest first.
    private func minima(_ chisq: [Double]) -> [Int] {
        let last = chisq.count - 1
        return chisq.indices.filter { i in
            chisq[i] < .infinity && (i == 0 || chisq[i] <= chisq[i - 1]) && (i == last || chisq[i] < chisq[i + 1])
        }.sorted { chisq[$0] < chisq[$1] }
    }

    /// A colour to begin with: 0, or as near as its bounds let it.
    private var firstColor: Double { min(max(0, cBounds.lowerBound), cBounds.upperBound) }

    private func start(_ z: Double, _ t0: Double, _ scanned: FitEngine.Scanned) -> Salt2Parameters {
        Salt2Parameters(z: z, t0: t0, x0: scanned.x0, x1: scanned.x1, c: scanned.c)
    }

    private func chisq(at p: Salt2Parameters) -> Double {
        var normal = FitEngine.Normal()
        engine.setRows(z: p.z, c: p.c, slopes: false)
        engine.evaluate(p, into: &normal)
        return normal.chisq
    }

    /// Starts at a redshift that is known: a coarse scan finds the colour, and a fine one, made for it, the times.
    private func starts(z: Double) -> [Salt2Parameters] {
        let coarse = scan(z: z, c: firstColor, step: 2)
        // A scan takes a colour for the same factor at all phases, and may think well of a time where only the model's faint
        // beginning reaches the points: what its minima are worth, chi^2 itself says.
        let ranked = minima(coarse.map(\.best.chisq)).prefix(3).map { index in
            let here = coarse[index]
            return (t0: here.t0, best: here.best, chisq: chisq(at: start(z, here.t0, here.best)))
        }
        guard let best = ranked.min(by: { $0.chisq < $1.chisq }) else { return [] }
        // Times whose chi^2 is far above have no lowest minimum within a coarse step of them.
        let near = coarse.filter { $0.best.chisq < 3 * best.chisq + 100 }.map(\.t0) + [best.t0]
        let low = max(t0Bounds.lowerBound, (near.min() ?? best.t0) - 3 * (1 + z))
        let window = low...max(low, min(t0Bounds.upperBound, (near.max() ?? best.t0) + 3 * (1 + z)))
        let fine = scan(z: z, c: best.best.c, step: 0.5, within: window)
        return minima(fine.map(\.best.chisq)).prefix(10).map { start(z, fine[$0].t0, fine[$0].best) }
    }

    /// The best times within a few days of one at a redshift.
    private func fineStarts(z: Double, c: Double, around t0: Double) -> [Salt2Parameters] {
        let reach = 10 * (1 + z)
        let low = max(t0Bounds.lowerBound, t0 - reach)
        let window = low...max(low, min(t0Bounds.upperBound, t0 + reach))
        let fine = scan(z: z, c: c, step: 1, within: window)
        return minima(fine.map(\.best.chisq)).prefix(4).map { start(z, fine[$0].t0, fine[$0].best) }
    }

    /// The best fits at each of a row of redshifts: the local minima of that row, and those of the scans they start from.
    private func profile(_ range: ClosedRange<Double>) -> [Salt2Parameters] {
        let count = max(3, Int((log((1 + range.upperBound) / (1 + range.lowerBound)) / 0.014).rounded(.up)) + 1)
        let middle = 1 + (range.lowerBound + range.upperBound) / 2
        var scans: [[(t0: Double, best: FitEngine.Scanned)]] = []
        var redshifts: [Double] = []
        var best: [Outcome] = []
        var extra: [Outcome] = []
        for i in 0..<count {
            let fraction = Double(i) / Double(count - 1)
            let z = range.lowerBound + (range.upperBound - range.lowerBound) * fraction
            // The same times at every redshift.
            let scan = scan(z: z, c: firstColor, step: 3.5 * middle / (1 + z))
            scans.append(scan)
            redshifts.append(z)
            var candidates = minima(scan.map(\.best.chisq)).prefix(i % 4 == 0 ? 2 : 1).map {
                start(z, scan[$0].t0, scan[$0].best)
            }
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
        let ends = minima(best.map(\.chisq)).map { best[$0] }
        let lowest = best.map(\.chisq).min() ?? .infinity
        let all = (ends + extra.filter { $0.chisq < lowest + 20 }).sorted { $0.chisq < $1.chisq }.prefix(5)
        return all.map(\.parameters) + minima(of: scans, redshifts, apartFrom: all.map(\.parameters))
    }

    /// The lowest local minima of chi^2 over redshift and t0 that lie apart from what is known.
    private func minima(
        of scans: [[(t0: Double, best: FitEngine.Scanned)]], _ redshifts: [Double], apartFrom known: [Salt2Parameters]
    ) -> [Salt2Parameters] {
        var found: [(chisq: Double, start: Salt2Parameters)] = []
        for (i, scan) in scans.enumerated() {
            for (k, here) in scan.enumerated() where here.best.chisq < .infinity {
                var isLowest = true
                for other in max(0, i - 1)...min(scans.count - 1, i + 1) {
                    for time in max(0, k - 1)...min(scan.count - 1, k + 1) where other != i || time != k {
                        if scans[other][time].best.chisq < here.best.chisq { isLowest = false }
                    }
                }
                if isLowest { found.append((here.best.chisq, start(redshifts[i], here.t0, here.best))) }
            }
        }
        guard scans.count > 1, let first = scans.first, first.count > 1 else { return [] }
        let (redshift, time) = (redshifts[1] - redshifts[0], first[1].t0 - first[0].t0)
        return found.sorted { $0.chisq < $1.chisq }.map(\.start).filter { start in
            !known.contains {
                abs($0.z - start.z) < 1.5 * redshift && abs($0.t0 - start.t0) < 1.5 * time
            }
        }.prefix(Self.mostScanned).map { $0 }
    }

    /// Local minima of the scans over redshift and t0 that are followed down at most.
    private static let mostScanned = 6

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

    /// How much higher a minimum's chi^2 may be for one a few days from it to be the lowest.
    private static let neighbourly = 3.0
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

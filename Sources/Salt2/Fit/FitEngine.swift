internal import Glibc

/// One light curve's chi^2 with its derivatives, on flat arrays that live as long as the fit.
///
/// Parameters are z, tau, x0, x1, c, where tau = t0 + pivot (1 + z). With the model's last phase as pivot, tau is the
/// time at which the model ends, so that the points inside it do not change while tau stays between two of them.
final class FitEngine {
    struct Point {
        let time: Double
        let band: Int
        let flux: Double
        let error: Double
        /// What photons/s/cm^2 are multiplied with to give the point's flux.
        let scale: Double
    }

    let model: Salt2Model
    let tables: [BandTable]
    let dust: MilkyWayDust
    /// What is known of the redshift beside the points; its part is in every chi^2.
    let prior: RedshiftPrior?
    /// Those that the model may reach, by time.
    let points: [Point]
    /// chi^2 of the others, whose model flux is zero.
    private let unreached: Double
    private(set) var evaluations = 0
    var pivot: Double

    private let rows: FitRows
    private var phases: [Double]
    /// 1/sigma of each point, and its part of the band's common error in units of sigma.
    private var inverseError: [Double]
    private var common: [Double]
    private var hasCommon = false

    /// - Parameters:
    ///   - model: The model.
    ///   - tables: Those of the points' bands.
    ///   - points: The light curve.
    ///   - reach: The times at which the model may have a flux.
    ///   - dust: Of the Milky Way.
    ///   - prior: What is known of the redshift.
    init(
        model: Salt2Model, tables: [BandTable], points: [Point], within reach: ClosedRange<Double>, dust: MilkyWayDust,
        prior: RedshiftPrior? = nil
    ) {
        self.model = model
        self.tables = tables
        self.points = points.filter { reach.contains($0.time) }
        unreached = points.filter { !reach.contains($0.time) }.reduce(0) {
            $0 + ($1.flux / $1.error) * ($1.flux / $1.error)
        }
        self.dust = dust
        self.prior = prior
        pivot = model.lastPhase
        phases = model.m0.phases
        rows = FitRows(model: model, tables: tables, dust: dust)
        inverseError = self.points.map { 1 / $0.error }
        common = [Double](repeating: 0, count: self.points.count)
    }

    /// chi^2, half its curvature and half its downhill gradient.
    struct Normal {
        var chisq = 0.0
        var curvature = InlineArray<25, Double>(repeating: 0)
        var gradient = InlineArray<5, Double>(repeating: 0)

        /// A row of the curvature, with the gradient behind it.
        fileprivate mutating func store(_ row: SIMD8<Double>, _ i: Int) {
            for k in 0..<5 { curvature[5 * i + k] = row[k] }
            gradient[i] = row[5]
        }
    }

    // MARK: Rows

    /// Sets the redshift and colour of the rows; derivatives by redshift are made only where `slopes` says so.
    func setRows(z: Double, c: Double, slopes: Bool) { rows.set(z: z, c: c, slopes: slopes) }

    /// Makes the rows exact at this redshift and colour, and near by as good as the tables' slopes.
    func correct(z: Double, c: Double) { rows.correct(z: z, c: c) }

    // MARK: chi^2

    /// M0, M1 and their derivatives at a phase, and the derivatives of M0 and M1 by phase; nil outside the model.
    @inline(__always)
    private func interpolate(_ band: Int, _ phase: Double, _ phases: UnsafeBufferPointer<Double>) -> (
        SIMD8<Double>, SIMD2<Double>
    )? {
        guard let cell = GridCell(of: phase, in: phases) else { return nil }
        let width = phases[cell.index + 1] - phases[cell.index]
        if cell.isEdge {
            let at = rows.rows(band, cell.index == 0 ? phases.count : phases.count + 2, 2)
            let slope = (at[1] - at[0]) / width
            return (at[0] + (at[1] - at[0]) * cell.fraction, SIMD2(slope[0], slope[1]))
        }
        let at = rows.rows(band, cell.index - 1, 4)
        let k = CubicConvolution.weights(cell.fraction)
        let d = CubicConvolution.slopes(cell.fraction) / width
        var value = at[0] * k[0]
        value += at[1] * k[1]
        value += at[2] * k[2]
        value += at[3] * k[3]
        var slope = SIMD2(at[0][0], at[0][1]) * d[0]
        slope += SIMD2(at[1][0], at[1][1]) * d[1]
        slope += SIMD2(at[2][0], at[2][1]) * d[2]
        slope += SIMD2(at[3][0], at[3][1]) * d[3]
        return (value, slope)
    }

    /// The flux of a band at a time, times `scale`, in place 5; before it its derivatives by the parameters; nil outside
    /// the model.
    @inline(__always)
    private func slopes(
        _ band: Int, _ p: Salt2Parameters, at time: Double, scale s: Double, _ phases: UnsafeBufferPointer<Double>
    ) -> SIMD8<Double>? {
        let stretch = 1 / (1 + p.z)
        let phase = (time - p.t0) * stretch
        guard let (v, slope) = interpolate(band, phase, phases) else { return nil }
        let perPhase = s * p.x0 * (slope[0] + p.x1 * slope[1])
        let unit = s * (v[0] + p.x1 * v[1])
        var j = SIMD8<Double>.zero
        j[0] = s * p.x0 * (v[4] + p.x1 * v[5]) - perPhase * (phase - pivot) * stretch
        j[1] = -perPhase * stretch
        j[2] = unit
        j[3] = s * p.x0 * v[1]
        j[4] = s * p.x0 * (v[2] + p.x1 * v[3])
        j[5] = p.x0 * unit
        return j
    }

    /// Fluxes of a band at times, times `scale`, in place 5 and their derivatives by the parameters before it, at
    /// parameters whose rows are set with their slopes; zero outside the model.
    func curve(_ band: Int, _ p: Salt2Parameters, times: [Double], scale: Double) -> [SIMD8<Double>] {
        phases.withUnsafeBufferPointer { phases in
            times.map { slopes(band, p, at: $0, scale: scale, phases) ?? .zero }
        }
    }

    /// chi^2 and its derivatives at parameters whose rows are set.
    func evaluate(_ p: Salt2Parameters, into normal: inout Normal) {
        evaluations += 1
        var h = (SIMD8<Double>.zero, SIMD8<Double>.zero, SIMD8<Double>.zero, SIMD8<Double>.zero, SIMD8<Double>.zero)
        var chisq = unreached
        var shared = [SIMD8<Double>](repeating: .zero, count: hasCommon ? tables.count : 0)
        var sharedNorm = [Double](repeating: 1, count: hasCommon ? tables.count : 0)
        phases.withUnsafeBufferPointer { phases in
            points.withUnsafeBufferPointer { points in
                inverseError.withUnsafeBufferPointer { inverseError in
                    for i in 0..<points.count {
                        let point = points[i]
                        let weight = inverseError[i]
                        var j = SIMD8<Double>.zero
                        if let model = slopes(point.band, p, at: point.time, scale: point.scale * weight, phases) {
                            j = model
                            j[5] = point.flux * weight - model[5]
                            h.0 += j * j[0]
                            h.1 += j * j[1]
                            h.2 += j * j[2]
                            h.3 += j * j[3]
                            h.4 += j * j[4]
                        } else {
                            j[5] = point.flux * weight
                        }
                        chisq += j[5] * j[5]
                        if hasCommon {
                            shared[point.band] += j * common[i]
                            sharedNorm[point.band] += common[i] * common[i]
                        }
                    }
                }
            }
        }
        for (u, norm) in zip(shared, sharedNorm) {
            h.0 -= u * (u[0] / norm)
            h.1 -= u * (u[1] / norm)
            h.2 -= u * (u[2] / norm)
            h.3 -= u * (u[3] / norm)
            h.4 -= u * (u[4] / norm)
            chisq -= u[5] * u[5] / norm
        }
        if let prior {
            let slopes = prior.slopes(at: p.z)
            h.0[0] += slopes.curvature
            h.0[5] += slopes.gradient
            chisq += prior.chisq(at: p.z)
        }
        normal.chisq = chisq.isFinite ? chisq : .infinity
        normal.store(h.0, 0)
        normal.store(h.1, 1)
        normal.store(h.2, 2)
        normal.store(h.3, 3)
        normal.store(h.4, 4)
    }

    // MARK: Search

    /// ``Brightening`` at a redshift, for the colour whose rows are set.
    func brightening(z: Double, colors: [Double]) -> Brightening {
        let row = phases.lastIndex { $0 <= 5 } ?? 0
        var factors: [Double] = []
        factors.reserveCapacity(colors.count * tables.count)
        for c in colors {
            for b in tables.indices {
                let ratio = rows.ratio(b, row: row, color: c)
                factors.append(ratio > 0 && ratio.isFinite ? ratio : 1)
            }
        }
        return Brightening(colors: colors, factors: factors)
    }

    /// ``Scanned`` at a t0, at rows already set.
    func scan(z: Double, t0: Double, _ brightening: Brightening, x1Bounds: ClosedRange<Double>) -> Scanned {
        evaluations += 1
        let stretch = 1 / (1 + z)
        return withUnsafeTemporaryAllocation(of: BandProducts.self, capacity: tables.count) { products in
            products.initialize(repeating: BandProducts())
            var total = unreached + (prior?.chisq(at: z) ?? 0)
            phases.withUnsafeBufferPointer { phases in
                for i in points.indices {
                    let point = points[i]
                    let d = point.flux * inverseError[i]
                    total += d * d
                    guard let v = fluxes(point.band, (point.time - t0) * stretch, phases) else { continue }
                    let s = v * (point.scale * inverseError[i])
                    products[point.band].m00 += s[0] * s[0]
                    products[point.band].m01 += s[0] * s[1]
                    products[point.band].m11 += s[1] * s[1]
                    products[point.band].d0 += s[0] * d
                    products[point.band].d1 += s[1] * d
                }
            }
            return Scanned(products, total, brightening, x1Bounds)
        }
    }

    /// M0 and M1 at a phase; nil outside the model.
    @inline(__always)
    private func fluxes(_ band: Int, _ phase: Double, _ phases: UnsafeBufferPointer<Double>) -> SIMD2<Double>? {
        guard let cell = GridCell(of: phase, in: phases) else { return nil }
        if cell.isEdge {
            let at = rows.rows(band, cell.index == 0 ? phases.count : phases.count + 2, 2)
            return SIMD2(at[0][0], at[0][1]) * (1 - cell.fraction) + SIMD2(at[1][0], at[1][1]) * cell.fraction
        }
        let at = rows.rows(band, cell.index - 1, 4)
        let k = CubicConvolution.weights(cell.fraction)
        var value = SIMD2(at[0][0], at[0][1]) * k[0]
        value += SIMD2(at[1][0], at[1][1]) * k[1]
        value += SIMD2(at[2][0], at[2][1]) * k[2]
        value += SIMD2(at[3][0], at[3][1]) * k[3]
        return value
    }

    // MARK: Errors

    /// Takes the model's errors at these parameters into every point's own.
    func setModelCovariance(at p: Salt2Parameters) {
        let errors = tables.map { BandErrors(model: model, band: $0.band, redshift: p.z) }
        correct(z: p.z, c: p.c)
        let stretch = 1 / (1 + p.z)
        phases.withUnsafeBufferPointer { phases in
            for (i, point) in points.enumerated() {
                let phase = (point.time - p.t0) * stretch
                let v = interpolate(point.band, phase, phases)?.0 ?? .zero
                let flux = point.scale * p.x0 * (v[0] + p.x1 * v[1])
                let variance = errors[point.band].variance(phase: phase, x1: p.x1) * flux * flux
                inverseError[i] = 1 / (point.error * point.error + variance).squareRoot()
                common[i] = errors[point.band].dispersion * flux * inverseError[i]
            }
        }
        hasCommon = true
    }
}

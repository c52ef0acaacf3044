/// The row sums of a light curve's bands at one redshift and colour, with their derivatives, on flat arrays.
///
/// A row is made when it is asked for: a descent asks for those near the points' phases alone.
final class FitRows {
    /// How many a band has: the model's phases, and four linear ones.
    let count: Int
    /// Of every row: M0, M1, their derivatives by colour, their derivatives by redshift.
    private let values: UnsafeMutablePointer<SIMD8<Double>>
    /// Of every row the eight-point sums of both surfaces, and their derivatives by redshift.
    private let sums, slopes: UnsafeMutablePointer<SIMD8<Double>>
    /// What is added to a row to make it exact at one redshift and colour.
    private let corrections: UnsafeMutablePointer<SIMD2<Double>>
    /// For every row the number of the setting, of the redshift and of the correction for which it was made.
    private let made, filled, corrected: UnsafeMutablePointer<UInt32>
    private var (setting, redshift, correction): (UInt32, UInt32, UInt32) = (0, 0, 0)
    private var now = (z: Double.nan, c: Double.nan, slopes: false)
    private var correctedAt = (z: Double.nan, c: Double.nan)

    private let model: Salt2Model
    private let tables: [BandTable]
    private let dust: MilkyWayDust
    private let extinction: [SIMD8<Double>]
    private var mixes: [Mix]
    private var exact: [Exact] = []

    /// What a band's sums are multiplied with, each of eight values once for either surface.
    private struct Mix {
        var place: BandTable.Place?
        var flux = (SIMD8<Double>.zero, SIMD8<Double>.zero)
        var color = (SIMD8<Double>.zero, SIMD8<Double>.zero)
        var redshift = (SIMD8<Double>.zero, SIMD8<Double>.zero)
    }

    /// A band where its rows are to be exact.
    private struct Exact {
        let place: BandTable.Place?
        let flux: (SIMD8<Double>, SIMD8<Double>)
        let projection: RowProjection
    }

    init(model: Salt2Model, tables: [BandTable], dust: MilkyWayDust) {
        (self.model, self.tables, self.dust) = (model, tables, dust)
        count = model.m0.phases.count + 4
        let size = tables.count * count
        func numbers<Number>(_ count: Int, _ zero: Number) -> UnsafeMutablePointer<Number> {
            let pointer = UnsafeMutablePointer<Number>.allocate(capacity: count)
            pointer.initialize(repeating: zero, count: count)
            return pointer
        }
        (values, sums, slopes) = (numbers(size, .zero), numbers(2 * size, .zero), numbers(2 * size, .zero))
        corrections = numbers(size, .zero)
        (made, filled, corrected) = (numbers(size, 0), numbers(size, 0), numbers(size, 0))
        mixes = tables.map { _ in Mix() }
        extinction = tables.map { table in
            var values = SIMD8<Double>.zero
            for m in 0..<8 { values[m] = dust.extinction(wave: table.points[m]) }
            return values
        }
    }

    deinit {
        for pointer in [values, sums, slopes] { pointer.deallocate() }
        corrections.deallocate()
        for pointer in [made, filled, corrected] { pointer.deallocate() }
    }

    // MARK: - Settings

    /// Sets a redshift and a colour; derivatives by redshift are made only where `slopes` says so.
    func set(z: Double, c: Double, slopes wantsSlopes: Bool) {
        guard now.z != z || now.c != c || (wantsSlopes && !now.slopes) else { return }
        let isNew = now.z != z || (wantsSlopes && !now.slopes)
        if isNew { redshift += 1 }
        setting += 1
        now = (z, c, wantsSlopes || (!isNew && now.slopes))
        for b in tables.indices {
            if isNew {
                mixes[b].place = tables[b].place(redshift: z)
                if mixes[b].place == nil { fillWhole(b, z) }
            }
            let waves = tables[b].points / (1 + z)
            let law = model.colorLaw.valuesAndSlopes(waves: waves)
            let value = transmission(b, law.values, c)
            mixes[b].flux = Self.doubled(value)
            mixes[b].color = Self.doubled(-Physics.perMagnitude * law.values * value)
            mixes[b].redshift = Self.doubled(Physics.perMagnitude * c / (1 + z) * law.slopes * waves * value)
        }
    }

    /// Makes rows exact at this redshift and colour, which are set, and near by as good as the tables' slopes.
    func correct(z: Double, c: Double) {
        set(z: z, c: c, slopes: false)
        guard correctedAt != (z, c) else { return }
        correctedAt = (z, c)
        correction += 1
        setting += 1
        exact = tables.indices.map { b in
            Exact(
                place: mixes[b].place, flux: mixes[b].flux,
                projection: tables[b].projection(model: model, redshift: z, color: c, dust: dust))
        }
        // Beyond its table a band has its sums at this redshift now alone.
        for b in tables.indices where exact[b].place == nil {
            for at in b * count..<(b + 1) * count { _ = correction(at, b) }
        }
    }

    private func transmission(_ b: Int, _ law: SIMD8<Double>, _ c: Double) -> SIMD8<Double> {
        VectorExponential.of(-Physics.perMagnitude * (c * law + extinction[b]))
    }

    /// How much brighter a band is at another colour than at the one that is set, by its row at a phase.
    func ratio(_ b: Int, row: Int, color: Double) -> Double {
        let law = model.colorLaw.valuesAndSlopes(waves: tables[b].points / (1 + now.z)).values
        let (v0, v1) = Self.doubled(transmission(b, law, color))
        let flux = rows(b, row, 1)[0][0]
        let at = 2 * (b * count + row)
        return Self.folded(sums[at] * v0 + sums[at + 1] * v1)[0] / flux
    }

    // MARK: - Rows

    /// Some rows of a band from one on: M0, M1, their derivatives by colour, their derivatives by redshift.
    @inline(__always)
    func rows(_ band: Int, _ first: Int, _ wanted: Int) -> UnsafePointer<SIMD8<Double>> {
        let start = band * count + first
        for row in start..<start + wanted where made[row] != setting { make(row, band) }
        return UnsafePointer(values + start)
    }

    private func make(_ at: Int, _ b: Int) {
        let mix = mixes[b]
        if filled[at] != redshift, let place = mix.place {
            tables[b].fill(at - b * count, place, into: sums + 2 * at, slopes: now.slopes ? slopes + 2 * at : nil)
            filled[at] = redshift
        }
        let (s0, s1) = (sums[2 * at], sums[2 * at + 1])
        var flux = Self.folded(s0 * mix.flux.0 + s1 * mix.flux.1)
        if correction > 0 { flux += correction(at, b) }
        let color = Self.folded(s0 * mix.color.0 + s1 * mix.color.1)
        var byRedshift = SIMD2<Double>.zero
        if now.slopes {
            byRedshift = Self.folded(
                s0 * mix.redshift.0 + s1 * mix.redshift.1 + slopes[2 * at] * mix.flux.0
                    + slopes[2 * at + 1] * mix.flux.1)
        }
        values[at] = SIMD8(
            lowHalf: SIMD4(lowHalf: flux, highHalf: color), highHalf: SIMD4(lowHalf: byRedshift, highHalf: .zero))
        made[at] = setting
    }

    private func correction(_ at: Int, _ b: Int) -> SIMD2<Double> {
        if corrected[at] == correction { return corrections[at] }
        let exact = exact[b]
        var (s0, s1) = (sums[2 * at], sums[2 * at + 1])
        if now.z != correctedAt.z, let place = exact.place {
            withUnsafeTemporaryAllocation(of: SIMD8<Double>.self, capacity: 2) { two in
                if let start = two.baseAddress { tables[b].fill(at - b * count, place, into: start, slopes: nil) }
                (s0, s1) = (two[0], two[1])
            }
        }
        corrections[at] =
            exact.projection.row(at - b * count, of: model) - Self.folded(s0 * exact.flux.0 + s1 * exact.flux.1)
        corrected[at] = correction
        return corrections[at]
    }

    /// Beyond its table a band's sums are made for this redshift alone, and have no slopes.
    private func fillWhole(_ b: Int, _ z: Double) {
        let moments = tables[b].moments(model: model, redshift: z)
        let first = b * count
        for i in 0..<2 * count { (sums[2 * first + i], slopes[2 * first + i]) = (moments[i], .zero) }
        for row in first..<first + count { filled[row] = redshift }
    }

    /// Each of eight values twice: once for either surface.
    private static func doubled(_ v: SIMD8<Double>) -> (SIMD8<Double>, SIMD8<Double>) {
        (SIMD8(v[0], v[0], v[1], v[1], v[2], v[2], v[3], v[3]), SIMD8(v[4], v[4], v[5], v[5], v[6], v[6], v[7], v[7]))
    }

    /// Sums of the values of either surface.
    @inline(__always) private static func folded(_ v: SIMD8<Double>) -> SIMD2<Double> {
        let four = v.lowHalf + v.highHalf
        return four.lowHalf + four.highHalf
    }
}

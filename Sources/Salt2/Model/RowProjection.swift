/// A spectral surface summed over weighted wavelengths, one number per phase row of the model's grid.
///
/// Interpolation is separable, so a band flux at any phase is a few weights times these. Weights of the samples are
/// first gathered on the grid's wavelengths, which turns each row into one scalar product.
struct RowProjection {
    /// Weight of each grid wavelength from `start` on, by cubic convolution inside and linear in the edge cells.
    private(set) var cubic: [Double]
    /// The same, linear throughout: for the first and last cell of phase.
    private(set) var linear: [Double]
    /// Linear weights of those samples alone that lie in the first or last cell of wavelength; empty where none does.
    private(set) var edge: [Double]
    private(set) var start = 0

    /// - Parameters:
    ///   - waves: The grid's wavelengths.
    ///   - samples: Rest-frame wavelengths, rising; those outside the grid count nothing.
    ///   - weights: One per sample.
    init(
        waves: UnsafeBufferPointer<Double>, samples: UnsafeBufferPointer<Double>, weights: UnsafeBufferPointer<Double>
    ) {
        var first = 0
        while first < samples.count, !(samples[first] >= waves[0]) { first += 1 }
        var end = samples.count
        while end > first, !(samples[end - 1] <= waves[waves.count - 1]) { end -= 1 }
        guard first < end, let low = GridCell(of: samples[first], in: waves),
            let high = GridCell(of: samples[end - 1], in: waves)
        else {
            (cubic, linear, edge) = ([], [], [])
            return
        }
        start = max(0, low.index - 1)
        let count = min(waves.count, high.index + 3) - start
        let padded = (count + 7) & ~7
        var cubic = [Double](repeating: 0, count: padded)
        var linear = [Double](repeating: 0, count: padded)
        var edge: [Double] = []
        var cell = low.index
        let last = waves.count - 2
        let origin = start
        cubic.withUnsafeMutableBufferPointer { cubic in
            linear.withUnsafeMutableBufferPointer { linear in
                for i in first..<end {
                    let x = samples[i]
                    while cell < last, x >= waves[cell + 1] { cell += 1 }
                    let fraction = (x - waves[cell]) / (waves[cell + 1] - waves[cell])
                    let weight = weights[i]
                    let at = cell - origin
                    linear[at] += weight * (1 - fraction)
                    linear[at + 1] += weight * fraction
                    if cell == 0 || cell == last {
                        if edge.isEmpty { edge = [Double](repeating: 0, count: padded) }
                        edge[at] += weight * (1 - fraction)
                        edge[at + 1] += weight * fraction
                    } else {
                        let k = CubicConvolution.weights(fraction) * weight
                        cubic[at - 1] += k[0]
                        cubic[at] += k[1]
                        cubic[at + 1] += k[2]
                        cubic[at + 2] += k[3]
                    }
                }
            }
        }
        (self.cubic, self.linear, self.edge) = (cubic, linear, edge)
    }

    /// Adds the edge samples to the cubic ones.
    mutating func foldEdge() {
        for i in edge.indices { cubic[i] += edge[i] }
        edge = []
    }

    /// Scalar products of a weight vector with one row of both surfaces; `weights` is one of this projection's.
    @inline(__always)
    static func product(
        _ weights: UnsafePointer<Double>, _ count: Int, _ row0: UnsafePointer<Double>, _ row1: UnsafePointer<Double>
    ) -> SIMD2<Double> {
        var sum0 = SIMD8<Double>.zero
        var sum1 = SIMD8<Double>.zero
        let w = UnsafeRawPointer(weights)
        let a = UnsafeRawPointer(row0)
        let b = UnsafeRawPointer(row1)
        var offset = 0
        let end = count * 8
        while offset < end {
            let weight = w.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
            sum0 += weight * a.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
            sum1 += weight * b.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
            offset += 64
        }
        return SIMD2(sum0.sum(), sum1.sum())
    }
}

extension RowProjection {
    /// The sums of both surfaces in a row: one of the model's phases, or of the four linear ones behind them.
    func row(_ row: Int, of model: Salt2Model) -> SIMD2<Double> {
        let phases = model.m0.phases.count
        let (weights, phase) = row < phases ? (cubic, row) : (linear, [0, 1, phases - 2, phases - 1][row - phases])
        guard !weights.isEmpty else { return .zero }
        let at = phase * model.m0.waves.count + start
        return model.m0.values.withUnsafeBufferPointer { m0 in
            model.m1.values.withUnsafeBufferPointer { m1 in
                weights.withUnsafeBufferPointer { weights in
                    guard let m0 = m0.baseAddress, let m1 = m1.baseAddress, let w = weights.baseAddress else {
                        return .zero
                    }
                    return Self.product(w, weights.count, m0 + at, m1 + at)
                }
            }
        }
    }
}

/// Both surfaces' row sums for one band, redshift and colour, and the flux they give at any phase.
struct RowSums {
    /// One per phase, then four for the linear cells: rows 0, 1 and the last two.
    let rows: [SIMD2<Double>]
    /// Sums over the samples in edge cells of wavelength, which are linear in phase too; empty where there are none.
    let edge: [SIMD2<Double>]

    init(model: Salt2Model, projection: RowProjection) {
        let phases = model.m0.phases.count
        let width = model.m0.waves.count
        let start = projection.start
        func sums(_ weights: [Double], _ wanted: [Int]) -> [SIMD2<Double>] {
            guard !weights.isEmpty else { return [SIMD2<Double>](repeating: .zero, count: wanted.count) }
            return model.m0.values.withUnsafeBufferPointer { m0 in
                model.m1.values.withUnsafeBufferPointer { m1 in
                    weights.withUnsafeBufferPointer { weights in
                        guard let m0 = m0.baseAddress, let m1 = m1.baseAddress, let w = weights.baseAddress else {
                            return []
                        }
                        return wanted.map { row in
                            let at = row * width + start
                            return RowProjection.product(w, weights.count, m0 + at, m1 + at)
                        }
                    }
                }
            }
        }
        rows =
            sums(projection.cubic, Array(0..<phases))
            + sums(projection.linear, [0, 1, phases - 2, phases - 1])
        edge = projection.edge.isEmpty ? [] : sums(projection.edge, Array(0..<phases))
    }

    /// Sums of M0 and M1 at a phase; zero outside the model.
    func value(phase: Double, phases: [Double]) -> SIMD2<Double> {
        guard let cell = phases.withUnsafeBufferPointer({ GridCell(of: phase, in: $0) }) else { return .zero }
        let f = cell.fraction
        if cell.isEdge {
            let at = cell.index == 0 ? phases.count : phases.count + 2
            return rows[at] * (1 - f) + rows[at + 1] * f
        }
        let k = CubicConvolution.weights(f)
        let i = cell.index
        var sum = rows[i - 1] * k[0] + rows[i] * k[1] + rows[i + 1] * k[2] + rows[i + 2] * k[3]
        if !edge.isEmpty { sum += edge[i] * (1 - f) + edge[i + 1] * f }
        return sum
    }
}

/// Where a coordinate lies between the nodes of an axis.
struct GridCell {
    let index: Int
    let fraction: Double
    /// First or last cell of the axis, where interpolation is linear.
    let isEdge: Bool

    /// The cell among two or more rising nodes; nil outside them (both ends are inside) and for NaN.
    init?(of x: Double, in nodes: UnsafeBufferPointer<Double>) {
        let last = nodes.count - 1
        guard x >= nodes[0], x <= nodes[last] else { return nil }
        // Most axes are even, so the guess is right at once; the loops mend rounding and uneven axes.
        let guess = (x - nodes[0]) / (nodes[last] - nodes[0]) * Double(last)
        var cell = min(last - 1, Int(guess))
        while cell > 0, x < nodes[cell] { cell -= 1 }
        while cell < last - 1, x >= nodes[cell + 1] { cell += 1 }
        index = cell
        fraction = (x - nodes[cell]) / (nodes[cell + 1] - nodes[cell])
        isEdge = cell == 0 || cell == last - 1
    }
}

/// Keys' cubic convolution with a = -1/2: what sncosmo and snfit use in place of a spline.
///
/// Source: Keys 1981, IEEE ASSP 29, 1153.
enum CubicConvolution {
    /// Weights of the nodes -1, 0, 1, 2 at the fraction `f` of the cell 0...1.
    @inline(__always) static func weights(_ f: Double) -> SIMD4<Double> {
        let square = f * f
        let cube = square * f
        return SIMD4(
            -0.5 * cube + square - 0.5 * f, 1.5 * cube - 2.5 * square + 1, -1.5 * cube + 2 * square + 0.5 * f,
            0.5 * (cube - square))
    }

    /// Derivatives of ``weights(_:)`` by the fraction.
    @inline(__always) static func slopes(_ f: Double) -> SIMD4<Double> {
        let square = f * f
        return SIMD4(
            -1.5 * square + 2 * f - 0.5, 4.5 * square - 5 * f, -4.5 * square + 4 * f + 0.5, 1.5 * square - f)
    }
}

/// Values on a grid of rest-frame phase (days) and wavelength (Angstrom), as SALT2's files hold them.
package struct GridSurface: Sendable {
    /// Rest-frame days, rising.
    package let phases: [Double]
    /// Rest-frame wavelengths, Angstrom, rising.
    package let waves: [Double]
    /// Row-major, one row a phase, with ``padding`` zeros behind the last row.
    let values: [Double]

    /// Zeros behind the last row, so that eight values can be read at once from any node.
    static let padding = 8

    /// `phases.count * waves.count` values, one row a phase; both axes rise and have four nodes at least.
    package init(phases: [Double], waves: [Double], values: [Double], scale: Double = 1) {
        precondition(phases.count >= 4 && waves.count >= 4 && values.count == phases.count * waves.count)
        self.phases = phases
        self.waves = waves
        self.values = values.map { $0 * scale } + [Double](repeating: 0, count: Self.padding)
    }

    /// Value by cubic convolution; linear in both coordinates where either is in its first or last cell; 0 outside.
    package func value(phase: Double, wave: Double) -> Double {
        phases.withUnsafeBufferPointer { phases in
            waves.withUnsafeBufferPointer { waves in
                guard let row = GridCell(of: phase, in: phases), let column = GridCell(of: wave, in: waves) else {
                    return 0
                }
                return row.isEdge || column.isEdge ? linear(row, column) : cubic(row, column)
            }
        }
    }

    private func linear(_ row: GridCell, _ column: GridCell) -> Double {
        let start = row.index * waves.count + column.index
        let next = start + waves.count
        let low = values[start] * (1 - column.fraction) + values[start + 1] * column.fraction
        let high = values[next] * (1 - column.fraction) + values[next + 1] * column.fraction
        return low * (1 - row.fraction) + high * row.fraction
    }

    private func cubic(_ row: GridCell, _ column: GridCell) -> Double {
        let rows = CubicConvolution.weights(row.fraction)
        let columns = CubicConvolution.weights(column.fraction)
        var sum = 0.0
        for i in 0..<4 {
            let start = (row.index - 1 + i) * waves.count + column.index - 1
            sum +=
                rows[i]
                * (columns[0] * values[start] + columns[1] * values[start + 1] + columns[2] * values[start + 2]
                    + columns[3] * values[start + 3])
        }
        return sum
    }
}

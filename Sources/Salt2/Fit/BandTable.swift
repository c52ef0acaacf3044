internal import Glibc
internal import Synchronization

/// Row sums of one band prepared over redshift, for the search of a fit.
///
/// Colour and dust are smooth over a band, so within it they are taken as the polynomial through eight Chebyshev
/// points; the sums with each point's Lagrange polynomial are tabled over ln(1+z), and a row's sum at any colour is
/// eight products. This guides the search alone: what a fit reports is computed without it.
struct BandTable: Sendable {
    let band: BandpassCurve
    /// Observer-frame wavelengths of the eight points, Angstrom.
    let points: SIMD8<Double>
    /// Extinction per E(B-V) at the band's samples and at the eight points, for R_V of 3.1.
    private let sampleExtinction: [MilkyWayDust.Law: [Double]]
    private let lagrange: [SIMD8<Double>]
    /// Rows of the model's phases and four linear ones.
    let rowCount: Int
    private let firstNode: Int
    private let nodeCount: Int
    /// `[node][row][point][surface]`, so two vectors a row.
    private let table: [SIMD8<Double>]

    private static let step = 0.0025

    /// Tables the redshifts from 0 to `maximumRedshift` as far as the band lies in the model there.
    init(model: Salt2Model, band: BandpassCurve, maximumRedshift: Double) {
        self.band = band
        rowCount = model.m0.phases.count + 4
        let (points, lagrange) = Self.chebyshev(band)
        self.points = points
        self.lagrange = lagrange
        var extinction: [MilkyWayDust.Law: [Double]] = [:]
        for law in [MilkyWayDust.Law.ccm89, .f99] {
            extinction[law] = band.sampleWave.map { MilkyWayDust(law: law, mwebv: 1).extinction(wave: $0) }
        }
        sampleExtinction = extinction
        let last = Int((log(1 + max(0, maximumRedshift)) / Self.step).rounded(.up)) + 2
        let nodes = (-2...last).filter { model.covers(band, redshift: exp(Double($0) * Self.step) - 1) }
        firstNode = nodes.first ?? 0
        nodeCount = nodes.count
        var table: [SIMD8<Double>] = []
        table.reserveCapacity(nodeCount * rowCount * 2)
        for node in nodes {
            table += Self.moments(model, band, lagrange, redshift: exp(Double(node) * Self.step) - 1)
        }
        self.table = table
    }

    /// Chebyshev points of a band, and the Lagrange polynomials of each at the band's samples.
    private static func chebyshev(_ band: BandpassCurve) -> (SIMD8<Double>, [SIMD8<Double>]) {
        let middle = (band.minimumWave + band.maximumWave) / 2
        let half = (band.maximumWave - band.minimumWave) / 2
        var points = SIMD8<Double>.zero
        for m in 0..<8 { points[m] = middle - half * cos(.pi * (Double(m) + 0.5) / 8) }
        let lagrange = band.sampleWave.map { wave in
            var values = SIMD8<Double>(repeating: 1)
            for m in 0..<8 {
                for k in 0..<8 where k != m { values[m] *= (wave - points[k]) / (points[m] - points[k]) }
            }
            return values
        }
        return (points, lagrange)
    }

    private static func moments(
        _ model: Salt2Model, _ band: BandpassCurve, _ lagrange: [SIMD8<Double>], redshift: Double
    ) -> [SIMD8<Double>] {
        let factor = 1 / (1 + redshift)
        let samples = band.sampleWave.map { $0 * factor }
        var result = [SIMD8<Double>](repeating: .zero, count: (model.m0.phases.count + 4) * 2)
        for m in 0..<8 {
            let weights = band.sampleWeight.indices.map { band.sampleWeight[$0] * factor * lagrange[$0][m] }
            let sums = RowSums(model: model, projection: model.projection(samples, weights).withEdge)
            for (row, sum) in sums.rows.enumerated() {
                result[2 * row + m / 4][m % 4 * 2] = sum[0]
                result[2 * row + m / 4][m % 4 * 2 + 1] = sum[1]
            }
        }
        return result
    }

    /// Where a redshift lies in the table: the first of four nodes, their weights, and those of the derivative by redshift.
    struct Place {
        fileprivate let start: Int
        fileprivate let weights: SIMD4<Double>
        fileprivate let slopes: SIMD4<Double>
    }

    /// Where a redshift lies; `nil` beyond the table.
    func place(redshift: Double) -> Place? {
        let at = log(1 + redshift) / Self.step - Double(firstNode)
        guard nodeCount >= 4, at >= -1, at <= Double(nodeCount) else { return nil }
        let start = min(max(0, Int(at) - 1), nodeCount - 4)
        let (weights, slopes) = Self.fourPoint(at - Double(start))
        return Place(start: start * rowCount * 2, weights: weights, slopes: slopes / (Self.step * (1 + redshift)))
    }

    /// Fills the eight-point sums of a row, two vectors, and their derivatives by redshift: cubic in ln(1+z) between four nodes.
    func fill(
        _ row: Int, _ place: Place, into sums: UnsafeMutablePointer<SIMD8<Double>>,
        slopes: UnsafeMutablePointer<SIMD8<Double>>?
    ) {
        let (w, d, size) = (place.weights, place.slopes, rowCount * 2)
        table.withUnsafeBufferPointer { table in
            for i in 0..<2 {
                let at = place.start + 2 * row + i
                let (a, b) = (table[at], table[at + size])
                let (c, e) = (table[at + 2 * size], table[at + 3 * size])
                sums[i] = a * w[0] + b * w[1] + c * w[2] + e * w[3]
                if let slopes { slopes[i] = a * d[0] + b * d[1] + c * d[2] + e * d[3] }
            }
        }
    }

    /// The eight-point sums of every row at a redshift, two vectors a row, without the table.
    func moments(model: Salt2Model, redshift: Double) -> [SIMD8<Double>] {
        Self.moments(model, band, lagrange, redshift: redshift)
    }

    /// Lagrange weights of the nodes 0, 1, 2, 3 at `x`, and their derivatives.
    private static func fourPoint(_ x: Double) -> (SIMD4<Double>, SIMD4<Double>) {
        let (a, b, c, d) = (x, x - 1, x - 2, x - 3)
        return (
            SIMD4(-b * c * d / 6, a * c * d / 2, -a * b * d / 2, a * b * c / 6),
            SIMD4(
                -(c * d + b * d + b * c) / 6, (c * d + a * d + a * c) / 2, -(b * d + a * d + a * b) / 2,
                (b * c + a * c + a * b) / 6)
        )
    }

    /// What gives row sums without the table, as ``Salt2Model/bandFlux(_:parameters:times:dust:)`` has them.
    func projection(model: Salt2Model, redshift: Double, color: Double, dust: MilkyWayDust) -> RowProjection {
        let factor = 1 / (1 + redshift)
        let samples = band.sampleWave.map { $0 * factor }
        let tabled = dust.rv == 3.1 ? sampleExtinction[dust.law]?.map { $0 * dust.mwebv } : nil
        let weights = model.weights(
            band, samples: samples, factor: factor, color: color, extinction: tabled ?? dust.extinction(band))
        return model.projection(samples, weights).withEdge
    }
}

extension RowProjection {
    /// Takes samples in edge cells of wavelength as cubic in phase: they are a cell at the foot of a band at most.
    var withEdge: RowProjection {
        var whole = self
        whole.foldEdge()
        return whole
    }
}

/// The tables of a fitter's bands, each made when first asked for.
final class BandTables: Sendable {
    let bandpasses: [String: BandpassCurve]
    private let model: Salt2Model
    private let maximumRedshift: Double
    private let made = Mutex<[String: BandTable]>([:])

    init(model: Salt2Model, bandpasses: [BandpassCurve], maximumRedshift: Double) {
        self.model = model
        self.maximumRedshift = maximumRedshift
        self.bandpasses = Dictionary(bandpasses.map { ($0.name, $0) }) { first, _ in first }
    }

    func table(_ name: String) -> BandTable? {
        made.withLock { made in
            if let table = made[name] { return table }
            guard let band = bandpasses[name] else { return nil }
            let table = BandTable(model: model, band: band, maximumRedshift: maximumRedshift)
            made[name] = table
            return table
        }
    }
}

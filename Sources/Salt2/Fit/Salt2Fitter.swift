internal import Glibc

/// Fits supernovae: a model with its bandpasses prepared once, used by any number of threads.
package struct Salt2Fitter: Sendable {
    /// The model that is fitted.
    package let model: Salt2Model
    private let tables: BandTables
    private let maximumRedshift: Double

    /// Points of a light curve that are fitted at most: with these the longest search takes some seconds.
    package static let mostPoints = 5_000

    /// - Parameters:
    ///   - model: What to fit.
    ///   - bandpasses: Those that points may be in. A band is prepared when first met: about 50 ms and 1.6 MB each.
    ///   - maximumRedshift: The highest bound on a free redshift.
    package init(model: Salt2Model, bandpasses: [BandpassCurve], maximumRedshift: Double = 0.5) {
        self.model = model
        self.maximumRedshift = maximumRedshift
        tables = BandTables(model: model, bandpasses: bandpasses, maximumRedshift: maximumRedshift)
    }

    /// The bandpass of a name; `nil` where there is none.
    package func bandpass(_ name: String) -> BandpassCurve? { tables.bandpasses[name] }

    func table(_ name: String) -> BandTable? { tables.table(name) }

    /// The supernova of lowest chi^2; where there is none, the result says why.
    package func fit(points: [PhotometricPoint], options: FitOptions) -> Salt2Fit {
        var fit = Salt2Fit()
        fit.model = model.name
        fit.dust = options.dust
        fit.isUsed = [Bool](repeating: false, count: points.count)
        do {
            let prepared = try prepare(points, options, &fit)
            solve(prepared, options, &fit)
        } catch {
            fit.failure = error
        }
        return fit
    }

    // MARK: Before the fit

    /// Points sorted by time, those in bandpasses unknown or beyond the model left out, and the bounds checked.
    private func prepare(
        _ points: [PhotometricPoint], _ options: FitOptions, _ fit: inout Salt2Fit
    ) throws(FitFailure) -> (points: [FitEngine.Point], tables: [BandTable], t0Bounds: ClosedRange<Double>) {
        guard !points.isEmpty else { throw .noPoints }
        guard points.count <= Self.mostPoints else { throw .tooManyPoints }
        for (i, point) in points.enumerated() {
            guard point.mjd.isFinite, abs(point.mjd) < 1e8, point.flux.isFinite, point.fluxError.isFinite,
                point.fluxError > 0, point.zeroPoint.isFinite, abs(point.zeroPoint) < 200
            else { throw .badPoint(i) }
        }
        let redshifts = try check(options)
        var used: [BandTable] = []
        var index: [String: Int] = [:]
        for name in Set(points.map(\.bandpass)).sorted() {
            guard let band = bandpass(name), redshifts.allSatisfy({ model.covers(band, redshift: $0) }),
                let table = table(name)
            else { continue }
            index[name] = used.count
            used.append(table)
        }
        let scales = used.map { 1 / $0.band.abZeroPoint }
        var kept: [FitEngine.Point] = []
        for i in points.indices.sorted(by: { points[$0].mjd < points[$1].mjd }) {
            guard let band = index[points[i].bandpass] else { continue }
            fit.isUsed[i] = true
            kept.append(
                FitEngine.Point(
                    time: points[i].mjd, band: band, flux: points[i].flux, error: points[i].fluxError,
                    scale: pow(10, 0.4 * points[i].zeroPoint) * scales[band]))
        }
        fit.bands = used.map(\.band.name)
        guard let first = kept.first, let last = kept.last else { throw .outsideModel }
        let isColorFree = options.cBounds.lowerBound < options.cBounds.upperBound
        fit.names = Salt2Parameters.names.filter { ($0 != "z" || redshifts.count > 1) && ($0 != "c" || isColorFree) }
        // A prior is a measurement as a point is.
        fit.ndof = kept.count + (options.redshift.prior == nil ? 0 : 1) - fit.names.count
        guard fit.ndof >= 0 else { throw .tooFewPoints(have: kept.count, need: fit.names.count) }
        if used.count == 1, isColorFree { throw .oneBand(used[0].band.name) }
        guard kept.contains(where: { $0.flux / $0.error > 5 }) else { throw .noSignificantPoint }
        // sncosmo's default: every time at which the model reaches a point, at the redshift it starts from.
        let stretch = 1 + redshifts.reduce(0, +) / Double(redshifts.count)
        let bounds =
            options.t0Bounds ?? (first.time - model.lastPhase * stretch)...(last.time - model.firstPhase * stretch)
        return (kept, used, bounds)
    }

    /// The redshift, or both bounds of it.
    private func check(_ options: FitOptions) throws(FitFailure) -> [Double] {
        let ranges = [("x1", options.x1Bounds), ("c", options.cBounds)] + (options.t0Bounds.map { [("t0", $0)] } ?? [])
        for (name, range) in ranges {
            guard abs(range.lowerBound) < 1e9, abs(range.upperBound) < 1e9,
                name == "c" || range.lowerBound < range.upperBound
            else { throw .badBounds(name) }
        }
        guard abs(options.cBounds.lowerBound) <= 20, abs(options.cBounds.upperBound) <= 20 else {
            throw .badBounds("c")
        }
        guard options.dust.mwebv.isFinite, options.dust.rv.isFinite, abs(options.dust.mwebv) < 100, options.dust.rv > 0
        else { throw .badBounds("mwebv") }
        switch options.redshift {
        case .fixed(let z):
            guard z.isFinite, z > -0.5, z < 20 else { throw .badBounds("z") }
            return [z]
        case .free(let range), .prior(_, _, let range):
            if let prior = options.redshift.prior {
                // Beyond these bounds its square may not be a number.
                guard abs(prior.mean) < 1e3, prior.sigma > 1e-9, prior.sigma < 1e3 else { throw .badBounds("z") }
            }
            guard range.lowerBound >= 0, range.upperBound <= maximumRedshift, range.lowerBound < range.upperBound else {
                throw .badBounds("z")
            }
            return [range.lowerBound, range.upperBound]
        }
    }

    // MARK: The fit

    private func solve(
        _ prepared: (points: [FitEngine.Point], tables: [BandTable], t0Bounds: ClosedRange<Double>),
        _ options: FitOptions, _ fit: inout Salt2Fit
    ) {
        let (bounds, stretch) = (prepared.t0Bounds, 1 + options.redshift.range.upperBound)
        // A trace more, since phases are rounded.
        let reach =
            bounds.lowerBound + model.firstPhase * stretch - 1e-3...bounds.upperBound + model.lastPhase * stretch + 1e-3
        let engine = FitEngine(
            model: model, tables: prepared.tables, points: prepared.points, within: reach, dust: options.dust,
            prior: options.redshift.prior)
        let search = MinimumSearch(
            engine: engine, redshift: options.redshift, x1Bounds: options.x1Bounds, cBounds: options.cBounds,
            t0Bounds: bounds)
        if let parameters = options.modelErrorsAt { engine.setModelCovariance(at: parameters) }
        // The tables are good to about 1e-5, so what is a minimum, and which is the lowest, the exact model decides.
        let minima = minima(search)
        guard var best = minima.first else {
            fit.failure = .noSupernova
            return
        }
        var rivals = Array(minima.dropFirst())
        if options.modelCovariance, options.modelErrorsAt == nil {
            best = refitWithModelErrors(best, search, &fit)
            // chi^2 with the model's errors is another: theirs at the errors frozen for the best.
            rivals = rivals.map { polish($0, search) }
        }
        finish(best, rivals, search, &fit)
        let stretched = 1 / (1 + best.parameters.z)
        if let first = prepared.points.first, let last = prepared.points.last {
            let t0 = best.parameters.t0
            fit.phaseRange = (first.time - t0) * stretched...(last.time - t0) * stretched
        }
    }

    /// The lowest minima, the lowest first.
    private func minima(_ search: MinimumSearch) -> [Minimizer.Outcome] {
        let found = search.run()
        let limit = (found.first?.chisq ?? 0) + Self.rivalry
        return found.prefix(Self.mostMinima).filter { $0.chisq < limit }.map { polish($0, search) }
            .sorted { $0.chisq < $1.chisq }
    }

    /// How far above the lowest chi^2 of the tables a minimum may lie to be looked at exactly, and how many are.
    private static let rivalry = 6.0
    private static let mostMinima = 4
    /// How far above the lowest chi^2 a second minimum is reported.
    private static let reported = 4.0

    /// Moves from the tables' minimum to the exact model's.
    private func polish(_ start: Minimizer.Outcome, _ search: MinimumSearch) -> Minimizer.Outcome {
        var best = start
        var step = search.minimizer(z: search.zRange)
        step.tolerance = 1e-6
        for round in 0..<6 {
            search.engine.correct(z: best.parameters.z, c: best.parameters.c)
            var normal = FitEngine.Normal()
            search.engine.evaluate(best.parameters, into: &normal)
            best.chisq = normal.chisq
            guard let next = step.minimize(from: best.parameters) else { return best }
            if round > 0, next.chisq > best.chisq - 1e-4 {
                best.isConverged = best.isConverged || next.isConverged
                return best
            }
            best = next
        }
        return best
    }

    /// sncosmo's iteration: fits with the model's errors frozen at the last best fit until nothing moves by a tenth of
    /// its error, at most 21 times.
    private func refitWithModelErrors(
        _ start: Minimizer.Outcome, _ search: MinimumSearch, _ fit: inout Salt2Fit
    ) -> Minimizer.Outcome {
        var best = start
        for _ in 0..<21 {
            search.engine.setModelCovariance(at: best.parameters)
            let last = best.parameters
            best = polish(best, search)
            guard let covariance = covariance(at: best, search, fit.names) else { return best }
            let moved = fit.names.indices.contains { i in
                let parameter = Salt2Parameters.names.firstIndex(of: fit.names[i]) ?? 0
                return abs(best.parameters[parameter] - last[parameter]) > 0.1 * covariance[i][i].squareRoot()
            }
            if !moved { break }
        }
        return best
    }

    /// Inverse of half the Gauss-Newton curvature in z, t0, x0, x1, c, of the free ones.
    private func covariance(
        at best: Minimizer.Outcome, _ search: MinimumSearch, _ names: [String]
    ) -> [[Double]]? {
        let engine = search.engine
        let pivot = engine.pivot
        defer { engine.pivot = pivot }
        engine.pivot = 0
        engine.correct(z: best.parameters.z, c: best.parameters.c)
        var normal = FitEngine.Normal()
        engine.setRows(z: best.parameters.z, c: best.parameters.c, slopes: names.contains("z"))
        engine.evaluate(best.parameters, into: &normal)
        let free = names.compactMap { Salt2Parameters.names.firstIndex(of: $0) }
        let matrix = free.flatMap { row in free.map { normal.curvature[5 * row + $0] } }
        guard let inverse = Cholesky.inverse(matrix, free.count) else { return nil }
        return free.indices.map { Array(inverse[($0 * free.count)..<(($0 + 1) * free.count)]) }
    }

    // MARK: After the fit

    private func finish(
        _ best: Minimizer.Outcome, _ rivals: [Minimizer.Outcome], _ search: MinimumSearch, _ fit: inout Salt2Fit
    ) {
        let p = best.parameters
        fit.parameters = p
        fit.priorChisq = search.redshift.prior?.chisq(at: p.z) ?? 0
        fit.chisq = best.chisq - fit.priorChisq
        fit.fitProbability = fit.ndof > 0 ? ChiSquare.probability(above: best.chisq, degrees: fit.ndof) : .nan
        let bounds = [
            ("z", search.zRange), ("t0", search.t0Bounds), ("x1", search.x1Bounds), ("c", search.cBounds),
        ]
        for (name, range) in bounds where fit.names.contains(name) {
            let value = p[Salt2Parameters.names.firstIndex(of: name) ?? 0]
            if value <= range.lowerBound || value >= range.upperBound { fit.atBound.append(name) }
        }
        setErrors(best, search, &fit)
        if !(p.x0 > 0) { fit.failure = .noSupernova }
        fit.secondMinimum = second(rivals, best, search, fit)
        fit.ncall = search.engine.evaluations
    }

    /// Errors of the parameters within their bounds: those on a bound are held there, and have none.
    private func setErrors(_ best: Minimizer.Outcome, _ search: MinimumSearch, _ fit: inout Salt2Fit) {
        let inner = fit.names.filter { !fit.atBound.contains($0) }
        guard covariance(at: best, search, fit.names) != nil, let covariance = covariance(at: best, search, inner)
        else {
            fit.failure = .degenerate
            return
        }
        let indices = fit.names.map { name in inner.firstIndex(of: name) }
        fit.covariance = indices.map { row in
            indices.map { column in row.flatMap { row in column.map { covariance[row][$0] } } ?? .nan }
        }
        fit.errors = indices.map { $0.map { covariance[$0][$0].squareRoot() } ?? .nan }
        if let index = fit.names.firstIndex(of: "z"), indices[index] != nil {
            let width = RedshiftProfile(search: search, best: best).width(parabola: fit.errors[index])
            fit.errors[index] = width.error ?? .nan
            fit.isRedshiftErrorFromProfile = width.isFromProfile
        }
        if !best.isConverged { fit.failure = .notConverged }
    }

    /// The next best minimum, where its chi^2 is within 4 of the best and some parameter is an error away.
    private func second(
        _ rivals: [Minimizer.Outcome], _ best: Minimizer.Outcome, _ search: MinimumSearch, _ fit: Salt2Fit
    ) -> (chisq: Double, parameters: Salt2Parameters)? {
        guard !fit.errors.isEmpty else { return nil }
        let near = rivals.filter { rival in
            rival.isConverged && rival.chisq < best.chisq + Self.reported
                && fit.names.indices.contains { i in
                    let k = Salt2Parameters.names.firstIndex(of: fit.names[i]) ?? 0
                    let apart = abs(rival.parameters[k] - best.parameters[k])
                    // On a bound, or not measured: any distance that is no rounding.
                    return fit.errors[i].isNaN ? apart > 1e-6 : apart > fit.errors[i]
                }
        }
        return near.min { $0.chisq < $1.chisq }.map { rival in
            (rival.chisq - (search.redshift.prior?.chisq(at: rival.parameters.z) ?? 0), rival.parameters)
        }
    }
}

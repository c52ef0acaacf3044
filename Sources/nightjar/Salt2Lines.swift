internal import Salt2

/// The commands `salt2 fit` and `salt2 flux`: a line of JSON in, a line of JSON out, the newline not included.
///
/// The fields are those of the project's reference files. A line that cannot be read is answered with its id and an
/// `error`. Safe to call from several threads at once.
struct Salt2Lines: Sendable {
    private let library: ModelLibrary
    /// Of a line that names none.
    private let model: String

    init(library: ModelLibrary, model: String = ModelLibrary.defaultModel) {
        self.library = library
        self.model = model
    }

    /// Fits a light curve: `mjd`, `band`, `flux`, `fluxerr`, `zp`, `dust`, `mwebv`; `z` fixes the redshift.
    func fit(_ line: [UInt8]) -> [UInt8] {
        answer(line) { fields throws(Salt2Error) in
            let fitter = try library.fitter(fields.text("model", or: model))
            let points = try points(fields)
            let fit = fitter.fit(points: points, options: try options(fields))
            return Self.render(fit, id: fields.id) + unknownBands(of: points)
        }
    }

    /// Computes a supernova's band fluxes and model errors at its `time`s, in g and r or the `bands` it names.
    func flux(_ line: [UInt8]) -> [UInt8] {
        answer(line) { fields throws(Salt2Error) in
            let model = try library.fitter(fields.text("model", or: model)).model
            let parameters = Salt2Parameters(
                z: try fields.number("z"), t0: try fields.number("t0"), x0: try fields.number("x0"),
                x1: try fields.number("x1", or: 0), c: try fields.number("c", or: 0))
            let times = try fields.numbers("time")
            let dust = try fields.dust()
            var photons: [(String, String)] = []
            var scaled: [(String, String)] = []
            var variances: [(String, String)] = []
            var dispersions: [(String, String)] = []
            for name in fields.has("bands") ? try fields.texts("bands") : ["ztfg", "ztfr"] {
                guard let band = library.bandpasses.first(where: { $0.name == name }) else {
                    throw Salt2Error(.unknownBand, place: name, detail: "no such bandpass in \(library.folder)")
                }
                let flux = try model.bandFlux(band, parameters: parameters, times: times, dust: dust)
                let errors = try model.relativeErrors(band, parameters: parameters, times: times)
                let scale = band.scale(zeroPoint: 25)
                photons.append((name, JSONText.list(flux)))
                scaled.append((name, JSONText.list(flux.map { $0 * scale })))
                variances.append((name, JSONText.list(errors.variance)))
                dispersions.append((name, JSONText.number(errors.dispersion)))
            }
            return [
                ("id", fields.id), ("flux", JSONText.object(photons)), ("flux_zp25ab", JSONText.object(scaled)),
                ("rvar", JSONText.object(variances)), ("cdisp", JSONText.object(dispersions)),
            ]
        }
    }

    private func answer(
        _ line: [UInt8], _ work: (LineFields) throws(Salt2Error) -> [(String, String)]
    ) -> [UInt8] {
        var id = "null"
        do {
            let fields = try LineFields(line: line)
            id = fields.id
            return Array(JSONText.object(try work(fields)).utf8)
        } catch {
            return Array(JSONText.object([("id", id), ("error", JSONText.string("\(error)"))]).utf8)
        }
    }

    private func points(_ fields: LineFields) throws(Salt2Error) -> [PhotometricPoint] {
        let times = try fields.numbers("mjd")
        let bands = try fields.texts("band")
        let flux = try fields.numbers("flux")
        let errors = try fields.numbers("fluxerr")
        for (name, count) in [("band", bands.count), ("flux", flux.count), ("fluxerr", errors.count)]
        where count != times.count {
            throw LineFields.bad(name, "\(count) values for \(times.count) times")
        }
        guard fields.has("zp") else {
            throw LineFields.bad("zp", "missing: the AB zero point of the fluxes, one number or a list")
        }
        let zeroPoints = try fields.numbers("zp", count: times.count)
        guard try fields.text("zpsys", or: "ab") == "ab" else { throw LineFields.bad("zpsys", "only ab is known") }
        return times.indices.map {
            PhotometricPoint(
                mjd: times[$0], bandpass: bands[$0], flux: flux[$0], fluxError: errors[$0], zeroPoint: zeroPoints[$0])
        }
    }

    /// The bands whose points no fit can use, where there are any.
    private func unknownBands(of points: [PhotometricPoint]) -> [(String, String)] {
        let unknown = Set(points.map(\.bandpass)).subtracting(library.bandpasses.map(\.name))
        guard !unknown.isEmpty else { return [] }
        return [("unknown_bands", "[" + unknown.sorted().map(JSONText.string).joined(separator: ",") + "]")]
    }

    private func options(_ fields: LineFields) throws(Salt2Error) -> FitOptions {
        let bounds = try fields.bounds()
        var options = FitOptions(t0Bounds: bounds["t0"], dust: try fields.dust())
        if fields.has("z") {
            options.redshift = .fixed(try fields.number("z"))
        } else if let range = bounds["z"] {
            options.redshift = .free(range)
        }
        if let range = bounds["x1"] { options.x1Bounds = range }
        if let range = bounds["c"] { options.cBounds = range }
        options.modelCovariance = try fields.flag("modelcov")
        return options
    }

    private static func parameters(_ p: Salt2Parameters) -> String {
        JSONText.object(Salt2Parameters.names.enumerated().map { ($1, JSONText.number(p[$0])) })
    }

    private static func render(_ fit: Salt2Fit, id: String) -> [(String, String)] {
        var pairs = [("id", id), ("success", "\(fit.success)")]
        if let failure = fit.failure {
            pairs += [("reason", JSONText.string("\(failure)")), ("reason_code", JSONText.string(failure.code))]
        }
        let strings = { (texts: [String]) in "[" + texts.map(JSONText.string).joined(separator: ",") + "]" }
        pairs += [
            ("chisq", JSONText.number(fit.chisq)), ("ndof", "\(fit.ndof)"), ("ncall", "\(fit.ncall)"),
            ("parameters", parameters(fit.parameters)),
            ("errors", JSONText.object(zip(fit.names, fit.errors).map { ($0, JSONText.number($1)) })),
            ("covariance", "[" + fit.covariance.map(JSONText.list).joined(separator: ",") + "]"),
            ("quality", fit.quality.map { "\"\($0.rawValue)\"" } ?? "null"),
            ("names", strings(fit.names)), ("fit_probability", JSONText.number(fit.fitProbability)),
            ("model", JSONText.string(fit.model)), ("bands", strings(fit.bands)), ("points_used", "\(fit.pointsUsed)"),
            ("at_bound", strings(fit.atBound)),
            (
                "z_error_from",
                fit.names.contains("z") ? fit.isRedshiftErrorFromProfile ? "\"profile\"" : "\"parabola\"" : "null"
            ),
        ]
        if let range = fit.phaseRange {
            pairs.append(("phase_range", JSONText.list([range.lowerBound, range.upperBound])))
        }
        if let second = fit.secondMinimum {
            pairs.append(
                (
                    "second_minimum",
                    JSONText.object([
                        ("chisq", JSONText.number(second.chisq)), ("parameters", parameters(second.parameters)),
                    ])
                ))
        }
        return pairs
    }
}

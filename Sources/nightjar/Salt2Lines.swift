internal import JSON
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

    /// Fits a light curve: `mjd`, `band`, `flux`, `fluxerr`, `zp`, `dust`, `mwebv`; `z` fixes the redshift,
    /// and `z_prior` is what is known of one that is free.
    func fit(_ line: [UInt8]) -> [UInt8] {
        answer(line) { fields throws(Salt2Error) in
            let points = try points(fields)
            let fitter = try library.fitter(fields.text("model", or: model))
            let fit = fitter.fit(points: points, options: try options(fields))
            return FitAnswer(id: fields.id, fit: fit, unknownBands: unknownBands(of: points))
        }
    }

    /// Computes a supernova's band fluxes and model errors at its `time`s, in g and r or the `bands` it names.
    func flux(_ line: [UInt8]) -> [UInt8] {
        answer(line) { fields throws(Salt2Error) in
            let bands = fields.has("bands") ? try fields.texts("bands") : ["ztfg", "ztfr"]
            let model = try library.fitter(fields.text("model", or: model)).model
            let parameters = Salt2Parameters(
                z: try fields.number("z"), t0: try fields.number("t0"), x0: try fields.number("x0"),
                x1: try fields.number("x1", or: 0), c: try fields.number("c", or: 0))
            let times = try fields.numbers("time")
            let dust = try fields.dust()
            var answer = FluxAnswer(id: fields.id)
            for name in bands {
                guard let band = library.bandpasses.first(where: { $0.name == name }) else {
                    throw Salt2Error(.unknownBand, location: name, detail: "no such bandpass in \(library.folder)")
                }
                let flux = try model.bandFlux(band, parameters: parameters, times: times, dust: dust)
                let errors = try model.relativeErrors(band, parameters: parameters, times: times)
                let scale = band.scale(zeroPoint: 25)
                answer.flux.append(name, flux)
                answer.scaled.append(name, flux.map { $0 * scale })
                answer.variance.append(name, errors.variance)
                answer.dispersion.append(name, errors.dispersion)
            }
            return answer
        }
    }

    private func answer<Answer: Encodable>(
        _ line: [UInt8], _ work: (LineFields) throws(Salt2Error) -> Answer
    ) -> [UInt8] {
        var id = LineID.none
        do throws(Salt2Error) {
            let fields = try LineFields(line: line)
            id = fields.id
            return Self.json(try work(fields))
        } catch { return Self.refusal("\(error)", of: id) }
    }

    /// The answer to a line that cannot be used.
    static func refusal(_ error: String, of id: LineID = .none) -> [UInt8] { json(RefusedLine(id: id, error: error)) }

    private static func json(_ answer: some Encodable) -> [UInt8] {
        do { return try OrderedJSON.bytes(of: answer, isCompact: true) } catch {
            preconditionFailure("numbers and texts can be encoded: \(error)")
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

    /// The bands whose points no fit can use, by name.
    private func unknownBands(of points: [PhotometricPoint]) -> [String] {
        Set(points.map(\.bandpass)).subtracting(library.bandpasses.map(\.name)).sorted()
    }

    private func options(_ fields: LineFields) throws(Salt2Error) -> FitOptions {
        let bounds = try fields.bounds()
        var options = FitOptions(t0Bounds: bounds["t0"], dust: try fields.dust())
        if fields.has("z") {
            options.redshift = .fixed(try fields.number("z"))
        } else if let range = bounds["z"] {
            options.redshift = .free(range)
        }
        if fields.has("z_prior") {
            let prior = try fields.numbers("z_prior")
            guard prior.count == 2 else { throw LineFields.bad("z_prior", "no pair of a redshift and its error") }
            guard !fields.has("z") else { throw LineFields.bad("z_prior", "there is z, which fixes the redshift") }
            options.redshift = .prior(mean: prior[0], sigma: prior[1], range: options.redshift.range)
        }
        if let range = bounds["x1"] { options.x1Bounds = range }
        if let range = bounds["c"] { options.cBounds = range }
        options.modelCovariance = try fields.flag("modelcov")
        if fields.has("modelcov_at") {
            let at = try fields.numbers("modelcov_at")
            guard at.count == Salt2Parameters.names.count else {
                throw LineFields.bad("modelcov_at", "\(at.count) numbers in place of z, t0, x0, x1, c")
            }
            options.modelErrorsAt = Salt2Parameters(z: at[0], t0: at[1], x0: at[2], x1: at[3], c: at[4])
        }
        return options
    }
}

internal import Alerts
internal import DataLayout
internal import JSON
internal import Pipeline
internal import Query
internal import Salt2

/// The model of a supernova's fit.
enum ModelRoutes {
    static let all = [model]

    private static let model = Route(
        path: "/api/v1/objects/{name}/model",
        summary: "A SALT2 fit of an object drawn again: the model's light curves with their errors, and the residuals",
        parameters: [
            .object, .survey,
            .optional("alert", .id, "the fit of this alert; without it the newest that converged"),
        ], body: .json("Model"), problems: [.notFound, .noModels, .ambiguous, .damaged]
    ) { try answer($0) }

    private static func answer(_ question: Question) throws -> WebAnswer {
        let (survey, name, fit, decoded) = try question.read { reader in
            let object = try ObjectRoutes.object(question, reader, joins: false)
            let fit = try Self.fit(of: object, question)
            guard let id = fit["candid"]?.integer else { throw Problem(.failed, "a row of the fits has no id") }
            let decoded = try AlertRoutes.decoded(reader.alert(id, of: object.survey))
            return (object.survey, object.name, fit, decoded)
        }
        guard let stored = StoredFit({ fit[$0] }) else {
            throw Problem(
                .notFound,
                "this fit's row does not say what was fitted: an older Nightjar wrote it; 'nightjar salt2 refit' fits again"
            )
        }
        let curves: FitCurves
        do throws(Salt2Error) {
            guard let drawn = try question.settings.library.models.curves(of: stored, decoded.alert) else {
                throw Salt2Error(.missingFile, location: stored.model, detail: "no models are here")
            }
            curves = drawn
        } catch {
            throw Problem(
                .noModels,
                "the fit is of '\(stored.model)', which this server does not have: scripts/fetch-models brings the models, and "
                    + "'nightjar serve --models DIR' says where they are")
        }
        let scale = survey.time.scale
        let body: JSONTree = [
            "alert": JSONTree(id: decoded.alert.id), "survey": .text(survey.name), "objectId": .text(name),
            "fit": .object(fit.values.map { (name: $0.name, value: JSONTree($0.value.ofQuery, of: $0.name)) }),
            "t0_mjd_tai": JSONTree(fit["t0"]?.number.map { Epoch(mjd: $0, scale: scale).mjdTAI }),
            "time_scale": .text(scale.jsonName), "bands": .list(curves.bands.map(band)),
            "residuals": .list(curves.residuals.map(residual)),
        ]
        return WebAnswer(body.bytes, "application/json")
    }

    private static func fit(of object: ObjectRecord, _ question: Question) throws(Problem) -> ObjectRecord.Fit {
        if let id = question.values["alert"].flatMap({ Int64($0) }) {
            guard let fit = object.fits.first(where: { $0["candid"]?.integer == id }) else {
                throw Problem(.notFound, "there is no fit of alert \(id) of this object")
            }
            return fit
        }
        guard let fit = object.fits.first(where: { $0["success"]?.integer == 1 }) else {
            throw Problem(
                .notFound,
                object.fits.isEmpty
                    ? "no alert of this object was fitted: it needs five positive detections, and to pass the filter"
                    : "no fit of this object converged; 'fits' of the object says why")
        }
        return fit
    }

    private static func band(_ band: FitCurves.Band) -> JSONTree {
        func numbers(_ values: [Double], _ decimals: Int) -> JSONTree {
            var bytes: [UInt8] = [UInt8(ascii: "[")]
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                ShortNumber.append(value, decimals: decimals, to: &bytes)
            }
            return .written(bytes + [UInt8(ascii: "]")])
        }
        return [
            "bandpass": .text(band.bandpass), "mjd_tai": numbers(band.times.map(\.mjdTAI), 5),
            "flux_njy": numbers(band.flux, 2), "error_njy": numbers(band.error, 2),
        ]
    }

    private static func residual(_ residual: FitCurves.Residual) -> JSONTree {
        [
            "bandpass": .text(residual.bandpass), "mjd_tai": .number(residual.epoch.mjdTAI),
            "pull": .number(residual.pull), "flux_njy": .number(residual.flux), "flux_err_njy": .number(residual.error),
            "model_njy": .number(residual.model), "kind": .text(residual.isForced ? "f" : "d"),
        ]
    }

    /// The schemas of these answers, by their names.
    static var schemas: [(String, JSONTree)] {
        let band = Schema.object([
            ("bandpass", Schema.text("the band's name")), ("mjd_tai", Schema.list(Schema.number("MJD in TAI"))),
            ("flux_njy", Schema.list(Schema.number("the model, nJy"))),
            ("error_njy", Schema.list(Schema.number("one standard deviation by the fit's covariance, nJy"))),
        ])
        let residual = Schema.object([
            ("bandpass", Schema.text("the band's name")), ("mjd_tai", Schema.number("MJD in TAI")),
            ("pull", Schema.number("how many of its errors the point is above the model")),
            ("flux_njy", Schema.number("nJy")), ("flux_err_njy", Schema.number("nJy")),
            ("model_njy", Schema.number("nJy")), ("kind", ["type": "string", "enum": ["d", "f"]]),
        ])
        return [
            (
                "Model",
                Schema.object([
                    ("alert", Schema.id("the alert that was fitted")), ("survey", Schema.text("the survey's name")),
                    ("objectId", Schema.text("the object's name")),
                    ("fit", Schema.open("the columns of the table of fits")),
                    ("t0_mjd_tai", Schema.orNull(Schema.number("the peak, MJD in TAI"))),
                    ("time_scale", Schema.text("of t0: utc_start or tai_middle")), ("bands", Schema.list(band)),
                    ("residuals", Schema.list(residual)),
                ])
            )
        ]
    }
}

extension ProductValue {
    /// As statements read it.
    fileprivate var ofQuery: FolderQuery.Value {
        switch self {
        case .null: .null
        case .boolean(let flag): .integer(flag ? 1 : 0)
        case .integer(let number): .integer(number)
        case .real(let number): .real(number)
        case .text(let text): .text(text)
        }
    }

    /// A whole number; `nil` for another value.
    fileprivate var integer: Int64? {
        switch self {
        case .integer(let number): number
        case .boolean(let flag): flag ? 1 : 0
        default: nil
        }
    }

    /// A number; `nil` for another value.
    fileprivate var number: Double? {
        switch self {
        case .real(let number): number
        case .integer(let number): Double(number)
        default: nil
        }
    }
}

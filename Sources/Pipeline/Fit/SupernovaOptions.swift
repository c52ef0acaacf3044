package import Alerts
package import Salt2

/// The models and settings of the SALT2 stage.
package struct SupernovaOptions: Sendable {
    /// The models; `nil` where they are missing: alerts that would be fitted then fail with ``missingReason``.
    private let library: ModelLibrary?
    /// The model of every survey's alerts; `nil` for each survey's own.
    private let model: String?
    /// Whether a plot of each fit is drawn.
    package var drawsPlots = true
    /// Galactic E(B-V) in magnitudes at a position (right ascension and declination, degrees, ICRS); `nil` without a map.
    package var reddening: (@Sendable (_ ra: Double, _ dec: Double) -> Double?)?
    /// The known redshift of an alert's object; `nil` without a catalogue.
    package var redshift: (@Sendable (Alert) -> Double?)?
    /// What is known of another's redshift, such as by its host; `nil` where that is not asked.
    package var prior: (@Sendable (Alert) -> RedshiftPrior?)?

    /// The cutouts of an alert whose packet has none, as in the filtered stream; called for plots only.
    package var cutouts: (@Sendable (Products) -> Cutouts?)?

    /// The reason of an alert that was not fitted because the models are missing.
    package static let missingReason = "modelMissing"

    /// Options without models, which fit nothing.
    package static let withoutModels = SupernovaOptions(nil, model: nil)

    private init(_ library: ModelLibrary?, model: String?) {
        self.library = library
        self.model = model
    }

    /// Reads a model and the bandpasses, so that errors in them are reported before any alert is read. A survey's own model that
    /// is another is read with its first fit.
    ///
    /// - Parameters:
    ///   - models: The folder of models and bandpasses that `scripts/fetch-models` fills.
    ///   - model: The subfolder of the model to fit; `nil` for each survey's own.
    /// - Throws: ``Salt2/Salt2Error`` for a file that is missing or damaged.
    package init(models: String, model: String? = nil) throws(Salt2Error) {
        let library = try ModelLibrary(folder: models)
        _ = try library.fitter(model ?? ModelLibrary.defaultModel)
        self.init(library, model: model)
    }

    /// Whether there are models.
    package var hasModels: Bool { library != nil }

    /// What fits a survey's alerts.
    ///
    /// - Throws: ``Salt2/Salt2Error`` where its model is missing or damaged.
    func fitter(of survey: Survey) throws(Salt2Error) -> Salt2Fitter? {
        try library?.fitter(model ?? survey.fit.model)
    }

    /// What fits with a model, as the rows of fits name it.
    ///
    /// - Throws: ``Salt2/Salt2Error`` where it is missing or damaged.
    func fitter(named model: String) throws(Salt2Error) -> Salt2Fitter? { try library?.fitter(model) }

    /// The bandpasses of surveys whose points are left out, since the folder has no curve of them.
    package var bandsWithoutCurve: Set<Bandpass> {
        let there = Set(library?.bandpasses.map(\.name) ?? [])
        return Set(Survey.all.flatMap(\.bands)).filter { $0.hasCurve && !there.contains($0.name) }
    }
}

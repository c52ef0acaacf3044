package import Alerts
package import Salt2

/// The models and settings of the SALT2 stage.
package struct SupernovaOptions: Sendable {
    /// The fitter; `nil` where the models are missing: alerts that would be fitted then fail with ``missingReason``.
    let fitter: Salt2Fitter?
    /// Whether a plot of each fit is drawn.
    package var drawsPlots = true
    /// Galactic E(B-V) in magnitudes at a position (right ascension and declination, degrees, ICRS); `nil` without a map.
    package var reddening: (@Sendable (_ ra: Double, _ dec: Double) -> Double?)?
    /// The known redshift of an alert's object; `nil` without a catalogue.
    package var redshift: (@Sendable (Alert) -> Double?)?

    /// The cutouts of an alert whose packet has none, as in the filtered stream; called for plots only.
    package var cutouts: (@Sendable (Products) -> Cutouts?)?

    /// The reason of an alert that was not fitted because the models are missing.
    package static let missingReason = "modelMissing"

    /// Options without models, which fit nothing.
    package static let withoutModels = SupernovaOptions(fitter: nil)

    private init(fitter: Salt2Fitter?) { self.fitter = fitter }

    /// Reads a model and the bandpasses, so that errors in them are reported before any alert is read.
    ///
    /// - Parameters:
    ///   - models: The folder of models and bandpasses that `scripts/fetch-models` fills.
    ///   - model: The subfolder of the model to fit.
    /// - Throws: ``Salt2/Salt2Error`` for a file that is missing or damaged.
    package init(models: String, model: String = ModelLibrary.defaultModel) throws(Salt2Error) {
        self.init(fitter: try ModelLibrary(folder: models).fitter(model))
    }

    /// The bandpasses of surveys whose points are left out, since the folder has no curve of them.
    package var bandsWithoutCurve: Set<Bandpass> {
        Set(Survey.all.flatMap(\.bands)).filter { $0.hasCurve && fitter?.bandpass($0.name) == nil }
    }
}

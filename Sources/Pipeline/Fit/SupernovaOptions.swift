package import Alerts
package import Salt2

/// What the SALT2 stage of a run works with.
package struct SupernovaOptions: Sendable {
    /// `nil` where the models are missing: every alert that would be fitted gets ``missingReason``, and the run goes on.
    let fitter: Salt2Fitter?
    /// Whether each fit gets its picture.
    package var drawsPlots = true
    /// Galactic E(B-V) in magnitudes at a place (right ascension, declination, degrees), where a map is given.
    package var reddening: (@Sendable (_ ra: Double, _ dec: Double) -> Double?)?
    /// The redshift of an alert's object, where it is known.
    package var redshift: (@Sendable (Alert) -> Double?)?

    /// The images of an alert whose packet came without them, as the filtered stream's do; asked for those that are drawn.
    package var cutouts: (@Sendable (Products) -> Cutouts?)?

    /// The word of an alert that was not fitted because the models are missing.
    package static let missingReason = "modelMissing"

    /// Fits nothing: there are no models.
    package static let withoutModels = SupernovaOptions(fitter: nil)

    private init(fitter: Salt2Fitter?) { self.fitter = fitter }

    /// Reads a model and the bandpasses, so that what is wrong with them shows before any alert is taken.
    ///
    /// - Parameters:
    ///   - models: The folder of models and bandpasses that `scripts/fetch-models` fills.
    ///   - model: The subfolder of the model to fit.
    /// - Throws: ``Salt2/Salt2Error`` for a file that is missing or damaged.
    package init(models: String, model: String = ModelLibrary.defaultModel) throws(Salt2Error) {
        self.init(fitter: try ModelLibrary(folder: models).fitter(model))
    }

    /// The bands whose points are left out for want of a bandpass.
    package var bandsWithoutCurve: Set<Bandpass> {
        Set(Survey.all.flatMap(\.bands)).filter { $0.hasCurve && fitter?.bandpass($0.name) == nil }
    }
}

package import Alerts
internal import Salt2

/// What the SALT2 stage of a run works with.
package struct SupernovaOptions: Sendable {
    /// The folder of models and passbands that `scripts/fetch-models` fills.
    package var models: String
    /// The subfolder of the model to fit.
    package var model = ModelLibrary.defaultModel
    /// Whether each fit gets its picture.
    package var drawsPictures = true
    /// Galactic E(B-V) in magnitudes at a place (right ascension, declination, degrees), where a map is given.
    package var reddening: (@Sendable (_ ra: Double, _ dec: Double) -> Double?)?
    /// The redshift of an alert's object, where it is known.
    package var redshift: (@Sendable (Alert) -> Double?)?

    /// The word of an alert that was not fitted because the models are missing.
    package static let missingReason = "modelMissing"

    package init(models: String) { self.models = models }
}

package import Alerts

/// The streams of a survey's products, under the names that the original broker gave them: `<survey>_exgalac_trans`.
package enum StreamKind: String, Sendable, CaseIterable {
    /// Every alert once, as archived.
    case alertData = "alert_data"
    /// What the archive has written.
    case avroBucket = "alert_avro_bucket"
    /// Alerts that passed the extragalactic transient filter, without images, with what the stages say of them.
    case exgalacTrans = "exgalac_trans"
    /// Those of them that were fitted, or could not be: the message of the filtered stream and the fit.
    case salt2

    /// The stream's name among all surveys'.
    package func name(of survey: Survey) -> String { "\(survey.name)_\(rawValue)" }
}

package import Alerts

/// A stream of a survey's products, under the name that the original broker gave it, such as `<survey>_exgalac_trans`.
package enum StreamKind: String, Sendable, CaseIterable {
    /// Every alert once, as archived.
    case alertData = "alert_data"
    /// The closed segments or new objects of the archive.
    case avroBucket = "alert_avro_bucket"
    /// Alerts that passed the extragalactic transient filter, without cutouts, with the stages' values.
    case exgalacTrans = "exgalac_trans"
    /// Alerts that were fitted, or whose fit failed: the message of the filtered stream and the fit.
    case salt2

    /// The stream's name with the survey's.
    package func name(of survey: Survey) -> String { "\(survey.name)_\(rawValue)" }
}

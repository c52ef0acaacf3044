package import Alerts

/// A stream of a survey's products: one under the name that the original broker gave it, such as `<survey>_exgalac_trans`, or a
/// filter's.
package enum StreamKind: Hashable, Sendable {
    /// Every alert once, as archived.
    case alertData
    /// The closed segments or new objects of the archive.
    case avroBucket
    /// Alerts that passed the extragalactic transient filter, without cutouts, with the stages' values.
    case exgalacTrans
    /// Alerts that were fitted, or whose fit failed: the message of the filtered stream and the fit.
    case salt2
    /// Alerts that passed a filter of somebody's, as the filtered stream has them.
    case filter(String)

    /// The streams that are there without a filter of anybody's.
    package static let own: [StreamKind] = [.alertData, .avroBucket, .exgalacTrans, .salt2]

    /// The stream's name without the survey's.
    package var rawValue: String {
        switch self {
        case .alertData: "alert_data"
        case .avroBucket: "alert_avro_bucket"
        case .exgalacTrans: "exgalac_trans"
        case .salt2: "salt2"
        case .filter(let name): name
        }
    }

    /// The stream's name with the survey's.
    package func name(of survey: Survey) -> String { "\(survey.name)_\(rawValue)" }
}

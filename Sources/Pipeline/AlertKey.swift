package import Alerts

/// The key of an alert among those of all surveys.
package struct AlertKey: Hashable, Sendable {
    /// The survey.
    package let survey: Survey
    /// The alert's `candid` or `diaSourceId`.
    package let id: Int64

    /// The key of a survey's alert.
    package init(survey: Survey, id: Int64) {
        self.survey = survey
        self.id = id
    }

    /// The key of a decoded alert.
    package init(_ decoded: DecodedAlert) { self.init(survey: decoded.schema.survey, id: decoded.alert.id) }
}

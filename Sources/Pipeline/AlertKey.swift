package import Alerts

/// An alert's name among all surveys'.
package struct AlertKey: Hashable, Sendable {
    package let survey: Survey
    /// `candid`, `diaSourceId`.
    package let id: Int64

    package init(survey: Survey, id: Int64) {
        self.survey = survey
        self.id = id
    }

    package init(_ decoded: DecodedAlert) { self.init(survey: decoded.schema.survey, id: decoded.alert.id) }
}

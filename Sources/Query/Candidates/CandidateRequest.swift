package import Alerts

/// Which alerts of a survey are listed, and in which order.
package struct CandidateRequest: Sendable {
    /// What the alerts have passed.
    package enum Source: Sendable, Hashable {
        /// The survey's own filter.
        case own
        /// A filter of `run --filters`.
        case filter(String)
    }

    /// What a list is sorted by.
    package enum Sort: String, Sendable, CaseIterable {
        case time, mag, score, age, detections

        /// Whether it begins with the largest where nobody says otherwise: the newest, the best score, the most detections.
        package var isDescending: Bool {
            switch self {
            case .time, .score, .detections: true
            case .mag, .age: false
            }
        }
    }

    /// Where a page begins: behind an alert with a value of what is sorted by.
    package struct Place: Sendable, Hashable {
        /// What the list is sorted by.
        package let value: Double
        /// The alert's id.
        package let id: Int64

        /// A place.
        package init(value: Double, id: Int64) { (self.value, self.id) = (value, id) }
    }

    /// Whose alerts.
    package let survey: Survey
    /// What they have passed.
    package var source: Source
    /// YYYYMMDD; `nil` for all nights.
    package var night: Int?
    /// AB mag.
    package var magnitudes: ClosedRange<Double>?
    /// The name of a bandpass.
    package var bandpass: String?
    /// Whether of each object the newest of these alerts alone is listed.
    package var isOneAnObject = true
    /// What it is sorted by.
    package var sort = Sort.time
    /// Whether the largest come first.
    package var isDescending = true
    /// The column of the score that it is sorted by; `nil` for the survey's own judgement.
    package var score: String?
    /// Columns of scores that are read.
    package var scores: [String] = []
    /// Behind which the page comes; `nil` for the first.
    package var place: Place?
    /// How many at most.
    package var limit = 200

    /// The newest alerts of all nights, one of each object.
    package init(_ survey: Survey, _ source: Source) { (self.survey, self.source) = (survey, source) }
}

package import Alerts

/// An alert that passed a filter, with what an observer looks at first.
package struct Candidate: Sendable {
    /// The survey.
    package let survey: Survey
    /// The alert's id.
    package let id: Int64
    /// The object's name; `nil` where it has none.
    package let objectId: String?
    /// When it was detected.
    package let epoch: Epoch
    /// YYYYMMDD.
    package let night: Int
    /// Degrees, ICRS; `nil` where it is at no place.
    package let ra, dec: Double?
    /// The name of its bandpass; `nil` for one that Nightjar does not know.
    package let bandpass: String?
    /// When the object was first detected, as the survey says or the light curve has it.
    package let first: Epoch?
    /// The object's detections, as the survey says or the light curve has them.
    package let detections: Int
    /// The survey's judgement that it is real, 0 to 1.
    package let realBogus: Double?
    /// The filters that it passed: the survey's own has no version.
    package let filters: [(name: String, version: String?)]
    /// Its fit, or else the newest of its object; `nil` where there is none.
    package let fit: NamedRow?
    /// Scores of classifiers by their columns.
    package let scores: [(name: String, value: Double?)]
    /// The object's points up to now, without those that the survey withdrew, or that something speaks against.
    package let curve: LightCurve

    /// The own detection, as the light curve has it.
    package var detection: Detection? { curve.detections.first { $0.id == id } }
}

/// Some candidates of a list.
package struct CandidatePage: Sendable {
    /// In the list's order.
    package let candidates: [Candidate]
    /// The place of the last, where there may be more behind it.
    package let last: CandidateRequest.Place?
    /// How many there are in all; `nil` of later pages, and where counting takes long.
    package let total: Int?
}

package import Foundation

/// What a conductor knows of a night beside what is in the data folders.
package struct NightProof: Codable, Sendable {
    /// The survey's name.
    package var survey: String
    /// YYYYMMDD.
    package var night: Int
    /// Where the night is.
    package var state: NightState
    /// Why, in a sentence.
    package var reason: String
    /// Which messages are the night's.
    package var slice: NightSlice
    /// The conditions; empty where the night was not watched.
    package var clauses: [Clause]
    /// The latest time of an alert of the night, in the scale of the survey: a modified Julian date.
    package var lastExposure: Double?
    /// Why the night can never be complete; `nil` where it can.
    package var loss: String?
    /// When the state was found.
    package var date: Date
    /// What became of the messages, where that is not in data folders; `nil` else, and where it was not read.
    package var account: NightObservation.Account?

    /// What is known of a night.
    package init(
        survey: String, night: Int, state: NightState, reason: String, slice: NightSlice, clauses: [Clause],
        lastExposure: Double?, date: Date, account: NightObservation.Account? = nil
    ) {
        self.survey = survey
        self.night = night
        self.state = state
        self.reason = reason
        self.slice = slice
        self.clauses = clauses
        self.lastExposure = lastExposure
        self.date = date
        self.account = account
    }
}

/// A night that has changed its state, as people are told.
package struct NightNotification: Hashable, Sendable {
    /// Told apart by this: the same number of a night is sent once. A conductor gives the number of the action.
    package let number: Int
    /// The survey's name.
    package let survey: String
    /// YYYYMMDD.
    package let night: Int
    /// Where the night is now.
    package let state: NightState
    /// Why, in a sentence.
    package let reason: String

    /// A change of state.
    package init(number: Int, survey: String, night: Int, state: NightState, reason: String) {
        self.number = number
        self.survey = survey
        self.night = night
        self.state = state
        self.reason = reason
    }

    /// One line for people.
    package var text: String { "Nightjar \(survey), night \(night): \(state.rawValue). \(reason)" }

    /// What a command finds in its environment.
    var variables: [String: String] {
        [
            "NIGHTJAR_SURVEY": survey, "NIGHTJAR_NIGHT": String(night), "NIGHTJAR_STATE": state.rawValue,
            // A zero byte would end the text, and a variable takes no more than 128 kB.
            "NIGHTJAR_REASON": String(reason.filter { $0 != "\0" }.prefix(10_000)),
        ]
    }

    var key: String { "\(survey) \(night) \(number)" }
}

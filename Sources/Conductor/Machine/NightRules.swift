package import Alerts

/// By what rules a night of a survey is conducted. Times are in seconds, dates are modified Julian dates in UTC.
package struct NightRules: Codable, Hashable, Sendable {
    /// Whether one topic has every night.
    package var isOneTopic: Bool
    /// How long no end offset may have moved.
    package var quiet = 20 * 60.0
    /// How long after the last exposure alerts may still come.
    package var lateWindow: Double
    /// Between the notice that workers are to be stopped, and the stop.
    package var veto = 10 * 60.0
    /// How long a worker's heartbeat may stand still.
    package var hang = 60.0
    /// The time of day in UTC at which workers are stopped without a proof, from 0 to 1; `nil` for never.
    package var stopAt: Double?
    /// A date before which nothing is stopped.
    package var keepUntil: Double?
    /// Whether nothing is started and stopped.
    package var isWatchOnly = false

    /// The rules of a survey.
    package init(_ survey: Survey) {
        isOneTopic = survey.stream.isOneTopic
        lateWindow = survey.stream.lateWindow / .seconds(1)
    }
}

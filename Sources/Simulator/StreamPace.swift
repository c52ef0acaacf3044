/// When the alerts of a stream are sent, counted from its beginning.
///
/// Times follow from an alert's number alone, so that a stream of any length keeps its rate: what was late is made up for.
package struct StreamPace: Sendable, Hashable {
    /// As many alerts as a visit has, sent within some seconds; then nothing until the next are due.
    package struct Burst: Sendable, Hashable {
        /// How many.
        package let alerts: Int
        /// Within how long, seconds.
        package let seconds: Double

        /// A burst of so many alerts within so many seconds.
        package init(alerts: Int, seconds: Double) {
            precondition(alerts > 0 && seconds >= 0)
            (self.alerts, self.seconds) = (alerts, seconds)
        }
    }

    /// Alerts a second in the mean; `nil` for as fast as they can be sent.
    package let rate: Double?
    /// How they are bunched; `nil` for evenly.
    package let burst: Burst?

    /// A pace; a burst takes no longer than its alerts do at the mean rate.
    package init(rate: Double?, burst: Burst? = nil) {
        precondition(rate.map { $0 > 0 } ?? (burst == nil))
        (self.rate, self.burst) = (rate, burst)
    }

    /// When an alert is due, by its number from 0, seconds after the first.
    package func due(_ index: Int) -> Double {
        guard let rate else { return 0 }
        guard let burst else { return Double(index) / rate }
        let (number, place) = index.quotientAndRemainder(dividingBy: burst.alerts)
        return Double(number * burst.alerts) / rate + burst.seconds * Double(place) / Double(burst.alerts)
    }
}

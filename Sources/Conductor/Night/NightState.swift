/// Where a night is.
package enum NightState: String, Codable, CaseIterable, Sendable {
    /// The Sun is up, or the night's stream is not there yet.
    case waiting
    /// Workers are being started.
    case opening
    /// Workers read.
    case running
    /// Everything is proven; workers are being stopped.
    case draining
    /// Every alert of the night is accounted for.
    case complete
    /// The night is over, and something could not be proven.
    case incomplete
    /// The night had no alerts: bad weather, or maintenance.
    case closed

    /// Whether the night is over.
    package var isFinal: Bool { self == .complete || self == .incomplete || self == .closed }
}

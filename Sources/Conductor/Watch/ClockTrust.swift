/// Tells whether the machine's date can be believed: it must move as a clock does that nobody sets.
///
/// A date that jumps is not believed until it is back, or has stayed for an hour: a night must not end, and none begin, by a
/// clock that is wrong for a moment.
struct ClockTrust {
    /// How far the date may jump, and how long it must stay, s.
    private static let limit = 3_600.0

    /// The date at which the other clock was at 0, s.
    private var origin: Double?
    /// When the date jumped, and where the other clock was at 0 by it.
    private var jump: (at: Double, origin: Double)?

    /// Takes in a moment.
    ///
    /// - Parameter now: What the clocks say.
    /// - Returns: Why the date is not believed; `nil` where it is.
    mutating func doubt(_ now: ConductorClock.Moment) -> String? {
        let found = now.mjd * 86_400 - now.seconds
        let believed = origin ?? found
        guard abs(found - believed) > Self.limit else {
            (origin, jump) = (found, nil)
            return nil
        }
        // Another jump begins another hour.
        if jump == nil || abs(found - (jump?.origin ?? found)) > Self.limit { jump = (now.seconds, found) }
        guard let jump, now.seconds - jump.at < Self.limit else {
            (origin, self.jump) = (found, nil)
            return nil
        }
        let hours = Int(((found - believed) / 3_600).rounded())
        return "clock wrong: this machine's clock was set \(hours > 0 ? "ahead" : "back") by \(abs(hours)) h; "
            + "it is believed when it has stayed so for an hour"
    }
}

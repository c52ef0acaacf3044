/// Counts the rounds of a thread, and goes on counting while the thread waits for something that may take its time.
///
/// So it moves every few seconds while its thread is alive; where it stands still the thread hangs.
package struct Heartbeat: Sendable {
    /// A wait counts as a round for each of these.
    private static let interval = Duration.seconds(2)

    /// A wait that is going on.
    package struct Wait: Sendable {
        fileprivate let began: ContinuousClock.Instant
        /// What is left of its longest time; `nil` for one without an end.
        fileprivate let longest: Duration?

        fileprivate func length(at now: ContinuousClock.Instant) -> Duration { max(.zero, now - began) }
    }

    private var count = 0
    private var wait: Wait?

    /// A thread that has not begun.
    package init() {}

    /// A round.
    package mutating func beat() { count += 1 }

    /// The rounds by now. They stand still once a wait takes longer than it can.
    package func count(at now: ContinuousClock.Instant) -> Int {
        guard let wait else { return count }
        let length = wait.length(at: now)
        return count + Int(min(length, max(.zero, wait.longest ?? length)) / Self.interval)
    }

    /// Begins a wait, which may lie in another one; the time of the inner one does not count for the outer one.
    ///
    /// - Parameters:
    ///   - longest: How long it can take; `nil` for a wait without an end.
    ///   - now: The time.
    /// - Returns: The wait that it lies in, for ``endWait(in:at:)``.
    package mutating func beginWait(atMost longest: Duration?, at now: ContinuousClock.Instant) -> Wait? {
        let outer = wait
        count = count(at: now) + 1
        wait = Wait(began: now, longest: longest)
        return outer.map { outer in Wait(began: now, longest: outer.longest.map { $0 - outer.length(at: now) }) }
    }

    /// Ends a wait, and goes on with the one that it lies in.
    package mutating func endWait(in outer: Wait?, at now: ContinuousClock.Instant) {
        count = count(at: now) + 1
        wait = outer.map { Wait(began: now, longest: $0.longest) }
    }
}

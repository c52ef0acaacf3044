/// Whether all threads of a program are alive, by their heartbeats.
struct HeartbeatCheck {
    /// A heartbeat moves at least every five seconds.
    private static let shortest = Duration.seconds(6)

    private let patience: Duration
    private var last: [String: (count: Int, moved: ContinuousClock.Instant)] = [:]

    /// - Parameter interval: How often ``isAlive(_:at:)`` is called.
    init(every interval: Duration) { patience = max(interval, Self.shortest) }

    /// Takes the heartbeats, and says whether each has moved of late.
    mutating func isAlive(_ beats: [String: Int], at now: ContinuousClock.Instant) -> Bool {
        var isAlive = true
        for (name, count) in beats {
            if let known = last[name], known.count == count {
                if now - known.moved > patience { isAlive = false }
            } else {
                last[name] = (count, now)
            }
        }
        return isAlive
    }
}

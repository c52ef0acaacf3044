/// How long messages took to be acknowledged, in whole seconds.
struct AckTimes {
    private var counts = [Int](repeating: 0, count: PubSub.Limits.ackDeadline.upperBound + 1)
    private var total = 0

    mutating func add(_ duration: Duration) {
        // Rounded up: a lease must last.
        let seconds = Int(clamping: duration.components.seconds) + 1
        counts[min(max(seconds, 0), counts.count - 1)] += 1
        total += 1
    }

    /// Seconds within which a share of the messages was acknowledged; `nil` before any was.
    func percentile(_ share: Double) -> Int? {
        guard total > 0 else { return nil }
        var left = Int((Double(total) * share).rounded(.up))
        for (seconds, count) in counts.enumerated() {
            left -= count
            if left <= 0 { return seconds }
        }
        return counts.count - 1
    }
}

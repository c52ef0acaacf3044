internal import Alerts
internal import Threads

/// Retries decoding while a schema is unavailable: without a limit for a stream, three times for a file.
///
/// After three tries the packets of a file become dead letters, which can be replayed; for a while the packets after them do
/// not wait.
struct SchemaWait {
    private static let tries = 3
    private static let firstPause = Duration.seconds(1)
    private static let longestPause = Duration.seconds(15)
    /// Interval between two log lines about a wait.
    private static let silence = Duration.seconds(60)
    /// The longest time that one look for a schema takes, beside the decoding.
    private static let longestLook = Duration.seconds(60)
    /// How long packets of a file do not wait after a failed wait.
    private static let holds = Duration.seconds(10)

    /// Whether the packets are of a stream.
    var isStream = false
    private let stop: StopSignal
    private let monitor: RunMonitor
    private let log: @Sendable (String) -> Void
    private var heldUntil: ContinuousClock.Instant?
    private var lastLine: ContinuousClock.Instant?

    init(stop: StopSignal, monitor: RunMonitor, log: @escaping @Sendable (String) -> Void) {
        self.stop = stop
        self.monitor = monitor
        self.log = log
    }

    /// - Parameter work: Decodes, and returns the error of an unavailable schema, if any.
    /// - Returns: The last result; `nil` where a stop interrupted the wait, and the packets must be read again.
    mutating func decode<Decoded>(_ work: () -> (Decoded, AlertError?)) -> Decoded? {
        var pause = Self.firstPause
        var tries = 1
        while true {
            let (decoded, fault) = monitor.waiting(.process, atMost: Self.longestLook) { work() }
            guard let fault else {
                if lastLine != nil { log("the schema is available") }
                lastLine = nil
                return decoded
            }
            if stop.isSet { return nil }
            let now = ContinuousClock.now
            if !isStream {
                if let heldUntil, now < heldUntil { return decoded }
                if tries == Self.tries {
                    heldUntil = now + Self.holds
                    lastLine = nil
                    log("continues without the schema: \(fault.detail)")
                    return decoded
                }
            }
            if lastLine.map({ now - $0 >= Self.silence }) ?? true {
                log("waits and retries: \(fault.detail)")
                lastLine = now
            }
            if monitor.waiting(.process, atMost: pause, { stop.wait(for: pause) }) { return nil }
            pause = min(pause * 2, Self.longestPause)
            tries += 1
        }
    }
}

internal import Alerts
internal import Threads

/// Decodes again what needs a schema that could not be had: a stream waits for as long as it takes, a file for three tries.
///
/// After three tries the packets of a file become dead letters, which `replay` frees; the next of them are not waited for
/// again for a while.
struct SchemaWait {
    private static let tries = 3
    private static let firstPause = Duration.seconds(1)
    private static let longestPause = Duration.seconds(15)
    /// Between two lines that say what is waited for.
    private static let silence = Duration.seconds(30)
    /// How long a file's packets are not waited for after it was in vain.
    private static let holds = Duration.seconds(10)

    /// Whether what is decoded comes of a stream.
    var isStream = false
    private let stop: StopSignal
    private let log: @Sendable (String) -> Void
    private var heldUntil: ContinuousClock.Instant?
    private var lastLine: ContinuousClock.Instant?

    init(stop: StopSignal, log: @escaping @Sendable (String) -> Void) {
        self.stop = stop
        self.log = log
    }

    /// - Parameter work: Decodes, and says which packet's schema could not be had, if any.
    /// - Returns: What was decoded last; `nil` where the run was stopped meanwhile, and the packets are to come again.
    mutating func decode<Decoded>(_ work: () -> (Decoded, AlertError?)) -> Decoded? {
        var pause = Self.firstPause
        var tries = 1
        while true {
            let (decoded, fault) = work()
            guard let fault else {
                if lastLine != nil { log("the schema is there") }
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
                    log("goes on without: \(fault.detail)")
                    return decoded
                }
            }
            if lastLine.map({ now - $0 >= Self.silence }) ?? true {
                log("waits and tries again: \(fault.detail)")
                lastLine = now
            }
            if stop.wait(for: pause) { return nil }
            pause = min(pause * 2, Self.longestPause)
            tries += 1
        }
    }
}

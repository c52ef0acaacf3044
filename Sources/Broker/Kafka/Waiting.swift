internal import Synchronization

/// Says in a line what is waited for: each reason once, and again every half minute; and when the wait is over.
final class Waiting: Sendable {
    private struct Told {
        var reason = ""
        var last = ContinuousClock.now
    }

    private static let silence = Duration.seconds(30)
    private let told = Mutex<Told?>(nil)

    func tell(_ reason: String, _ note: (String) -> Void) {
        let isNews = told.withLock { told in
            if let told, told.reason == reason, .now - told.last < Self.silence { return false }
            told = Told(reason: reason)
            return true
        }
        if isNews { note(reason) }
    }

    func end(_ line: String, _ note: (String) -> Void) {
        let was = told.withLock { told in
            defer { told = nil }
            return told
        }
        if was != nil { note(line) }
    }
}

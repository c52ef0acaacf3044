internal import Synchronization

/// Logs why the process waits: a new reason at once, the same one every minute; and the end of the wait.
final class WaitLog: Sendable {
    private struct Line {
        let reason: String
        let time = ContinuousClock.now
    }

    private static let silence = Duration.seconds(60)
    private let last = Mutex<Line?>(nil)
    private let log: @Sendable (String) -> Void

    init(_ log: @escaping @Sendable (String) -> Void) { self.log = log }

    func wait(_ reason: String) {
        let isNews = last.withLock { last in
            if let last, last.reason == reason, .now - last.time < Self.silence { return false }
            last = Line(reason: reason)
            return true
        }
        if isNews { log(reason) }
    }

    func end(_ line: String) {
        let wasWaiting = last.withLock { last in
            defer { last = nil }
            return last != nil
        }
        if wasWaiting { log(line) }
    }
}

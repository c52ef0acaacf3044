internal import Foundation
internal import Threads

/// Reports a program to systemd while it works: that it is ready, what it does, that all its threads are alive, and that it
/// stops. Where no systemd started it, it does nothing.
final class Supervision: Sendable {
    /// What is asked of the program, in a thread of this one.
    struct Questions: Sendable {
        /// Whether it does its work by now.
        let isReady: @Sendable () -> Bool
        /// The rounds of each of its threads.
        let beats: @Sendable () -> [String: Int]
        /// What it is doing, in a line.
        let status: @Sendable () -> String
    }

    private static let interval = Duration.seconds(5)
    /// Its status is told no more often.
    private static let statusInterval = Duration.seconds(10)

    private let end = StopSignal()

    /// Begins to report.
    ///
    /// - Parameters:
    ///   - notifier: `nil` where nobody is to be told.
    ///   - stop: Says that the program is to end.
    ///   - questions: What is asked of it.
    init(_ notifier: ServiceNotifier? = ServiceNotifier(), stop: StopSignal, _ questions: Questions) {
        guard let notifier else { return }
        // What this program starts is not the service.
        unsetenv("NOTIFY_SOCKET")
        unsetenv("WATCHDOG_USEC")
        Thread.detachNewThread { [end] in Self.run(notifier, stop, end, questions) }
    }

    /// Ends the reports.
    func close() { end.set() }

    private static func run(
        _ notifier: ServiceNotifier, _ stop: StopSignal, _ end: StopSignal, _ questions: Questions
    ) {
        let interval = min(notifier.watchdog.map { $0 / 4 } ?? interval, interval)
        var check = HeartbeatCheck(every: interval)
        var (isReady, isStopping, told) = (false, false, "")
        var lastStatus: ContinuousClock.Instant?
        while !end.isSet {
            let now = ContinuousClock.now
            if !isReady, questions.isReady() {
                isReady = true
                notifier.ready()
            }
            if !isStopping, stop.isSet {
                isStopping = true
                notifier.stopping()
            }
            if check.isAlive(questions.beats(), at: now), notifier.watchdog != nil { notifier.alive() }
            if lastStatus.map({ now - $0 >= statusInterval }) ?? true {
                let status = questions.status()
                if status != told { notifier.status(status) }
                (told, lastStatus) = (status, now)
            }
            // A readiness or a stop is told at once.
            end.wait(for: isReady && (isStopping || !stop.isSet) ? min(interval, .seconds(1)) : .milliseconds(100))
        }
    }
}

internal import Foundation
internal import Synchronization
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
    /// How often it looks whether there is something to tell.
    private static let look = Duration.milliseconds(200)
    /// Its status is told no more often.
    private static let statusInterval = Duration.seconds(10)

    /// What was told already.
    private struct Told {
        var isReady = false
        var isStopping = false
    }

    private let notifier: ServiceNotifier?
    private let stop: StopSignal
    private let questions: Questions
    private let end = StopSignal()
    private let told = Mutex(Told())

    /// Begins to report.
    ///
    /// - Parameters:
    ///   - notifier: `nil` where nobody is to be told.
    ///   - stop: Says that the program is to end.
    ///   - questions: What is asked of it.
    init(_ notifier: ServiceNotifier? = ServiceNotifier(), stop: StopSignal, _ questions: Questions) {
        (self.notifier, self.stop, self.questions) = (notifier, stop, questions)
        guard let notifier else { return }
        // What this program starts is not the service.
        unsetenv("NOTIFY_SOCKET")
        unsetenv("WATCHDOG_USEC")
        Thread.detachNewThread { [self] in run(notifier) }
    }

    /// Ends the reports. What a short piece of work left untold is told now.
    func close() {
        end.set()
        if let notifier { tellChanges(notifier) }
    }

    private func run(_ notifier: ServiceNotifier) {
        let interval = min(notifier.watchdog.map { $0 / 4 } ?? Self.interval, Self.interval)
        var check = HeartbeatCheck(every: interval)
        var status = ""
        var (lastStatus, lastSign): (ContinuousClock.Instant?, ContinuousClock.Instant?)
        while !end.isSet {
            let now = ContinuousClock.now
            tellChanges(notifier)
            if lastSign.map({ now - $0 >= interval }) ?? true {
                if check.isAlive(questions.beats(), at: now), notifier.watchdog != nil { notifier.alive() }
                lastSign = now
            }
            if lastStatus.map({ now - $0 >= Self.statusInterval }) ?? true {
                let line = questions.status()
                if line != status { notifier.status(line) }
                (status, lastStatus) = (line, now)
            }
            end.wait(for: min(interval, Self.look))
        }
    }

    /// Readiness and a stop are told once, and soon.
    private func tellChanges(_ notifier: ServiceNotifier) {
        let (isReady, isStopping) = (questions.isReady(), stop.isSet)
        let news = told.withLock { told in
            defer { told = Told(isReady: told.isReady || isReady, isStopping: told.isStopping || isStopping) }
            return (isReady: isReady && !told.isReady, isStopping: isStopping && !told.isStopping)
        }
        if news.isReady { notifier.ready() }
        if news.isStopping { notifier.stopping() }
    }
}

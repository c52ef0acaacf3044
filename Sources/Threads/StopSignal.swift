internal import Foundation
internal import Synchronization

/// Asks work to stop where it can be taken up again.
package final class StopSignal: Sendable {
    /// What a thread gave, for the one that waits for it.
    private final class Outcome<Value: Sendable>: Sendable {
        let value = Mutex<Value?>(nil)
    }

    private enum News<Value> { case done(Value), stop }

    /// Read at every step of hot loops, which a lock would slow down.
    private let flag = Atomic(false)
    private let changed = Monitor(false)

    /// A signal that is not set.
    package init() {}

    /// Sets the signal for good, and wakes who waits for it.
    package func set() {
        flag.store(true, ordering: .relaxed)
        changed.change { $0 = true }
    }

    /// Whether the work is to stop.
    package var isSet: Bool { flag.load(ordering: .relaxed) }

    /// Waits until it is set, at most so long; `nil` waits without end.
    ///
    /// - Returns: Whether it is set.
    @discardableResult
    package func wait(for timeout: Duration? = nil) -> Bool {
        changed.wait(for: timeout) { $0 ? () : nil } != nil
    }

    /// Does work that may block, in a thread of its own, and waits for it; once this is set, for a while at most.
    ///
    /// - Parameters:
    ///   - grace: How long the work may still take once this is set.
    ///   - work: Goes on by itself where it was not waited for, until the process ends.
    /// - Returns: What it gave; `nil` where it was not waited for.
    /// - Throws: What it threw.
    package func finishing<Value: Sendable, Failure: Error>(
        within grace: Duration = .zero, _ work: @escaping @Sendable () throws(Failure) -> Value
    ) throws(Failure) -> Value? {
        let outcome = Outcome<Result<Value, Failure>>()
        Thread.detachNewThread { [changed] in
            let result = Result { () throws(Failure) in try work() }
            outcome.value.withLock { $0 = result }
            changed.change { _ in }
        }
        let news = changed.wait { isSet -> News<Result<Value, Failure>>? in
            if let result = outcome.value.withLock({ $0 }) { return .done(result) }
            return isSet ? .stop : nil
        }
        if case .done(let result) = news { return try result.get() }
        return try changed.wait(for: grace) { _ in outcome.value.withLock { $0 } }?.get()
    }
}

internal import Foundation
internal import Threads

/// Threads that do what they are given, in its order.
final class Workers: Sendable {
    private struct State: Sendable {
        var waiting: [@Sendable () -> Void] = []
        var hasEnded = false
    }

    private let state = Monitor(State())

    /// Starts the threads.
    init(_ count: Int) {
        for _ in 0..<count {
            Thread.detachNewThread { [state] in
                while let work = Self.next(state) { work() }
            }
        }
    }

    deinit { end() }

    private static func next(_ state: Monitor<State>) -> (@Sendable () -> Void)? {
        state.wait { state -> (@Sendable () -> Void)?? in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            return state.hasEnded ? .some(nil) : nil
        } ?? nil
    }

    /// Has one of them do it. How many may wait is the caller's to bound.
    func add(_ work: @escaping @Sendable () -> Void) { state.change { $0.waiting.append(work) } }

    /// The threads end when nothing waits any more.
    func end() { state.change { $0.hasEnded = true } }
}

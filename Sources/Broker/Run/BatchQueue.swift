internal import Threads

/// A value with a known size in memory.
protocol ByteCounted: Sendable {
    /// Bytes of memory that it holds.
    var bytes: Int { get }
}

/// A bounded queue between two threads: the producer waits while it is full.
///
/// It is bounded by bytes and not by values: a partition's batch may be a few alerts, and two threads that block each other
/// every few milliseconds leave the cores idle.
final class BatchQueue<Value: ByteCounted>: Sendable {
    private struct State {
        var waiting: [Value] = []
        var bytes = 0
        var isFinished = false
        var isAbandoned = false
    }

    /// Bytes that each value counts in addition to its own.
    private static var overhead: Int { 4_096 }

    private let state = Monitor(State())
    private let limit: Int

    /// - Parameter limit: Bytes above which the queue is full.
    init(limit: Int) {
        precondition(limit > 0)
        self.limit = limit
    }

    /// Puts a value into the queue, and waits while it is full; `false` once it is abandoned.
    func put(_ value: Value) -> Bool {
        let isQueued = state.wait { state -> Bool? in
            if state.isAbandoned { return false }
            guard state.bytes < limit else { return nil }
            state.waiting.append(value)
            state.bytes += value.bytes + Self.overhead
            return true
        }
        state.notify()
        return isQueued ?? false
    }

    /// Bytes that wait in the queue.
    var bytes: Int { state.withLock { $0.bytes } }

    /// Marks the end: no more values follow.
    func finish() { state.change { $0.isFinished = true } }

    enum Next {
        case value(Value)
        /// No value within the timeout.
        case nothing
        case end
    }

    /// The next value; waits for it up to `timeout`, and without one for as long as it takes.
    func next(within timeout: Duration? = nil) -> Next {
        let next = state.wait(for: timeout) { state -> Next? in
            guard !state.waiting.isEmpty else { return state.isFinished ? .end : nil }
            let value = state.waiting.removeFirst()
            state.bytes -= value.bytes + Self.overhead
            return .value(value)
        }
        state.notify()
        return next ?? .nothing
    }

    /// Closes the queue from the consumer's side: a producer that waits returns.
    func abandon() {
        state.change { state in
            state.isAbandoned = true
            state.waiting.removeAll()
            state.bytes = 0
        }
    }
}

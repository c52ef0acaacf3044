internal import Threads

/// A value that knows how much memory it holds on to.
protocol ByteCounted: Sendable {
    var bytes: Int { get }
}

/// A queue between two threads: the one that fills it waits when the one that empties it is slow.
///
/// It is bounded by bytes and not by values: a partition's batch may be a few alerts, and two threads that hold each other up
/// every few milliseconds leave the cores idle.
final class BatchQueue<Value: ByteCounted>: Sendable {
    private struct State {
        var waiting: [Value] = []
        var bytes = 0
        var isFinished = false
        var isAbandoned = false
    }

    /// What a value counts for besides its bytes.
    private static var overhead: Int { 4_096 }

    private let state = Monitor(State())
    private let limit: Int

    /// - Parameter limit: Once so many bytes wait, no value is put in.
    init(limit: Int) {
        precondition(limit > 0)
        self.limit = limit
    }

    /// Waits for room and puts a value in; `false` once nobody empties the queue.
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

    /// No more values come.
    func finish() { state.change { $0.isFinished = true } }

    enum Next {
        case value(Value)
        /// None came in time.
        case nothing
        case end
    }

    /// The next value; waits for it at most so long, and without `timeout` for as long as it takes.
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

    /// No more values are wanted: a thread that waits for room goes on and stops.
    func abandon() {
        state.change { state in
            state.isAbandoned = true
            state.waiting.removeAll()
            state.bytes = 0
        }
    }
}

internal import Threads

/// Follows batches through the pipeline, and signals that they are durable.
final class FlushBarrier: Sendable {
    /// The signal that a thread waits for.
    final class Signal: Sendable {
        private let isDone = Monitor(false)

        fileprivate func send() { isDone.change { $0 = true } }

        func wait() { isDone.wait { $0 ? () : nil } }
    }

    let signal = Signal()

    /// Ends the wait.
    func release() { signal.send() }

    /// Ends the wait also where the pipeline ends with an error.
    deinit { signal.send() }
}

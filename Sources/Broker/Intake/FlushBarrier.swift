internal import Threads

/// Travels through the pipeline behind batches whose durability somebody waits for.
final class FlushBarrier: Sendable {
    /// What is waited for.
    final class Signal: Sendable {
        private let isDone = Monitor(false)

        fileprivate func send() { isDone.change { $0 = true } }

        func wait() { isDone.wait { $0 ? () : nil } }
    }

    let signal = Signal()

    /// Ends the wait.
    func release() { signal.send() }

    /// A pipeline that ends with an error keeps nobody waiting.
    deinit { signal.send() }
}

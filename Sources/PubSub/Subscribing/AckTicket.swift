package import GoogleAuth
internal import Threads

/// What became of an acknowledgement.
package enum AckOutcome: Hashable, Sendable {
    /// The service has it. With exactly-once delivery the message does not come again.
    case done
    /// The message comes again: the lease had ended, or the service would not have the acknowledgement.
    case failed(GoogleCloudError)
}

/// What becomes of messages that were acknowledged or given back together.
package final class AckTicket: Sendable {
    private struct State {
        var outcomes: [AckOutcome?]
        var left: Int
    }

    private let state: Monitor<State>

    init(count: Int) { state = Monitor(State(outcomes: Array(repeating: nil, count: count), left: count)) }

    /// Waits until the service has answered for each message.
    ///
    /// - Parameter timeout: The longest wait.
    /// - Returns: The outcomes, in the order in which the messages were given; `nil` when the time is over.
    package func wait(for timeout: Duration) -> [AckOutcome]? {
        state.wait(for: timeout) { $0.left == 0 ? $0.outcomes.compactMap { $0 } : nil }
    }

    /// Sets the outcome of one message.
    func resolve(_ index: Int, _ outcome: AckOutcome) {
        state.change { now in
            now.outcomes[index] = outcome
            now.left -= 1
        }
    }
}

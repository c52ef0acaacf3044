internal import Dispatch
internal import Synchronization

/// Has librdkafka fetch again soon after a full queue has room.
///
/// Before version 2.2 (`fetch.queue.backoff.ms`) it looks only once a second, so that nothing more comes than what it may
/// read ahead in that time: a memory of 32 MB would mean 32 MB/s. Any request to the leader of a partition wakes the thread
/// that fetches from there; this asks for the newest offsets, beside the reading, one request at a time and a pause after it.
final class FetchWaker: Sendable {
    private static let pause = DispatchTimeInterval.milliseconds(20)

    private struct State {
        /// Whether a request is on its way, or its pause goes on.
        var isBusy = false
        var isWantedAgain = false
    }

    private let state = Mutex(State())

    func wake(_ consumer: KafkaConsumer) {
        let isFree = state.withLock { state in
            guard state.isBusy else {
                state.isBusy = true
                return true
            }
            state.isWantedAgain = true
            return false
        }
        guard isFree else { return }
        DispatchQueue.global(qos: .userInitiated).async { self.ask(consumer) }
    }

    private func ask(_ consumer: KafkaConsumer) {
        // Times before 1970 are words here: -1 is the end of a partition.
        _ = try? consumer.offsets(notBefore: -1, in: consumer.assignment, timeout: .seconds(5))
        DispatchQueue.global(qos: .userInitiated).asyncAfter(deadline: .now() + Self.pause) {
            let isWanted = self.state.withLock { state in
                defer { state.isWantedAgain = false }
                state.isBusy = state.isWantedAgain
                return state.isWantedAgain
            }
            if isWanted { self.ask(consumer) }
        }
    }
}

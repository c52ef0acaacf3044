internal import Dispatch
internal import Synchronization

/// Has librdkafka fetch again soon after a full queue has room.
///
/// Before version 2.2 (`fetch.queue.backoff.ms`) it looks only once a second, so that nothing more comes than what it may
/// read ahead in that time: a memory of 32 MB would mean 32 MB/s. Any request to the leader of a partition wakes the thread
/// that fetches from there; this asks for the newest offsets, beside the reading and one at a time.
final class FetchWaker: Sendable {
    private static let pause = Duration.milliseconds(50)

    private struct State {
        var isAsking = false
        var last = ContinuousClock.now
    }

    private let state = Mutex(State())

    func wake(_ consumer: KafkaConsumer) {
        let isDue = state.withLock { state in
            guard !state.isAsking, ContinuousClock.now - state.last >= Self.pause else { return false }
            state.isAsking = true
            return true
        }
        guard isDue else { return }
        DispatchQueue.global(qos: .userInitiated).async { [self] in
            // Times before 1970 are words here: -1 is the end of a partition.
            _ = try? consumer.offsets(notBefore: -1, in: consumer.assignment, timeout: .seconds(5))
            state.withLock { state in
                state.isAsking = false
                state.last = .now
            }
        }
    }
}

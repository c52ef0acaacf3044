internal import Metrics
internal import Synchronization

/// The answers of a server, by status, and how long they took to make.
final class RequestCounts: Sendable {
    private struct State {
        var statuses: [Int: Int] = [:]
        /// Answers by the first bound that they stayed within.
        var buckets = [Int](repeating: 0, count: RequestCounts.bounds.count)
        var seconds = 0.0
        var count = 0
    }

    /// Seconds.
    private static let bounds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]
    private let state = Mutex(State())

    /// Counts an answer by its status, the server's own refusals among them.
    @Sendable func answered(status: Int) { state.withLock { $0.statuses[status, default: 0] += 1 } }

    /// Counts the time in which an answer was made.
    func made(in seconds: Double) {
        state.withLock { state in
            state.seconds += seconds
            state.count += 1
            if let bucket = Self.bounds.firstIndex(where: { seconds <= $0 }) { state.buckets[bucket] += 1 }
        }
    }

    /// Adds what was counted to a page.
    func add(to page: inout MetricsPage) {
        let state = state.withLock { $0 }
        for (status, count) in state.statuses.sorted(by: { $0.key < $1.key }) {
            page.add(.requests, "\(status)", value: count)
        }
        var within = 0
        let buckets = zip(Self.bounds, state.buckets).map { bound, count in
            within += count
            return (bound: bound, count: within)
        }
        page.add(.requestTime, buckets: buckets, count: state.count, sum: state.seconds)
    }
}

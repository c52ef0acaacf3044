internal import HTTP
internal import Metrics
internal import Synchronization

/// Whether every thread of a worker is alive, by the metrics that it serves.
///
/// A worker has a counter for each thread; one of them standing still is a worker that hangs. This counts the rounds in which
/// all of them moved, so that one number stands still where any of them does.
package final class WorkerHeartbeat: Sendable {
    private struct Tally {
        var rounds = 0
        var isKnown = false
        /// The counters at the last round, and which of them have moved since.
        var last: [String: Double] = [:]
        var moved: Set<String> = []

        mutating func take(_ counters: [String: Double]) {
            isKnown = true
            for (thread, value) in counters where last[thread] != value { moved.insert(thread) }
            guard moved.isSuperset(of: counters.keys) else { return }
            rounds += 1
            last = counters
            moved = []
        }
    }

    private static let longestPage = 4 << 20  // bytes
    private static let deadline = Duration.seconds(3)

    private let address: String
    private let http = HTTPClient()
    private let tally = Mutex(Tally())

    /// The heartbeat of the worker whose metrics are at an address, such as `http://127.0.0.1:9401/metrics`.
    package init(address: String) { self.address = address }

    /// Asks once.
    ///
    /// - Returns: The number of rounds; as before where the worker does not answer, which one that hangs may not do either; `nil`
    ///   where it has never answered.
    package func read() -> Int? {
        let response = try? http.send(
            HTTPRequest(.get, address), limit: Self.longestPage, deadline: Self.deadline)
        let counters = response.map { $0.status == 200 ? Self.counters(in: $0.body) : [:] } ?? [:]
        return tally.withLock { tally in
            if !counters.isEmpty { tally.take(counters) }
            return tally.isKnown ? tally.rounds : nil
        }
    }

    /// The counters of a page, by their labels.
    static func counters(in page: [UInt8]) -> [String: Double] {
        let text = String(decoding: page, as: UTF8.self)
        var counters: [String: Double] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix(Metric.heartbeat.name + "{") {
            guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else {
                continue
            }
            counters[String(line[..<space])] = value
        }
        return counters
    }
}

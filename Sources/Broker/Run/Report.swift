internal import Stages

/// What became of the packets of one run. `received = duplicates + stored + deadLettered`, always.
package struct Report: Sendable, Hashable {
    /// Alerts, and packets that hold none that can be used.
    package var received = 0
    /// Alerts that were stored before, by this run or an earlier one.
    package var duplicates = 0
    package var archived = 0
    package var stored = 0
    package var passedFilter = 0
    package var fitted = 0
    package var fitFailed = 0
    /// Alerts that passed the filter and have no fit, by the reason's word.
    package var unfitted: [String: Int] = [:]
    package var deadLettered = 0
    /// Stored alerts that each cut turned away, by the cut's name; one alert may fail several.
    package var rejected: [String: Int] = [:]
    /// How long alerts took from the source to each durable product, by the product's topic; for streams that say when
    /// they got a message.
    package var latency: [String: LatencyHistogram] = [:]
    /// Bytes of the packets as received.
    package var bytes = 0
    /// Files that are no packets and were left alone.
    package var skipped = 0
    /// Stored alerts by night, YYYYMMDD.
    package var nights: [Int: Int] = [:]
    package var seconds = 0.0
    /// Whether it was stopped before the sources' end.
    package var isStopped = false

    package init() {}

    package var addsUp: Bool { received == duplicates + stored + deadLettered }

    /// Adds the counts of another report; the time stays.
    mutating func add(_ other: Report) {
        received += other.received
        duplicates += other.duplicates
        archived += other.archived
        stored += other.stored
        passedFilter += other.passedFilter
        fitted += other.fitted
        fitFailed += other.fitFailed
        deadLettered += other.deadLettered
        for (topic, histogram) in other.latency { latency[topic, default: LatencyHistogram()].add(histogram) }
        unfitted.merge(other.unfitted) { $0 + $1 }
        rejected.merge(other.rejected) { $0 + $1 }
        bytes += other.bytes
        skipped += other.skipped
        nights.merge(other.nights) { $0 + $1 }
    }

    /// One JSON object, keys in a fixed order.
    package var json: String {
        func object(_ pairs: [(String, Int)]) -> String {
            "{" + pairs.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
        }
        let counts: [(String, Int)] = [
            ("received", received), ("duplicates", duplicates), ("archived", archived), ("stored", stored),
            ("passedFilter", passedFilter), ("fitted", fitted), ("fitFailed", fitFailed),
            ("deadLettered", deadLettered),
        ]
        let whole = (Double(Int(seconds * 1000)) / 1000).description
        let members =
            counts.map { "\"\($0.0)\": \($0.1)" } + [
                "\"seconds\": \(whole)", "\"stopped\": \(isStopped)", "\"bytes\": \(bytes)", "\"skipped\": \(skipped)",
                "\"rejected\": " + object(FilterVerdict.cuts.map { ($0, rejected[$0] ?? 0) }),
                "\"unfitted\": " + object(unfitted.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }),
                "\"latency\": {"
                    + latency.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value.json)" }.joined(
                        separator: ", ")
                    + "}",
                "\"nights\": " + object(nights.sorted { $0.key < $1.key }.map { (String($0.key), $0.value) }),
            ]
        return "{" + members.joined(separator: ", ") + "}"
    }
}

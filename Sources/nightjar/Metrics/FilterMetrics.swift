internal import Metrics
internal import Pipeline

extension MetricsPage {
    /// Adds what users' filters say, by the filter's name.
    mutating func add(_ filters: [String: FilterCounts]) {
        for (name, counts) in filters.sorted(by: { $0.key < $1.key }) {
            add(.judged, name, "passed", value: counts.passed)
            add(.judged, name, "rejected", value: counts.judged - counts.passed)
            add(.judged, name, "broken", value: counts.broken)
            for (cut, count) in counts.rejected.sorted(by: { $0.key < $1.key }) {
                add(.cutRejected, name, cut, value: count)
            }
        }
    }
}

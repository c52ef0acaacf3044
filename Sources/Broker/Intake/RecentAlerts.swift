internal import Alerts
internal import DataLayout
internal import Pipeline

/// Alerts that other workers accounted for recently, and their offsets. The oldest are dropped first.
///
/// An alert is a duplicate only of an earlier one in its partition: so the first of them is never a duplicate, whichever
/// worker looks back over which of them.
struct RecentAlerts {
    private struct Sighting: Hashable {
        let source: SourceKey
        let key: AlertKey
    }

    private let limit: Int
    private var offsets: [Sighting: Int] = [:]
    /// In the order of insertion, as a ring buffer.
    private var order: [Sighting] = []
    private var oldest = 0

    init(limit: Int = 65_536) {
        precondition(limit > 0)
        self.limit = limit
    }

    /// Whether an alert was seen in a source at a smaller offset.
    func contains(_ key: AlertKey, of source: SourceKey, before offset: Int) -> Bool {
        !offsets.isEmpty && offsets[Sighting(source: source, key: key)].map { $0 < offset } == true
    }

    mutating func insert(_ key: AlertKey, of source: SourceKey, at offset: Int) {
        let sighting = Sighting(source: source, key: key)
        if let known = offsets[sighting] {
            offsets[sighting] = min(known, offset)
            return
        }
        offsets[sighting] = offset
        guard order.count == limit else { return order.append(sighting) }
        offsets[order[oldest]] = nil
        order[oldest] = sighting
        oldest = (oldest + 1) % limit
    }
}

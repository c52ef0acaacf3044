internal import Alerts
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
    /// Fits by their quality.
    package var fitQuality: [String: Int] = [:]
    package var deadLettered = 0
    /// Fits whose picture could not be drawn; their rows say why.
    package var picturesFailed = 0
    /// Stored alerts that each cut turned away, by the cut's name; one alert may fail several.
    package var rejected: [String: Int] = [:]
    /// How long alerts took from the source to each durable product, by the product's topic; for streams that say when
    /// they got a message.
    package var latency: [String: LatencyHistogram] = [:]
    /// Points of stored alerts' histories that have no usable time, or that the tables cannot hold.
    package var pointsLeftOut = 0
    /// Values of stored alerts that could not be read and count as null, by the field's path.
    package var unreadable: [String: Int] = [:]
    /// Values of stored alerts that have no column and are in the archive alone.
    package var valuesWithoutColumn = 0
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

    /// Counts an alert that was stored.
    mutating func count(_ judged: JudgedAlert) {
        archived += 1
        stored += 1
        nights[judged.decoded.alert.night, default: 0] += 1
        if judged.message != nil { passedFilter += 1 }
        for (name, passed) in zip(FilterVerdict.names, judged.verdict.values) where !passed {
            rejected[name, default: 0] += 1
        }
        let notes = judged.decoded.notes
        pointsLeftOut += notes.pointsLeftOut
        if !notes.unreadable.isEmpty { unreadable.merge(notes.unreadable) { $0 + $1 } }
    }

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
        picturesFailed += other.picturesFailed
        for (topic, histogram) in other.latency { latency[topic, default: LatencyHistogram()].add(histogram) }
        unfitted.merge(other.unfitted) { $0 + $1 }
        fitQuality.merge(other.fitQuality) { $0 + $1 }
        rejected.merge(other.rejected) { $0 + $1 }
        unreadable.merge(other.unreadable) { $0 + $1 }
        pointsLeftOut += other.pointsLeftOut
        valuesWithoutColumn += other.valuesWithoutColumn
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
                "\"picturesFailed\": \(picturesFailed)", "\"pointsLeftOut\": \(pointsLeftOut)",
                "\"valuesWithoutColumn\": \(valuesWithoutColumn)",
                "\"unreadable\": " + object(unreadable.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }),
                "\"rejected\": " + object(FilterVerdict.cuts.map { ($0, rejected[$0] ?? 0) }),
                "\"fitQuality\": " + object(fitQuality.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }),
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

internal import Alerts
package import DataLayout
package import Pipeline

/// The account of one run. `received = duplicates + stored + deadLettered`, always.
package struct Report: Sendable, Hashable, Counted {
    /// Alerts by outcome; a packet without a usable alert counts as one.
    package var counts = Counts()
    /// Counts by name: cuts that rejected alerts, reasons of missing fits, and others.
    package var tallies = Tallies()
    /// What each filter said of the stored alerts, by its stream: `ztf_young`.
    package var filters: [String: FilterCounts] {
        var counts = filterSums.counts
        for (stream, reason) in filtersOff { counts[stream]?.switchedOff = reason }
        return counts
    }
    /// The same, as they are counted.
    var filterSums = FilterSums()
    /// Why filters are switched off, by their streams.
    var filtersOff: [String: String] = [:]
    /// Fits whose plot could not be drawn; their rows have the reason.
    package var plotsFailed = 0
    /// Times from an alert's arrival at the source to each durable product, by the product's topic; for streams with arrival
    /// times.
    package var latency: [String: LatencyHistogram] = [:]
    /// Points of stored alerts' histories that have no usable time, or that the tables cannot hold.
    package var pointsLeftOut = 0
    /// Values of stored alerts that have no column; only the archive has them.
    package var valuesWithoutColumn = 0
    /// Bytes of the packets as received.
    package var bytes = 0
    /// Files that are not packets and were skipped.
    package var skipped = 0
    /// Stored alerts by night, YYYYMMDD.
    package var nights: [Int: Int] = [:]
    /// Duration of the run, seconds.
    package var seconds = 0.0
    /// Whether the run was stopped before the end of its sources.
    package var isStopped = false

    /// A report of nothing.
    package init() {}

    /// Counts a stored alert.
    mutating func count(_ alert: ProcessedAlert) {
        nights[alert.decoded.alert.night, default: 0] += 1
        alert.count(in: &tallies)
        filterSums.count(alert.judged)
        if case .fit(let fit)? = alert.supernova, fit.isPlotMissing { plotsFailed += 1 }
        let notes = alert.decoded.notes
        pointsLeftOut += notes.pointsLeftOut
        tallies.add(notes.unreadable, to: .unreadable)
    }

    /// Adds the counts of another report; the duration stays.
    mutating func add(_ other: Report) {
        counts += other.counts
        tallies += other.tallies
        filterSums += other.filterSums
        filtersOff.merge(other.filtersOff) { $1 }
        plotsFailed += other.plotsFailed
        for (topic, histogram) in other.latency { latency[topic, default: LatencyHistogram()].add(histogram) }
        pointsLeftOut += other.pointsLeftOut
        valuesWithoutColumn += other.valuesWithoutColumn
        bytes += other.bytes
        skipped += other.skipped
        nights.merge(other.nights) { $0 + $1 }
    }
}

extension Report: Encodable {
    private enum Key: CodingKey {
        case seconds, stopped, bytes, skipped, plotsFailed, pointsLeftOut, valuesWithoutColumn, filters, latency, nights
    }

    /// Writes one object: the counts, the other numbers, and a member for each group of tallies.
    package func encode(to encoder: any Encoder) throws {
        try counts.encode(to: encoder)
        var members = encoder.container(keyedBy: Key.self)
        try members.encode(Double(Int(seconds * 1000)) / 1000, forKey: .seconds)
        try members.encode(isStopped, forKey: .stopped)
        try members.encode(bytes, forKey: .bytes)
        try members.encode(skipped, forKey: .skipped)
        try members.encode(plotsFailed, forKey: .plotsFailed)
        try members.encode(pointsLeftOut, forKey: .pointsLeftOut)
        try members.encode(valuesWithoutColumn, forKey: .valuesWithoutColumn)
        try tallies.encode(to: encoder)
        try members.encode(SortedObject(FilterCounts.byName(filters)), forKey: .filters)
        try members.encode(latency, forKey: .latency)
        try members.encode(
            Dictionary(uniqueKeysWithValues: nights.map { (String($0.key), $0.value) }), forKey: .nights)
    }
}

internal import Alerts

/// Numbers of alerts that a filter judged, by outcome.
package struct FilterCounts: Hashable, Sendable {
    /// Stored alerts that it judged.
    package var judged = 0
    /// Those that pass.
    package var passed = 0
    /// Stored alerts that it did not judge, since it broke its bounds.
    package var broken = 0
    /// Judged alerts that each cut did not let pass: it is false or null; one alert may fail several.
    package var rejected: [String: Int] = [:]
    /// Why the filter is switched off; `nil` where it is not.
    package var switchedOff: String?

    /// No alerts.
    package init() {}

    init(_ row: FilterSums.Row) {
        (judged, passed, broken) = (row.judged, row.passed, row.broken)
        for (cut, count) in zip(row.filter.cuts, row.rejected) where count > 0 { rejected[cut] = count }
    }

    /// The counts of filters by their bare names, as reports have them: those of one name are added over the surveys.
    package static func byName(_ streams: [String: FilterCounts]) -> [String: FilterCounts] {
        var all: [String: FilterCounts] = [:]
        for (stream, counts) in streams {
            let survey = Survey.ofProducts(stream)?.name ?? ""
            all[String(stream.dropFirst(survey.isEmpty ? 0 : survey.count + 1)), default: FilterCounts()] += counts
        }
        return all
    }

    /// Adds the counts of other alerts.
    package static func += (left: inout FilterCounts, right: FilterCounts) {
        left.judged &+= right.judged
        left.passed &+= right.passed
        left.broken &+= right.broken
        left.rejected.merge(right.rejected) { $0 &+ $1 }
        left.switchedOff = right.switchedOff ?? left.switchedOff
    }
}

extension FilterCounts: Encodable {
    private enum Key: CodingKey { case judged, passed, broken, rejected, switchedOff }

    /// Writes an object; a filter that is switched off says why.
    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Key.self)
        try members.encode(judged, forKey: .judged)
        try members.encode(passed, forKey: .passed)
        try members.encode(broken, forKey: .broken)
        try members.encode(SortedObject(rejected), forKey: .rejected)
        try members.encodeIfPresent(switchedOff, forKey: .switchedOff)
    }
}

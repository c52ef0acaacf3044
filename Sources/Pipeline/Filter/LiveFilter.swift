package import Filters

/// A filter that judges the alerts of a run: one version of it.
package final class LiveFilter: Sendable {
    /// What its author wrote.
    package let text: FilterText
    /// The SHA-256 of its text.
    package let version: String
    /// The names of its cuts.
    package let cuts: [String]
    /// Whether it looks at the alert's fit.
    package let readsFit: Bool

    init(_ compiled: CompiledFilter) {
        (text, version, cuts) = (compiled.text, compiled.text.version, compiled.cuts)
        readsFit = compiled.tables.contains(FilterTables.fit.name)
    }

    /// The filter's name.
    package var name: String { text.name }
    /// The name of its stream, which no other survey's filter has.
    package var streamName: String { stream.name(of: text.survey) }
    /// Its stream.
    package var stream: StreamKind { .filter(text.name) }
}

/// What the live filters say of one alert.
package struct JudgedFilters: Sendable {
    /// The filters.
    package let filters: [LiveFilter]
    /// What the cuts of the first of them say; `nil` for a filter that cannot judge the alert, or is switched off. The others have
    /// not judged yet.
    package private(set) var cuts: [CutVerdicts?] = []
    /// Whether the alert passes any.
    package private(set) var passesAny = false

    /// Filters that have not judged yet.
    package init(_ filters: [LiveFilter] = []) { self.filters = filters }

    mutating func add(_ verdict: CutVerdicts?) {
        if cuts.isEmpty { cuts.reserveCapacity(filters.count) }
        cuts.append(verdict)
        if verdict?.pass == true { passesAny = true }
    }

    /// The filters that the alert passes.
    package var passed: [LiveFilter] {
        passesAny ? zip(filters, cuts).filter { $1?.pass == true }.map(\.0) : []
    }
}

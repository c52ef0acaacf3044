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
    /// The filters, each with what its cuts say; `nil` for one that broke its bounds or is switched off.
    package private(set) var verdicts: [(filter: LiveFilter, cuts: CutVerdicts?)] = []

    /// No filters.
    package init() {}

    mutating func add(_ filter: LiveFilter, _ cuts: CutVerdicts?) { verdicts.append((filter, cuts)) }

    /// What a filter of a name says; `nil` where it says nothing.
    package subscript(name: String) -> CutVerdicts? { verdicts.first { $0.filter.name == name }?.cuts }

    /// The filters that the alert passes.
    package var passed: [LiveFilter] { verdicts.filter { $0.cuts?.pass == true }.map(\.filter) }
}

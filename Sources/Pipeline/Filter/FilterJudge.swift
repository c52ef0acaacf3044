internal import Alerts
internal import Filters

/// Judges one survey's alerts by the live filters of one generation. Used by one thread.
final class FilterJudge {
    let generation: Int
    private let library: FilterLibrary
    private let engine: FilterEngine?
    private let filters: [(live: LiveFilter, compiled: CompiledFilter?)]

    init(_ library: FilterLibrary, _ generation: FilterLibrary.Generation, _ survey: Survey) {
        self.library = library
        self.generation = generation.number
        let live = generation.filters[survey] ?? []
        let engine =
            try? live.isEmpty
            ? nil
            : FilterEngine(
                survey, catalogues: library.options.catalogues, computed: library.options.stages.tables(of: survey))
        self.engine = engine
        filters = live.map { filter in
            do throws(FilterError) { return (filter, try engine?.compile(filter.text)) } catch {
                library.switchOff(filter, because: error)
                return (filter, nil)
            }
        }
    }

    /// Whether the survey has filters.
    var isEmpty: Bool { filters.isEmpty }

    /// Whether a filter of this survey chooses what is fitted; it is the first.
    var choosesFits: Bool { library.options.fitFilter != nil && filters.first?.live.name == library.options.fitFilter }

    /// What the filter that chooses the fits says of an alert.
    func judgeForFit(_ alert: ProcessedAlert) -> JudgedFilters { judge(alert, filters.prefix(1)) }

    /// What the filters say of an alert, beside those that have judged it already.
    func judge(_ alert: ProcessedAlert) -> JudgedFilters {
        var all = alert.judged
        for verdict in judge(alert, filters.dropFirst(all.verdicts.count)).verdicts {
            all.add(verdict.filter, verdict.cuts)
        }
        return all
    }

    private func judge(
        _ alert: ProcessedAlert, _ filters: ArraySlice<(live: LiveFilter, compiled: CompiledFilter?)>
    ) -> JudgedFilters {
        var judged = JudgedFilters()
        guard let engine, !filters.isEmpty else { return judged }
        let hasOff = library.hasOff
        engine.with(alert.decoded, computed: alert.schema.stages.values(of: alert)) {
            for (live, compiled) in filters {
                guard let compiled, !hasOff || library.reasonOff(live) == nil else {
                    judged.add(live, nil)
                    continue
                }
                do throws(FilterError) { judged.add(live, try engine.verdict(of: compiled)) } catch {
                    library.switchOff(live, because: error)
                    judged.add(live, nil)
                }
            }
        }
        return judged
    }
}

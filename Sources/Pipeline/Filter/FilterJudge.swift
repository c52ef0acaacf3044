internal import Alerts
internal import Filters

/// Judges one survey's alerts by the live filters of one generation. Used by one thread.
final class FilterJudge {
    let generation: Int
    private let library: FilterLibrary
    private let engine: FilterEngine?
    private let live: [LiveFilter]
    private let filters: [(live: LiveFilter, compiled: CompiledFilter?)]
    /// Time of a core that filters have taken on alerts for which they needed many steps.
    private var slow: [ObjectIdentifier: Duration] = [:]
    private var judgedAlerts = 0
    /// What a filter may take of a core in the mean, once it has taken so much in all.
    private static let (mostMean, mostTime) = (Duration.milliseconds(10), Duration.seconds(5))

    init(_ library: FilterLibrary, _ generation: FilterLibrary.Generation, _ survey: Survey) {
        self.library = library
        self.generation = generation.number
        let live = generation.filters[survey] ?? []
        let engine =
            try? live.isEmpty
            ? nil
            : FilterEngine(
                survey, catalogues: library.options.catalogues, computed: library.options.stages.tables(of: survey))
        (self.engine, self.live) = (engine, live)
        filters = live.map { filter in
            do throws(FilterError) { return (filter, try engine?.compile(filter.text)) } catch {
                library.note(error, of: filter, on: nil)
                return (filter, nil)
            }
        }
    }

    /// Whether the survey has filters.
    var isEmpty: Bool { filters.isEmpty }

    /// Whether a filter of this survey chooses what is fitted; it is the first.
    var choosesFits: Bool { library.options.fitFilter != nil && filters.first?.live.name == library.options.fitFilter }

    /// What the filter that chooses the fits says of an alert.
    func judgeForFit(_ alert: ProcessedAlert) -> JudgedFilters {
        var judged = JudgedFilters(live)
        judge(alert, 0..<min(1, filters.count), &judged)
        return judged
    }

    /// What the filters say of an alert, beside the one that has judged it already.
    func judge(_ alert: ProcessedAlert) -> JudgedFilters {
        judgedAlerts += 1
        var judged = alert.judged.cuts.isEmpty ? JudgedFilters(live) : alert.judged
        judge(alert, judged.cuts.count..<filters.count, &judged)
        return judged
    }

    /// A filter's verdict on the alert that the engine sees. One that takes too long on alerts after alerts would stop the run.
    private func verdict(
        of live: LiveFilter, _ compiled: CompiledFilter, _ engine: FilterEngine
    ) throws(FilterError) -> CutVerdicts {
        let verdict = try engine.verdict(of: compiled)
        let taken = engine.timeTaken
        guard taken > .zero else { return verdict }
        let key = ObjectIdentifier(live)
        slow[key, default: .zero] += taken
        guard let sum = slow[key], sum > Self.mostTime, sum > Self.mostMean * judgedAlerts else { return verdict }
        throw FilterError(
            path: live.text.path,
            reason: "it took \(Int(sum / .seconds(1))) s of a core for \(judgedAlerts) alerts, more than "
                + "\(Int(Self.mostMean / .milliseconds(1))) ms each", breaksBounds: true)
    }

    private func judge(_ alert: ProcessedAlert, _ range: Range<Int>, _ judged: inout JudgedFilters) {
        guard let engine, !range.isEmpty else {
            for _ in range { judged.add(nil) }
            return
        }
        let hasOff = library.hasOff
        engine.with(alert.decoded, computed: alert.schema.stages.values(of: alert)) {
            for (live, compiled) in filters[range] {
                guard let compiled, !hasOff || library.reasonOff(live) == nil else {
                    judged.add(nil)
                    continue
                }
                do throws(FilterError) { judged.add(try verdict(of: live, compiled, engine)) } catch {
                    library.note(error, of: live, on: alert.decoded.alert.id)
                    judged.add(nil)
                }
            }
        }
    }
}

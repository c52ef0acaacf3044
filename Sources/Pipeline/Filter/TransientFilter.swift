internal import Alerts
internal import Catalogues
internal import Filters

/// Selects alerts that may be supernovae or other transients outside our galaxy, by the survey's own filters
/// `extragalactic_transient` and `pure`. Used by one thread.
final class TransientFilter {
    private let engine: FilterEngine
    private let transient: CompiledFilter
    private let pure: CompiledFilter?
    /// Where the filter has each of ``FilterVerdict/cuts``.
    private let places: [Int]

    /// Catalogues that the filter asks and that are not there.
    let absent: [String]

    /// A survey's filter. The catalogues' names have no fault: ``FilterTables/fault(inNameOfCatalogue:)``.
    init(_ survey: Survey, _ catalogues: [Catalogue]) {
        func text(_ name: String) throws(FilterError) -> FilterText? {
            guard let sql = survey.filters[name] else { return nil }
            return try FilterText(name: name, survey: survey, sql: sql, path: "\(survey.name)_\(name).sql")
        }
        do throws(FilterError) {
            engine = try FilterEngine(survey, catalogues: catalogues)
            guard let transient = try text("extragalactic_transient") else {
                preconditionFailure("\(survey.name) has no filter of extragalactic transients")
            }
            self.transient = try engine.compile(transient)
            absent = self.transient.absent
            var pure: CompiledFilter?
            if let text = try text("pure") { pure = try engine.compile(text) }
            self.pure = pure
        } catch { preconditionFailure("a filter of ours: \(error)") }
        places = FilterVerdict.cuts.map { [cuts = transient.cuts] name in
            guard let place = cuts.firstIndex(of: name) else { preconditionFailure("\(survey.name): no cut \(name)") }
            return place
        }
    }

    /// The verdict on an alert. Where a history is longer than a filter may look at, no cut passes.
    func verdict(of alert: DecodedAlert) -> FilterVerdict {
        engine.with(alert) {
            guard let cuts = try? engine.verdict(of: transient) else { return FilterVerdict.none }
            return FilterVerdict(
                isPositiveSub: cuts[places[0]] == true, noPointsourceCounterpart: cuts[places[1]] == true,
                notMoving: cuts[places[2]] == true, noSSObject: cuts[places[3]] == true,
                isPure: pure.map { (try? engine.verdict(of: $0))?.pass == true } ?? false)
        }
    }
}

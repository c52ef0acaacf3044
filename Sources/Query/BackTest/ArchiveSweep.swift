package import Alerts
package import Catalogues
package import DataLayout
package import Filters
internal import Threads

/// Judges archived alerts by filters, as the filters would have judged them when they came: a packet holds nothing later.
package struct ArchiveSweep: Sendable {
    /// The filters, all of one survey.
    package let filters: [FilterText]
    private let survey: Survey
    private let catalogues: [Catalogue]
    private let computed: [ComputedTable]
    private let folders: [String]
    /// Alerts that a thread reads at a time.
    private static let part: Int64 = 500

    /// A sweep over data folders.
    ///
    /// - Parameters:
    ///   - filters: The filters.
    ///   - survey: Whose they are.
    ///   - catalogues: What they may ask of the sky.
    ///   - computed: The tables of what was computed of the alerts.
    ///   - folders: Data folders; an alert that several have is judged once.
    package init(
        _ filters: [FilterText], of survey: Survey, catalogues: [Catalogue] = [], computed: [ComputedTable],
        in folders: [String]
    ) {
        (self.filters, self.survey, self.catalogues) = (filters, survey, catalogues)
        (self.computed, self.folders) = (computed, folders)
    }

    /// An alert's verdicts.
    package struct Judged: Sendable {
        /// The alert's id.
        package let id: Int64
        /// What each of the filters' cuts says.
        package let verdicts: [CutVerdicts]
    }

    /// What stopped a sweep.
    package enum Failure: Error {
        case folder(BrokerError)
        case filter(FilterError)
    }

    /// Judges the alerts of nights, on all cores.
    ///
    /// - Parameters:
    ///   - nights: YYYYMMDD.
    ///   - isStopped: Asked now and then.
    ///   - body: Called with a night and some of its alerts, night by night, in the order in which they came.
    /// - Returns: Records that are damaged, which are left out.
    /// - Throws: ``Failure``.
    package func run(
        nights: ClosedRange<Int>, isStopped: () -> Bool = { false }, _ body: (Int, [Judged]) -> Void
    ) throws(Failure) -> Int {
        var seen: Set<Int64> = []
        var damaged = 0
        let hasMany = folders.count > 1
        for path in folders {
            let parts: [OpenFolder.ArchivePart]
            do throws(BrokerError) {
                parts = try OpenFolder(path).archiveParts(of: survey, nights: nights, most: Self.part)
            } catch { throw .folder(error) }
            // As many as keep the threads at work, so that results are passed on as they come.
            for start in stride(from: 0, to: parts.count, by: 64) {
                if isStopped() { return damaged }
                let some = Array(parts[start..<min(start + 64, parts.count)])
                let results = try some.concurrentMap { (part) throws(Failure) in try judge(part, in: path) }
                for (part, result) in zip(some, results) {
                    damaged += result.damaged
                    let new = hasMany ? result.judged.filter { seen.insert($0.id).inserted } : result.judged
                    if !new.isEmpty { body(part.night, new) }
                }
            }
        }
        return damaged
    }

    private func judge(
        _ part: OpenFolder.ArchivePart, in path: String
    ) throws(Failure) -> (judged: [Judged], damaged: Int) {
        let (engine, compiled) = try compile()
        var decoder = AlertDecoder()
        var judged: [Judged] = []
        var damaged = 0
        var failure: FilterError?
        let read = computed.filter { table in compiled.contains { $0.tables.contains(table.name) } }
        do throws(BrokerError) {
            let folder = try OpenFolder(path)
            let stored = try StoredValues(read, in: folder, survey)
            try folder.forEachRecord(of: part, survey) { record, schema in
                guard failure == nil else { return }
                guard let alert = try? decoder.alert(ofRecord: record, writer: schema) else {
                    damaged += 1
                    return
                }
                let computed = (try? stored.values(of: alert.alert.id)) ?? [:]
                let verdicts: Result<[CutVerdicts], FilterError> = engine.with(alert, computed: computed) {
                    Result { () throws(FilterError) in
                        try compiled.map { (filter) throws(FilterError) in try engine.verdict(of: filter) }
                    }
                }
                switch verdicts {
                case .success(let verdicts): judged.append(Judged(id: alert.alert.id, verdicts: verdicts))
                case .failure(let error):
                    failure = FilterError(
                        path: error.path, place: error.place, reason: "alert \(alert.alert.id): \(error.reason)")
                }
            } damaged: { _ in
                damaged += 1
            }
        } catch { throw .folder(error) }
        if let failure { throw .filter(failure) }
        return (judged, damaged)
    }

    private func compile() throws(Failure) -> (FilterEngine, [CompiledFilter]) {
        do throws(FilterError) {
            let engine = try FilterEngine(survey, catalogues: catalogues, computed: computed)
            return (engine, try filters.map { (filter) throws(FilterError) in try engine.compile(filter) })
        } catch { throw .filter(error) }
    }
}

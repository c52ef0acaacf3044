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
        /// What each of the filters' cuts says; `nil` for a filter that cannot judge the alert.
        package let verdicts: [CutVerdicts?]
        /// Why the first filter cannot judge it.
        package let reason: String?
    }

    /// What stopped a sweep.
    package enum Failure: Error {
        case folder(BrokerError)
        case filter(FilterError)
    }

    /// Judges the alerts of nights, on all cores. One of the other filters that takes too much on an alert judges no more of that
    /// part of the night.
    ///
    /// - Parameters:
    ///   - nights: YYYYMMDD.
    ///   - most: Alerts that are judged at most.
    ///   - isStopped: Asked at each alert.
    ///   - body: Called with a night and some of its alerts, night by night, in the order in which they came.
    /// - Returns: Records that are damaged, which are left out.
    /// - Throws: ``Failure``; also where the first filter takes too much on an alert.
    package func run(
        nights: ClosedRange<Int>, atMost most: Int = .max, isStopped: @Sendable () -> Bool = { false },
        _ body: (Int, [Judged]) -> Void
    ) throws(Failure) -> Int {
        var seen: Set<Int64> = []
        var (damaged, left) = (0, most)
        let hasMany = folders.count > 1
        for path in folders {
            let parts: [OpenFolder.ArchivePart]
            do throws(BrokerError) {
                parts = try OpenFolder(path).archiveParts(of: survey, nights: nights, most: Self.part)
            } catch { throw .folder(error) }
            // As many as keep the threads at work, so that results are passed on as they come.
            var start = 0
            while start < parts.count, left > 0, !isStopped() {
                let count = min(64, parts.count - start, (left - 1) / Int(Self.part) + 1)
                let some = Array(parts[start..<start + count])
                start += count
                let results = try some.concurrentMap { (part) throws(Failure) in
                    try judge(part, in: path, isStopped)
                }
                for (part, result) in zip(some, results) {
                    damaged += result.damaged
                    let new = hasMany ? result.judged.filter { seen.insert($0.id).inserted } : result.judged
                    let wanted = Array(new.prefix(left))
                    left -= wanted.count
                    if !wanted.isEmpty { body(part.night, wanted) }
                }
            }
        }
        return damaged
    }

    /// Where a sweep goes on.
    package struct Place: Sendable, Hashable {
        /// The folder's number.
        package let folder: Int
        /// Where in its archive.
        package let archive: OpenFolder.ArchivePlace

        /// A place, as another had it.
        package init(folder: Int, archive: OpenFolder.ArchivePlace) {
            (self.folder, self.archive) = (folder, archive)
        }
    }

    /// Alerts that are judged without a look at the time, so that each call goes on.
    private static let least: Int64 = 200

    /// Judges alerts of nights up to a deadline, on all cores.
    ///
    /// - Parameters:
    ///   - nights: YYYYMMDD.
    ///   - place: Where it begins; `nil` for the first alert.
    ///   - deadline: When it ends.
    ///   - body: Called with a night and some of its alerts.
    /// - Returns: Records that are damaged, and where to go on; `nil` where all were judged.
    /// - Throws: ``Failure``; also where the first filter takes too much on an alert.
    package func run(
        nights: ClosedRange<Int>, from place: Place?, until deadline: ContinuousClock.Instant,
        _ body: (Int, [Judged]) -> Void
    ) throws(Failure) -> (damaged: Int, next: Place?) {
        var damaged = 0
        for (number, path) in folders.enumerated().dropFirst(place?.folder ?? 0) {
            let parts: [OpenFolder.ArchivePart]
            do throws(BrokerError) {
                parts = try OpenFolder(path).archiveParts(
                    of: survey, nights: nights, most: Self.least,
                    from: place?.folder == number ? place?.archive : nil)
            } catch { throw .folder(error) }
            for start in stride(from: 0, to: parts.count, by: 16) {
                let some = Array(parts[start..<min(start + 16, parts.count)].enumerated())
                let results = try some.concurrentMap { (index, part) throws(Failure) in
                    let isFirst = start == 0 && index == 0
                    return try judge(part, in: path) { !isFirst && ContinuousClock.now > deadline }
                }
                for ((_, part), result) in zip(some, results) {
                    guard result.isWhole else { return (damaged, Place(folder: number, archive: part.start)) }
                    damaged += result.damaged
                    if !result.judged.isEmpty { body(part.night, result.judged) }
                }
            }
        }
        return (damaged, nil)
    }

    private func judge(
        _ part: OpenFolder.ArchivePart, in path: String, _ isStopped: () -> Bool
    ) throws(Failure) -> (judged: [Judged], damaged: Int, isWhole: Bool) {
        guard !isStopped() else { return ([], 0, false) }
        let (engine, compiled) = try compile()
        var decoder = AlertDecoder()
        var judged: [Judged] = []
        var (damaged, isWhole) = (0, true)
        var failure: FilterError?
        var off: Set<Int> = []
        let read = computed.filter { table in compiled.contains { $0.tables.contains(table.name) } }
        do throws(BrokerError) {
            let folder = try OpenFolder(path)
            let stored = try StoredValues(read, in: folder, survey)
            try folder.forEachRecord(of: part, survey) { record, schema in
                guard failure == nil, isWhole else { return }
                guard !isStopped() else {
                    isWhole = false
                    return
                }
                guard let alert = try? decoder.alert(ofRecord: record, writer: schema) else {
                    damaged += 1
                    return
                }
                let values = (try? stored.values(of: alert.alert.id)) ?? [:]
                var reason: String?
                let verdicts = engine.with(alert, computed: values) {
                    compiled.enumerated().map { number, filter -> CutVerdicts? in
                        guard !off.contains(number) else { return nil }
                        do throws(FilterError) { return try engine.verdict(of: filter) } catch {
                            if number == 0 { reason = error.reason }
                            guard error.breaksBounds else { return nil }
                            off.insert(number)
                            if number == 0 {
                                failure = FilterError(
                                    path: error.path, reason: "alert \(alert.alert.id): \(error.reason)",
                                    breaksBounds: true)
                            }
                            return nil
                        }
                    }
                }
                judged.append(Judged(id: alert.alert.id, verdicts: verdicts, reason: reason))
            } damaged: { _ in
                damaged += 1
            }
        } catch { throw .folder(error) }
        if let failure { throw .filter(failure) }
        return (judged, damaged, isWhole)
    }

    private func compile() throws(Failure) -> (FilterEngine, [CompiledFilter]) {
        do throws(FilterError) {
            let engine = try FilterEngine(survey, catalogues: catalogues, computed: computed)
            return (engine, try filters.map { (filter) throws(FilterError) in try engine.compile(filter) })
        } catch { throw .filter(error) }
    }
}

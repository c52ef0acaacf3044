package import Alerts
package import Catalogues
package import Filters
internal import Synchronization

/// The filters of a folder that are live, and those of them that are switched off. Shared by the threads that judge alerts.
///
/// A folder that changes is reloaded. A mistake in it leaves the filters as they are.
package final class FilterLibrary: Sendable {
    /// Which filters a folder has, and how they are used.
    package struct Options: Sendable {
        /// Which of the filters are live.
        package enum Part: Sendable { case all, beforeFit, afterFit }

        /// The folder.
        package var folder: FilterFolder
        /// Those that read the fit come after it, all others before.
        package var part = Part.all
        /// The survey whose filters are read; `nil` for all.
        package var survey: Survey?
        /// What filters may ask of the sky.
        package var catalogues: [Catalogue] = []
        /// The stages that are run before, whose scores filters see.
        package var stages = StageList.standard
        /// The filter whose alerts are fitted; `nil` for the survey's extragalactic transients.
        package var fitFilter: String?
        /// Says what of a filter must not go live, such as how much it passes; `nil` where it may.
        package var refusal: @Sendable (FilterText) -> String? = { _ in nil }
        /// Told of filters that begin, end, or are switched off.
        package var log: @Sendable (String) -> Void = { _ in }

        /// The filters of a folder.
        package init(_ folder: FilterFolder) { self.folder = folder }
    }

    /// The filters that are live between two changes of the folder.
    package struct Generation: Sendable {
        /// Counts the changes.
        package let number: Int
        /// The filters of each survey, that of the fits first, the others by name.
        package let filters: [Survey: [LiveFilter]]
    }

    private struct State {
        var generation: Generation
        /// `nil` where the folder could not be read.
        var folder: FilterFolder.State?
        var checked: ContinuousClock.Instant
        var complaint: String?
        /// Those that are switched off, held so that no other filter comes to lie at their address.
        var off: [ObjectIdentifier: (filter: LiveFilter, reason: String)] = [:]
        /// Those that could not judge an alert, of whom one was logged.
        var failed: [ObjectIdentifier: LiveFilter] = [:]
    }

    /// How often the folder is looked at.
    private static let pause = Duration.seconds(1)

    let options: Options
    private let state: Mutex<State>

    /// Reads a folder's filters.
    ///
    /// - Throws: ``Filters/FilterError`` for the first that cannot be used.
    package init(_ options: Options) throws(FilterError) {
        self.options = options
        let folder = try options.folder.state()
        let generation = try Self.read(options, after: nil)
        state = Mutex(State(generation: generation, folder: folder, checked: .now))
        if generation.all.isEmpty { options.log("\(options.folder.path) has no filters: SURVEY/NAME.sql") }
        Self.log("judges with", generation.all, options)
    }

    /// The filters that are live now.
    package var generation: Generation { state.withLock { $0.generation } }

    /// Whether the folder has changed since the filters were read; looked at now and then.
    package var hasChanged: Bool {
        let (isDue, last) = state.withLock { state in
            let isDue = ContinuousClock.now - state.checked >= Self.pause
            if isDue { state.checked = .now }
            return (isDue, state.folder)
        }
        return isDue && (try? options.folder.state()) != last
    }

    /// Reloads the folder. If it has a mistake, that is logged once, and the filters stay as they are.
    package func reload() {
        do throws(FilterError) {
            // Before the filters are read: what changes meanwhile is a change.
            let folder = try? options.folder.state()
            state.withLock { $0.folder = folder }
            let before = generation
            let after = try Self.read(options, after: before)
            state.withLock { state in
                state.generation = after
                state.complaint = nil
                let live = Set(after.all.map { ObjectIdentifier($0) })
                state.off = state.off.filter { live.contains($0.key) }
                state.failed = state.failed.filter { live.contains($0.key) }
            }
            let (old, new) = (before.all, after.all)
            Self.log(
                "judges no longer with", old.filter { filter in !new.contains { $0 === filter } }, options)
            Self.log("judges with", new.filter { filter in !old.contains { $0 === filter } }, options)
        } catch {
            let complaint = "the filters stay as they were: \(error)"
            let isNew = state.withLock { state in
                defer { state.complaint = complaint }
                return state.complaint != complaint
            }
            if isNew { options.log(complaint) }
        }
    }

    /// A line for each survey.
    private static func log(_ what: String, _ filters: [LiveFilter], _ options: Options) {
        for (survey, some) in Dictionary(grouping: filters, by: \.text.survey).sorted(by: { $0.key.name < $1.key.name })
        {
            let names = some.map { "\($0.name) (\($0.version.prefix(12)))" }.joined(separator: ", ")
            options.log("\(what) \(survey.name)'s \(names)")
        }
    }

    private static func read(_ options: Options, after last: Generation?) throws(FilterError) -> Generation {
        var filters: [Survey: [LiveFilter]] = [:]
        var refused: [(name: String, reason: String)] = []
        for (survey, texts) in Dictionary(grouping: try options.folder.filters(of: options.survey), by: \.survey) {
            let engine = try FilterEngine(
                survey, catalogues: options.catalogues, computed: options.stages.tables(of: survey))
            var live: [LiveFilter] = []
            for text in texts {
                if let known = last?.filters[survey]?.first(where: { $0.text == text }) {
                    live.append(known)
                    continue
                }
                live.append(try sound(text, engine))
                if let reason = options.refusal(text) {
                    refused.append((text.name, "\(survey.name)_\(text.name) \(reason)"))
                }
            }
            live.removeAll { !options.part.has($0) }
            filters[survey] =
                live.filter { $0.name == options.fitFilter } + live.filter { $0.name != options.fitFilter }
        }
        guard refused.isEmpty else {
            let reasons = refused.map(\.reason).joined(separator: "; ")
            let names = refused.map(\.name).joined(separator: ",")
            throw FilterError(path: options.folder.path, reason: "\(reasons); --allow-wide \(names) has them go live")
        }
        if let name = options.fitFilter {
            let chosen = filters.values.compactMap(\.first).filter { $0.name == name }
            guard !chosen.isEmpty else {
                throw FilterError(
                    path: options.folder.path, reason: "it has no filter '\(name)', which chooses the fits")
            }
            if let circular = chosen.first(where: \.readsFit) {
                throw FilterError(
                    path: circular.text.path, reason: "it chooses what is fitted, and cannot look at the fit")
            }
        }
        return Generation(number: (last?.number ?? 0) + 1, filters: filters)
    }

    private static func sound(_ text: FilterText, _ engine: FilterEngine) throws(FilterError) -> LiveFilter {
        if let fault = FilterTables.fault(inNameOf: text) { throw FilterError(path: text.path, reason: fault) }
        return LiveFilter(try engine.compile(text))
    }

    // MARK: - Switched off

    /// Notes that a filter could not judge an alert. One that broke its bounds is switched off until its file changes; any other
    /// goes on.
    func note(_ error: FilterError, of filter: LiveFilter, on alert: Int64?) {
        let key = ObjectIdentifier(filter)
        guard error.breaksBounds else {
            let isFirst = state.withLock { $0.failed.updateValue(filter, forKey: key) == nil }
            let which = alert.map { " alert \($0)" } ?? " alerts"
            if isFirst {
                options.log("\(filter.text.survey.name)_\(filter.name) cannot judge\(which): \(error.reason)")
            }
            return
        }
        let isFirst = state.withLock { $0.off.updateValue((filter, error.reason), forKey: key) == nil }
        if isFirst {
            options.log("\(filter.text.survey.name)_\(filter.name) is switched off: \(error.reason)")
        }
    }

    /// Why a filter is switched off; `nil` where it is not.
    package func reasonOff(_ filter: LiveFilter) -> String? {
        state.withLock { $0.off[ObjectIdentifier(filter)]?.reason }
    }

    /// Whether any filter is switched off.
    var hasOff: Bool { state.withLock { !$0.off.isEmpty } }
}

extension FilterLibrary.Options.Part {
    /// Whether a filter is of this part.
    func has(_ filter: LiveFilter) -> Bool {
        switch self {
        case .all: true
        case .beforeFit: !filter.readsFit
        case .afterFit: filter.readsFit
        }
    }
}

extension FilterLibrary.Generation {
    /// The filters of all surveys.
    package var all: [LiveFilter] {
        filters.sorted { $0.key.name < $1.key.name }.flatMap(\.value)
    }
}

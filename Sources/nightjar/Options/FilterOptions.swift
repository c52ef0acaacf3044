internal import Alerts
internal import Broker
internal import Catalogues
internal import Configuration
internal import Filters
internal import Foundation
internal import Pipeline
internal import Query

/// The filters that judge a run's alerts, and the catalogues that alerts are matched with.
struct FilterOptions: Sendable {
    static let folder = Option<String>.text(
        "filters", "DIR",
        "filters that judge every alert: DIR/SURVEY/NAME.sql, each with a stream SURVEY_NAME; a run reads a changed file anew",
        key: "filters")
    private static let fitFilter = Option<String>.text(
        "fit-filter", "NAME",
        "the filter of --filters whose alerts are fitted, in place of the extragalactic transients",
        key: "fitFilter")
    private static let allowWide = Option<String>.text(
        "allow-wide", "NAME,...",
        "filters of --filters that may pass more than 5 % of the newest archived night; 'all' for any", key: "allowWide"
    )

    /// Those of ``HostOptions`` beside them, which say what stands in the sky, are among the options of fits.
    static let all: [any DeclaredOption] = [folder, fitFilter, allowWide] + ClassifierOptions.ofRun
    /// Those of a stage that judges alerts by itself: it has no data folder to test filters on.
    static let ofStage: [any DeclaredOption] = [folder] + ClassifierOptions.ofRun
    /// Those of what only makes rows of alerts.
    static let ofRows: [any DeclaredOption] = ofColumns + ClassifierOptions.ofRuntime
    /// Those that say which columns such rows have.
    static let ofColumns: [any DeclaredOption] = HostOptions.ofColumns + ClassifierOptions.ofFolder

    /// The stages that are run before the filters.
    let stages: StageList
    /// The catalogues that alerts are matched with.
    let catalogues: [Catalogue]
    /// Whether a folder of filters is named.
    var namesFilters: Bool { folder != nil }
    private let folder, fitFilter: String?
    private let wide: Set<String>

    /// - Parameters:
    ///   - arguments: The values of ``all``, or of a part of them.
    ///   - reddening: The dust of our galaxy, where it is known.
    /// - Throws: What is wrong with the catalogues or the classifiers.
    init(_ arguments: Arguments, reddening: (@Sendable (Double, Double) -> Double?)?) throws {
        folder = try arguments.value(Self.folder)
        fitFilter = try arguments.value(Self.fitFilter)
        wide = Set(
            try arguments.value(Self.allowWide)?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
                ?? [])
        guard folder != nil || (fitFilter == nil && wide.isEmpty) else {
            throw UsageError("--fit-filter and --allow-wide are for the filters of --filters DIR, and none is named")
        }
        let hosts = try HostOptions(arguments)
        catalogues = try hosts.catalogues()
        var stages: [any Stage] = catalogues.isEmpty ? [] : [MatchStage(catalogues)]
        if let finder = try hosts.finder() { stages.append(HostStage(finder)) }
        if let scores = try ClassifierOptions.stage(arguments, reddening: reddening) { stages.append(scores) }
        self.stages = try Self.list(stages)
    }

    /// Has a run use them.
    ///
    /// - Throws: ``Filters/FilterError`` for the first filter that cannot be used.
    func set(_ options: inout Run.Options) throws(FilterError) {
        (options.stages, options.catalogues) = (stages, catalogues)
        options.filters = try library(testedOn: options.folder)
    }

    /// The filters of the folder; `nil` where none is named.
    ///
    /// - Parameter data: The data folder, on whose newest night a filter is tested before it goes live; `nil` for none.
    /// - Returns: The filters, which are live.
    /// - Throws: ``Filters/FilterError`` for the first that cannot be used.
    func library(testedOn data: String?) throws(FilterError) -> FilterLibrary? {
        guard var options = libraryOptions else { return nil }
        options.fitFilter = fitFilter
        if let data, !wide.contains("all") {
            let (catalogues, stages, wide) = (catalogues, stages, wide)
            options.refusal = { filter in
                guard !wide.contains(filter.name) else { return nil }
                return FilterShare(
                    of: filter, catalogues: catalogues, computed: stages.tables(of: filter.survey), in: data)?.refusal
            }
        }
        let library = try FilterLibrary(options)
        let names = Set(library.generation.all.map(\.name)).union(["all"])
        if let unknown = wide.subtracting(names).min() {
            throw FilterError(
                path: options.folder.path, reason: "it has no filter '\(unknown)', which --allow-wide names")
        }
        return library
    }

    /// The filters of a survey by which a stage judges; `nil` where no folder is named.
    ///
    /// - Throws: ``Filters/FilterError`` for the first of the survey that cannot be used, also of another part.
    func library(of survey: Survey, _ part: FilterLibrary.Options.Part) throws(FilterError) -> FilterLibrary? {
        guard var options = libraryOptions else { return nil }
        (options.survey, options.part) = (survey, part)
        return try FilterLibrary(options)
    }

    private var libraryOptions: FilterLibrary.Options? {
        folder.map { folder in
            var options = FilterLibrary.Options(FilterFolder(folder))
            (options.catalogues, options.stages) = (catalogues, stages)
            options.log = { Terminal.info($0) }
            return options
        }
    }

    /// The stages of the catalogues and classifiers that are named, for the names of their columns: they compute nothing.
    ///
    /// - Throws: What is wrong with the catalogues or the classifiers.
    static func columns(_ arguments: Arguments) throws -> StageList {
        let hosts = try HostOptions(arguments)
        let catalogues = try hosts.catalogues()
        var stages: [any Stage] = catalogues.isEmpty ? [] : [MatchStage(catalogues)]
        if hosts.isNamed { stages.append(HostStage(nil)) }
        if let scores = try ClassifierOptions.columns(arguments) { stages.append(scores) }
        return try list(stages)
    }

    private static func list(_ stages: [any Stage]) throws(UsageError) -> StageList {
        for survey in Survey.all {
            if let fault = StageList.fault(of: stages, for: survey) { throw UsageError(fault) }
        }
        return StageList(stages)
    }

    /// The streams of a survey's filters in the folder, if one is named; whether they compile is not looked at.
    ///
    /// - Throws: What is wrong with the folder, or with a filter's name.
    static func streams(_ arguments: Arguments, of survey: Survey) throws -> [StreamKind] {
        guard let folder = try arguments.value(folder) else { return [] }
        return try FilterFolder(folder).filters(of: survey).map { filter in
            if let fault = FilterTables.fault(inNameOf: filter) { throw FilterError(path: filter.path, reason: fault) }
            return .filter(filter.name)
        }
    }
}

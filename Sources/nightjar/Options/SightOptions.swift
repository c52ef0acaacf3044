internal import Alerts
internal import Catalogues
internal import Classifier
internal import Filters
internal import Pipeline

/// What filters see beside the packet where a command judges archived alerts: catalogues, and what was computed of the alerts.
struct SightOptions: Sendable {
    static let all: [any DeclaredOption] = [CatalogueOptions.folder] + ClassifierOptions.ofFolder

    /// The catalogues.
    let catalogues: [Catalogue]
    /// The classifiers' names.
    let classifiers: [String]
    private let stages: StageList

    init(_ arguments: Arguments) throws {
        catalogues = try CatalogueOptions.askable(CatalogueOptions.all(arguments))
        let descriptions = try ClassifierDescription.all(in: ClassifierOptions(arguments).folder)
        classifiers = descriptions.map(\.name).sorted()
        stages = StageList([
            HostStage(nil), ScoreStage(descriptions.map { ScoreStage.Member($0, nil) }) { _ in },
        ])
    }

    /// The tables of what is computed of a survey's alerts.
    func computed(_ survey: Survey) -> [ComputedTable] { stages.tables(of: survey) }

    /// Evaluates filters of a survey.
    func engine(_ survey: Survey) throws(FilterError) -> FilterEngine {
        try FilterEngine(survey, catalogues: catalogues, computed: computed(survey))
    }
}

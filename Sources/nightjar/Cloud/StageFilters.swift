internal import Alerts
internal import Catalogues
internal import CloudBroker
internal import GoogleAuth
internal import Pipeline
internal import PubSub

/// What a stage judges alerts by, beside the survey's own filter: matches, scores, and users' filters with their topics.
///
/// The stage that filters has the filters that do not look at the fit, and the one that fits has the others.
struct StageFilters: Sendable {
    /// Matches and scores.
    let stages: StageList
    /// What filters may ask of the sky.
    let catalogues: [Catalogue]
    /// The filters, read once; `nil` where no folder is named.
    let library: FilterLibrary?
    private let topics: [StreamKind: TopicName]

    /// - Parameters:
    ///   - name: The stage.
    ///   - address: Where its products go: the filters' topics are of the same set.
    ///   - arguments: The values of ``FilterOptions/ofStage``.
    ///   - reddening: The dust of our galaxy, where it is known.
    /// - Throws: What is wrong with catalogues, classifiers, filters, or with the address.
    init(
        _ name: CloudNames.StageName, to address: CloudAddress?, _ arguments: Arguments,
        reddening: (@Sendable (Double, Double) -> Double?)?
    ) throws {
        guard name != .archive else {
            (stages, catalogues, library, topics) = (.standard, [], nil, [:])
            return
        }
        let options = try FilterOptions(arguments, reddening: reddening)
        (stages, catalogues) = (options.stages, options.catalogues)
        guard options.namesFilters, let stream = name.output, case .pubSub(let project, let topic)? = address else {
            (library, topics) = (nil, [:])
            return
        }
        guard let names = CloudNames(of: stream, topic: topic, project: project) else {
            throw UsageError(
                "the topics of --filters are called as 'nightjar setup' calls them, and --to \(topic) is not: "
                    + "SURVEY_\(stream.name), and -ID in a test set")
        }
        library = try options.library(of: names.survey, name == .salt2 ? .afterFit : .beforeFit)
        let filters = library?.generation.all ?? []
        topics = Dictionary(
            uniqueKeysWithValues: filters.map { filter in
                (filter.stream, TopicName(project: project, id: names.topic(CloudNames.Stream(filter.stream))))
            })
    }

    /// Whether there is a filter.
    var hasFilters: Bool { !topics.isEmpty }

    /// The filters' topics.
    ///
    /// - Throws: What keeps one from being used, such as that it is not there.
    func outputs(_ publisher: (TopicName) throws -> Publisher) throws -> [StreamKind: StreamOutput] {
        var outputs: [StreamKind: StreamOutput] = [:]
        for (stream, topic) in topics.sorted(by: { $0.value.id < $1.value.id }) {
            do { outputs[stream] = StreamOutput(try publisher(topic)) } catch let error as GoogleCloudError {
                guard error.code == .notFound else { throw error }
                throw GoogleCloudError(
                    .notFound, service: error.service, resource: error.resource,
                    detail: "there is no such topic; 'nightjar setup --filters DIR' makes it")
            }
        }
        return outputs
    }
}

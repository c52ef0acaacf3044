internal import Alerts
internal import Avro
internal import CloudBroker
internal import CloudControl
internal import Foundation
internal import BigQuery
internal import CloudStorage
internal import PubSub
internal import Pipeline

/// `nightjar setup --project PROJECT [--test-id ID]`
struct SetupCommand: Command {
    static let name = "setup"
    static let summary = "makes what is missing of a survey's topics, subscriptions, buckets and tables on Google Cloud"
    static let details = """
        Notifications too; and it puts each FILE of --config into the bucket where every stage reads them. What is there stays \
        as it is; a table gets the columns that it lacks, and one whose columns disagree is an error that names them. With \
        --public-streams everybody may subscribe to the streams of products, never to the dead letters. With --filters each of \
        the survey's filters in DIR has a topic and a counter too; with --catalogues and --classifiers the tables of alerts have \
        the columns that the table stage fills with these.
        """
    static let options: [any DeclaredOption] =
        CloudSet.all + [FilterOptions.folder] + FilterOptions.ofColumns + [region, publicStreams, dryRun]
    static let examples = [
        "nightjar setup --project my-project --test-id night2 --dry-run",
        "nightjar setup --project my-project --public-streams --filters filters --config ztf.json5",
    ]

    private static let publicStreams = Flag(
        "public-streams", "everybody may subscribe to the streams of products", key: "cloud.publicStreams")
    private static let region = Option<String>.text(
        "region", "REGION", "where data lies; each service's own choice without it", key: "cloud.region")
    private static let dryRun = Flag("dry-run", "only reports what would be made or changed")

    private let names: CloudNames
    private let filters: [CloudNames.Stream]
    private let stages: StageList
    private let region: String?
    private let isDry: Bool
    private let isPublic: Bool
    private let files: [String]

    init(_ arguments: Arguments) throws {
        names = try CloudSet.names(arguments)
        filters = try CloudSet.filters(arguments, of: names.survey)
        stages = try FilterOptions.columns(arguments)
        region = try arguments.value(Self.region)
        isDry = arguments.isOn(Self.dryRun)
        isPublic = arguments.isOn(Self.publicStreams)
        files = arguments.configurationFiles
    }

    func run() throws -> ExitStatus {
        var changes = 0
        let files = try files.map { path in
            (name: URL(filePath: path).lastPathComponent, bytes: try ConfigurationFile.checked(path))
        }
        let setup = CloudSetup(
            names, try CloudSet.services(), location: region, filters: filters,
            tables: try CloudSet.tables(of: names.survey, stages), files: files, isPublic: isPublic)
        try setup.run(isDry: isDry) { step in
            if ![.there, .unserved].contains(step.action) { changes += 1 }
            try Terminal.say("\(step)")
        }
        let done = isDry ? "would be made or changed" : "made or changed"
        try Terminal.say(changes == 0 ? "everything is there" : "\(changes) \(done)")
        return .done
    }
}

/// `nightjar teardown --project PROJECT --test-id ID`
struct TeardownCommand: Command {
    static let name = "teardown"
    static let summary = "removes what 'setup' makes, with all that is in it"
    static let details = """
        The topics and counters of filters are removed with --filters, as they were made. With --only-public-streams it \
        removes nothing: it takes back that everybody may subscribe to the streams.
        """
    static let options: [any DeclaredOption] = CloudSet.all + [FilterOptions.folder, onlyPublic, yesProduction]
    static let alternatives = "--test-id ID | --yes-production | --only-public-streams"
    static let examples = [
        "nightjar teardown --project my-project --test-id night2",
        "nightjar teardown --project my-project --only-public-streams",
    ]

    private static let onlyPublic = Flag(
        "only-public-streams", "only takes back what 'setup --public-streams' gave", isCommandLineOnly: true)

    private static let yesProduction = Flag(
        "yes-production", "production, with every alert archived there", isCommandLineOnly: true)

    private let names: CloudNames
    private let filters: [CloudNames.Stream]
    private let isOnlyPublic: Bool

    init(_ arguments: Arguments) throws {
        names = try CloudSet.names(arguments)
        filters = try CloudSet.filters(arguments, of: names.survey)
        let isProduction = arguments.isOn(Self.yesProduction)
        isOnlyPublic = arguments.isOn(Self.onlyPublic)
        guard names.testID != nil || isProduction || isOnlyPublic else {
            throw UsageError(
                "this is production of \(names.survey.name) in \(names.project), with every alert archived there; "
                    + "say --test-id ID for a test set, or --yes-production")
        }
        guard !isProduction || !isOnlyPublic else {
            throw UsageError("--only-public-streams and --yes-production exclude each other")
        }
        guard names.testID == nil || !isProduction else {
            throw UsageError("--test-id and --yes-production exclude each other")
        }
    }

    func run() throws -> ExitStatus {
        let services = try CloudSet.services()
        let setup =
            isOnlyPublic
            ? CloudSetup(publicStreamsOf: names, filters: filters, services)
            : CloudSetup(
                names, services, location: nil, filters: filters, tables: try CloudSet.tables(of: names.survey),
                files: [])
        try setup.tearDown { try Terminal.say("\($0)") }
        return .done
    }
}

/// What 'setup' makes of a survey, beside other sets of the same.
private enum CloudSet {
    private static let project = Option<String>.text(
        "project", "PROJECT", "Google Cloud's project", key: "cloud.project"
    ).required
    private static let survey = Option<Survey>.choice(
        "survey", "the survey", among: Survey.all.map { ($0.name, $0) }, key: "cloud.survey",
        standard: Survey.all.first?.name)
    private static let testID = Option<String>.text(
        "test-id", "ID", "a set beside production: ID is in every name (a letter, then letters and digits)",
        key: "cloud.testID")

    static let all: [any DeclaredOption] = [project, survey, testID]

    static func names(_ arguments: Arguments) throws(UsageError) -> CloudNames {
        let (project, survey) = (try arguments.required(project), try arguments.required(survey))
        let id = try arguments.value(testID)
        do throws(CloudNames.InvalidTestID) {
            return try CloudNames(project: project, survey: survey, testID: id)
        } catch {
            throw UsageError("--test-id: \(error)")
        }
    }

    static func filters(_ arguments: Arguments, of survey: Survey) throws -> [CloudNames.Stream] {
        try FilterOptions.streams(arguments, of: survey).map { CloudNames.Stream($0) }
    }

    static func services() throws -> CloudServices {
        CloudServices(
            pubSub: try PubSubClient(), storage: try StorageClient(), bigQuery: try BigQueryClient(),
            policies: try TopicPolicyClient.find())
    }

    /// Where the survey's schema changes with each release, the table stage makes the tables of what comes.
    static func tables(of survey: Survey, _ stages: StageList = .standard) throws -> [TableDefinition] {
        let products = ProductTable.all.map(\.definition)
        guard let text = survey.schema else { return products }
        let schema = try AvroSchema.parse(text)
        return try AlertTable.allCases.map {
            try AlertRows(writer: schema, survey: survey, table: $0, stages: stages).table
        }
            + products
    }
}

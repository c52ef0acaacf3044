internal import Alerts
internal import Avro
internal import CloudBroker
internal import Foundation
internal import BigQuery
internal import CloudStorage
internal import PubSub
internal import Pipeline

/// `nightjar setup --project P [--test-id ID]`, `nightjar teardown --project P --test-id ID`
enum SetupCommand {
    private static let values: Set = ["project", "survey", "test-id", "region"]

    static func setUp(_ words: some Sequence<String>) throws {
        let call = try call(words, flags: ["dry-run"])
        let names = try names(call)
        let isDry = call.flags.contains("dry-run")
        var changes = 0
        try setup(names, call).run(isDry: isDry) { step in
            if ![.there, .unserved].contains(step.action) { changes += 1 }
            try Terminal.say("\(step)")
        }
        let done = isDry ? "would be made or changed" : "made or changed"
        try Terminal.say(changes == 0 ? "everything is there" : "\(changes) \(done)")
    }

    static func tearDown(_ words: some Sequence<String>) throws {
        let call = try call(words, flags: ["yes-production"])
        let names = try names(call)
        guard names.testID != nil || call.flags.contains("yes-production") else {
            throw UsageError(
                "this is production of \(names.survey.name) in \(names.project), with every alert archived there; "
                    + "say --test-id ID for a test set, or --yes-production")
        }
        guard names.testID == nil || !call.flags.contains("yes-production") else {
            throw UsageError("--test-id and --yes-production exclude each other")
        }
        try setup(names, call).tearDown { try Terminal.say("\($0)") }
    }

    /// The words, and where they say nothing the files that are to be put into the bucket.
    private static func call(_ words: some Sequence<String>, flags: Set<String>) throws -> Invocation {
        var call = try Invocation(words, withValue: values, repeatable: ["config"], flags: flags)
        for path in call.lists["config"] ?? [] { call.take(try ConfigurationFile.read(path)) }
        return call
    }

    private static func names(_ call: Invocation) throws -> CloudNames {
        guard call.operands.isEmpty else { throw UsageError("'\(call.operands[0])' is one word too many") }
        let project = try call.required("project", "PROJECT, Google Cloud's,")
        let word = call.options["survey"] ?? "ztf"
        guard let survey = Survey.named(word) else { throw UsageError("--survey \(word): \(Survey.names)") }
        do throws(CloudNames.InvalidTestID) {
            return try CloudNames(project: project, survey: survey, testID: call.options["test-id"])
        } catch { throw UsageError("--test-id: \(error)") }
    }

    private static func setup(_ names: CloudNames, _ call: Invocation) throws -> CloudSetup {
        let services = CloudServices(
            pubSub: try PubSubClient(), storage: try StorageClient(), bigQuery: try BigQueryClient())
        let files = try (call.lists["config"] ?? []).map { path in
            (name: URL(filePath: path).lastPathComponent, bytes: try ConfigurationFile.checked(path))
        }
        return CloudSetup(
            names, services, location: call.options["region"], tables: try tables(of: names.survey), files: files)
    }

    /// Where the survey's schema changes with each release, the table stage makes the tables of what comes.
    private static func tables(of survey: Survey) throws -> [TableDefinition] {
        let products = ProductTable.all.map(\.definition)
        guard let text = survey.schema else { return products }
        let schema = try AvroSchema.parse(text)
        return try AlertTable.allCases.map { try AlertRows(writer: schema, survey: survey, table: $0).table }
            + products
    }
}

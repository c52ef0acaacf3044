internal import Configuration
internal import CloudBroker
internal import Foundation
internal import CloudStorage
internal import Pipeline

/// `nightjar backfill gs://BUCKET[/PREFIX] --to bigquery://PROJECT/DATASET`
struct BackfillCommand: Command {
    static let name = "backfill"
    static let summary = "the alerts of an archive's bucket into the tables of BigQuery"
    static let details = """
        Every alert goes into the tables 'alerts' and 'DIASource', as the table stage writes them: an alert that is there gets \
        no second row; matches and scores are in it with the options that the table stage has. Broken off, it is given again. An object that is no alert is reported, and makes the status 1.
        """
    static let operands = [Operand("gs://BUCKET[/PREFIX]", "the archive")]
    static let options: [any DeclaredOption] =
        [to, CloudOptions.mergeEvery, json, ModelOptions.dustMap] + FilterOptions.ofRows + SchemaOptions.all
    static let examples = [
        "nightjar backfill gs://my-project_ztf-alert_avros --to bigquery://my-project/ztf",
        "nightjar backfill gs://my-project_lsst-alert_avros/v11_1 --to bigquery://my-project/lsst --merge-every 60",
    ]

    private static let to = Option<DatasetName>(
        OptionDeclaration(
            name: "to", valueName: "bigquery://PROJECT/DATASET", help: "the dataset", kind: .address(["bigquery://"]))
    ) { (text) throws(UsageError) in try CloudOptions.dataset(text) }.required
    private static let json = Flag("json", "the report as one JSON object on standard output", key: "json")

    private let bucket, prefix: String
    private let dataset: DatasetName
    private let seconds: Int
    private let schemas: SchemaOptions
    private let filters: StageFilters
    private let isJSON: Bool

    init(_ arguments: Arguments) throws {
        let address = arguments.operands[0]
        guard case .storage(let bucket, let prefix)? = CloudAddress(address) else {
            throw UsageError("\(address): say gs://BUCKET[/PREFIX]")
        }
        (self.bucket, self.prefix) = (bucket, prefix)
        dataset = try arguments.required(Self.to)
        seconds = try arguments.required(CloudOptions.mergeEvery)
        schemas = try SchemaOptions(arguments)
        filters = try StageFilters(.table, to: nil, arguments, reddening: ModelOptions(arguments).reddening())
        isJSON = arguments.isOn(Self.json)
    }

    func run() throws -> ExitStatus {
        let tables = try StageCommand.tables(dataset)
        let merge = StagingMerge(every: .seconds(seconds)) { Terminal.info($0) }
        let worker = StageWorker(
            GoogleStores(tables: GoogleTables(tables, merge: merge, keepsAlerts: true)),
            decoding: AlertPipeline(
                stages: filters.stages, catalogues: filters.catalogues, demandsPurity: false, supernovae: nil,
                schemaOfID: try schemas.source()),
            // An object that makes no row is always reported: it is why the status is 1.
            deadLetters: DeadLetterStream { Terminal.complain("\($0.message.id): \($0.reason)") })
        var backfill = Backfill(from: try StorageClient(), worker: worker, merge: merge)
        let counts = try backfill.run(bucket: bucket, prefix: prefix)
        if isJSON {
            try Terminal.put(report: counts)
        } else {
            try Terminal.say(
                "\(counts.messages) objects, \(counts.alerts) alerts, \(counts.deadLettered) unusable")
        }
        return counts.deadLettered > 0 ? .failed : .done
    }
}

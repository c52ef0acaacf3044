internal import Alerts
internal import Configuration
internal import Broker
internal import CloudBroker
internal import Foundation
internal import BigQuery
internal import CloudStorage
internal import GoogleAuth
internal import PubSub
internal import Pipeline
internal import Threads

/// `nightjar stage archive|table|filter|salt2 --from pubsub://PROJECT/SUBSCRIPTION --to ADDRESS`
struct StageCommand: Command {
    static let name = "stage"
    static let summary = "one stage by itself, between Google Cloud's services"
    static let details = """
        archive writes to gs://BUCKET, table to bigquery://PROJECT/DATASET, filter and salt2 to pubsub://PROJECT/TOPIC. Each \
        reads with --from or is pushed to with --http. Copies share its subscription. A message that comes again makes no \
        second object, row or plot. What cannot be used goes to the dead letters with the reason.

        With --filters, filter judges every alert by those filters of the folder that do not look at the fit, and salt2 what \
        it fits by the others. What one passes goes to its topic, which 'nightjar setup --filters' makes, and with --table to \
        the table passes. A folder that changes is read when the stage starts again.

        SIGTERM, SIGHUP or Ctrl-C: it finishes and acknowledges what it has, and ends; a second SIGTERM or Ctrl-C ends it at \
        once. docs/google-cloud.md has names, attributes, emulators, and a night from beginning to end.
        """
    static let operands = [
        Operand("STAGE", "archive, table, filter or salt2", choices: CloudNames.StageName.allCases.map(\.rawValue))
    ]
    static let options: [any DeclaredOption] =
        StageInput.all + PushOptions.all + [
            to, deadLetters, table, plotBucket, cutouts, CloudOptions.mergeEvery, RunCommand.pure, json,
        ]
        + FilterOptions.ofStage + ModelOptions.all + SchemaOptions.all
    static let examples = [
        """
        nightjar stage archive --from pubsub://my-project/ztf_alert_data-archive --to gs://my-project_ztf-alert_avros \
        --dead-letters pubsub://my-project/ztf_dead_letters
        """,
        """
        nightjar stage salt2 --http :8080 --to pubsub://my-project/ztf_salt2 --table bigquery://my-project/ztf \
        --dead-letters pubsub://my-project/ztf_dead_letters
        """,
    ]

    private static let to = Option<CloudAddress>(
        OptionDeclaration(
            name: "to", valueName: "ADDRESS", help: "where the stage's products go",
            kind: .address(["pubsub://", "gs://", "bigquery://"]))
    ) { (text) throws(UsageError) in
        guard let address = CloudAddress(text) else {
            throw UsageError("say pubsub://PROJECT/NAME, gs://BUCKET or bigquery://PROJECT/DATASET")
        }
        return address
    }.required
    private static let deadLetters = CloudOptions.deadLetters.required
    private static let table = Option<DatasetName>(
        OptionDeclaration(
            name: "table", valueName: "bigquery://PROJECT/DATASET",
            help: "of salt2 and filter: the dataset of the fits, and of what --filters pass",
            key: "cloud.table", kind: .address(["bigquery://"]))
    ) { (text) throws(UsageError) in try CloudOptions.dataset(text) }
    private static let plotBucket = Option<String>(
        OptionDeclaration(
            name: "plot-bucket", valueName: "gs://BUCKET", help: "of salt2: the bucket of the plots",
            key: "cloud.plotBucket",
            kind: .address(["gs://"]))
    ) { (text) throws(UsageError) in try CloudOptions.bucket(text) }
    private static let cutouts = Option<String>(
        OptionDeclaration(
            name: "cutouts", valueName: "gs://BUCKET",
            help: "of salt2: the archive's bucket, for the images in the plots, which the stream leaves out",
            key: "cloud.cutouts", kind: .address(["gs://"]))
    ) { (text) throws(UsageError) in try CloudOptions.bucket(text) }
    private static let json = Flag("json", "the report as one JSON object on standard output", key: "json")

    /// What a stage writes, and where.
    private enum Output {
        case archive(bucket: String)
        case table(DatasetName)
        case filter(TopicName, table: DatasetName?)
        case salt2(TopicName, table: DatasetName?, plotBucket: String?, cutouts: String?)
    }

    private let name: CloudNames.StageName
    private let output: Output
    private let deadLetters: TopicName
    private let models: ModelOptions
    private let filters: StageFilters
    private let schemas: SchemaOptions
    private let input: StageInput
    private let seconds: Int
    private let isPure, isJSON: Bool

    init(_ arguments: Arguments) throws {
        let stage = arguments.operands[0]
        guard let name = CloudNames.StageName(rawValue: stage) else {
            throw UsageError(
                "'\(stage)' is no stage; there are archive, table, filter and salt2", mistyped: stage,
                among: CloudNames.StageName.allCases.map(\.rawValue))
        }
        self.name = name
        models = try ModelOptions(arguments, isNeeded: name == .salt2)
        deadLetters = try arguments.required(Self.deadLetters)
        output = try Self.output(name, arguments)
        input = try StageInput(arguments)
        schemas = try SchemaOptions(arguments)
        seconds = try arguments.required(CloudOptions.mergeEvery)
        filters = try StageFilters(
            name, to: arguments.value(Self.to), arguments, reddening: models.reddening())
        isPure = arguments.isOn(RunCommand.pure)
        isJSON = arguments.isOn(Self.json)
    }

    private static func output(
        _ name: CloudNames.StageName, _ arguments: Arguments
    ) throws(UsageError) -> Output {
        let address = try arguments.value(to)
        let (table, plotBucket) = (try arguments.value(table), try arguments.value(plotBucket))
        switch (name, address) {
        case (.archive, .storage(let bucket, "")): return .archive(bucket: bucket)
        case (.archive, _): throw UsageError("--to gs://BUCKET is missing")
        case (.table, .bigQuery(let project, let dataset)):
            return .table(DatasetName(project: project, dataset: dataset))
        case (.table, _): throw UsageError("--to bigquery://PROJECT/DATASET is missing")
        case (.filter, .pubSub(let project, let topic)):
            return .filter(TopicName(project: project, id: topic), table: table)
        case (.salt2, .pubSub(let project, let topic)):
            return .salt2(
                TopicName(project: project, id: topic), table: table, plotBucket: plotBucket,
                cutouts: try arguments.value(cutouts))
        case (.filter, _), (.salt2, _): throw UsageError("--to pubsub://PROJECT/TOPIC is missing")
        }
    }

    func run() throws -> ExitStatus {
        // Without models it would acknowledge alerts that it cannot fit.
        let fits = name == .salt2 ? try models.supernovaOptions(isNeeded: true) : nil
        let stop = StopSignal()
        let interrupt = Interrupt { stop.set() }
        defer { withExtendedLifetime(interrupt) {} }
        var counts = StageCounts()
        do {
            let client = try stop.unlessSet { try PubSubClient() }
            counts = try run(
                StageService(
                    name: name, input: input,
                    schemas: try schemas.source(of: Survey.ofProducts(deadLetters.id), stop: stop),
                    demandsPurity: isPure, filters: filters,
                    client: client, deadLetters: deadLetters, stop: stop), fits: fits)
        } catch is StoppedEarly {}
        try report(counts)
        return .done
    }

    private func report(_ counts: StageCounts) throws {
        if isJSON { return try Terminal.put(report: counts) }
        let account = "\(counts.messages) messages, \(counts.alerts) alerts, \(counts.deadLettered) dead letters"
        let notes = ReportText.notes(
            pointsLeftOut: counts.pointsLeftOut, unreadable: counts.tallies[.unreadable],
            plotsFailed: counts.plotsFailed)
        for line in [account] + ReportText.filters(counts.filters) + notes { try Terminal.say(line) }
    }

    private func run(_ service: StageService, fits: SupernovaOptions?) throws -> StageCounts {
        let stop = service.stop
        switch output {
        case .archive(let bucket):
            let archive = try Self.objects(bucket, stop)
            return try service.run { GoogleStores(archive: archive) }
        case .filter(let topic, let table):
            let streams = try streams(.exgalacTrans, topic, service)
            // Without filters there are no rows, and it takes no right on the dataset.
            let tables = filters.hasFilters ? try table.map { try Self.tables($0, stop: stop) } : nil
            let merge = stagingMerge()
            return try service.run(merge: tables == nil ? nil : merge) {
                GoogleStores(
                    tables: tables.map { GoogleTables($0, merge: merge, keepsAlerts: false) }, streams: streams)
            }
        case .salt2(let topic, let table, let plotBucket, let cutouts):
            let streams = try streams(.salt2, topic, service)
            let plots = try plotBucket.map { try Self.objects($0, stop) }
            let tables = try table.map { try Self.tables($0, stop: stop) }
            let merge = stagingMerge()
            var fits = fits
            if let cutouts {
                let archive = ArchivedCutouts(try Self.storage(with: cutouts, stop), bucket: cutouts, stop: stop)
                fits?.cutouts = { archive.cutouts(of: $0) }
            }
            return try service.run(fits: fits, merge: merge) {
                GoogleStores(
                    plots: plots, tables: tables.map { GoogleTables($0, merge: merge, keepsAlerts: false) },
                    streams: streams)
            }
        case .table(let dataset):
            let tables = try Self.tables(dataset, stop: stop)
            let merge = stagingMerge()
            return try service.run(merge: merge) {
                GoogleStores(tables: GoogleTables(tables, merge: merge, keepsAlerts: true))
            }
        }
    }

    /// The stage's own stream, and those of its filters.
    private func streams(
        _ kind: StreamKind, _ topic: TopicName, _ service: StageService
    ) throws -> [StreamKind: StreamOutput] {
        var streams = try filters.outputs(service.publisher)
        streams[kind] = StreamOutput(try service.publisher(topic))
        return streams
    }

    private func stagingMerge() -> StagingMerge { StagingMerge(every: .seconds(seconds)) { Terminal.info($0) } }

    private static func objects(_ bucket: String, _ stop: StopSignal) throws -> ObjectStore {
        ObjectStore(try storage(with: bucket, stop), bucket: bucket)
    }

    /// Cloud Storage, where a bucket is there: a wrong name or a missing right shows before anything is read.
    private static func storage(with bucket: String, _ stop: StopSignal) throws -> StorageClient {
        try stop.unlessSet {
            let storage = try StorageClient()
            guard try storage.hasBucket(bucket) else {
                throw GoogleCloudError(
                    .notFound, service: GoogleService.storage.rawValue, resource: "gs://\(bucket)",
                    detail: "there is no such bucket; 'nightjar setup' makes it")
            }
            return storage
        }
    }

    static func tables(_ name: DatasetName, stop: StopSignal = StopSignal()) throws -> TableWriting {
        let (project, dataset) = (name.project, name.dataset)
        return try stop.unlessSet {
            let rest = try BigQueryClient()
            // A wrong name or a missing right shows before anything is read.
            guard try rest.hasDataset(dataset, project: project) else {
                throw GoogleCloudError(
                    .notFound, service: GoogleService.bigQuery.rawValue, resource: "\(project).\(dataset)",
                    detail: "there is no such dataset; 'nightjar setup' makes it")
            }
            return TableWriting(rest: rest, write: try StorageWriteClient(), project: project, dataset: dataset)
        }
    }
}

/// A command was asked to stop before its work began.
struct StoppedEarly: Error {}

extension StopSignal {
    /// Asks a service for something, for as long as it is not to stop.
    ///
    /// - Throws: ``StoppedEarly``, and what the service refused.
    func unlessSet<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) throws -> Value {
        guard let value = try finishing(within: .zero, work) else { throw StoppedEarly() }
        return value
    }
}

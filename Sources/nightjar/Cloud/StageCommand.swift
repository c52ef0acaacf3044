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
enum StageCommand {
    static func run(_ words: some Sequence<String>) throws {
        let call = try Invocation(
            words,
            withValue: Models.values.union(PushOptions.values).union([
                "from", "to", "dead-letters", "workers", "batch", "until-idle", "health", "table", "pictures",
                "cutouts",
                "schemas", "schema-registry", "settle", "lease",
            ]), flags: Models.flags.union(PushOptions.flags).union(["json", "pure", "quiet"]))
        let word = try call.soleOperand("archive, table, filter or salt2")
        guard let name = CloudNames.StageName(rawValue: word) else {
            throw UsageError(
                "'\(word)' is no stage; there are archive, table, filter and salt2", mistyped: word,
                among: ["archive", "table", "filter", "salt2"])
        }
        // Without models it would acknowledge alerts that it cannot fit.
        let fits = name == .salt2 ? try Models.options(call, isNeeded: true) : nil
        guard let deadLetters = try call.topic("dead-letters") else {
            throw UsageError("--dead-letters pubsub://PROJECT/TOPIC, where what cannot be used goes, is missing")
        }
        let push = try PushOptions.read(call)
        let stop = StopSignal()
        let interrupt = Interrupt { stop.set() }
        defer { withExtendedLifetime(interrupt) {} }
        do {
            let client = try stop.unlessSet { try PubSubClient() }
            try run(
                StageService(
                    name: name, call: call, pushOptions: push, client: client, deadLetters: deadLetters, stop: stop),
                fits: fits)
        } catch is StoppedEarly {
            try StageService.report(StageCounts(), call)
        }
    }

    private static func run(_ service: StageService, fits: SupernovaOptions?) throws {
        let (call, stop) = (service.call, service.stop)
        switch service.name {
        case .archive:
            guard let archive = try objects("to", call, stop) else { throw UsageError("--to gs://BUCKET is missing") }
            try service.run { GoogleStores(archive: archive) }
        case .filter:
            let output = StreamOutput(try service.publisher(try output(call)))
            try service.run { GoogleStores(streams: [.exgalacTrans: output]) }
        case .salt2:
            let output = StreamOutput(try service.publisher(try output(call)))
            let plots = try objects("pictures", call, stop)
            let tables = try tables("table", call, stop: stop)
            let settling = try settling(call, note: service.note)
            var fits = fits
            if let bucket = try call.bucket("cutouts") {
                let archive = ArchivedCutouts(try storage(with: bucket, stop), bucket: bucket, stop: stop)
                fits?.cutouts = { archive.cutouts(of: $0) }
            }
            try service.run(fits: fits, settling: settling) {
                GoogleStores(
                    plots: plots, tables: tables.map { GoogleTables($0, settling: settling, keepsAlerts: false) },
                    streams: [.salt2: output])
            }
        case .table:
            guard let tables = try tables("to", call, stop: stop) else {
                throw UsageError("--to bigquery://PROJECT/DATASET is missing")
            }
            let settling = try settling(call, note: service.note)
            try service.run(settling: settling) {
                GoogleStores(tables: GoogleTables(tables, settling: settling, keepsAlerts: true))
            }
        }
    }

    private static func objects(_ option: String, _ call: Invocation, _ stop: StopSignal) throws -> ObjectStore? {
        guard let bucket = try call.bucket(option) else { return nil }
        return ObjectStore(try storage(with: bucket, stop), bucket: bucket)
    }

    /// Cloud Storage, where a bucket is there: a wrong name or a missing right shows before anything is taken.
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

    static func tables(
        _ option: String, _ call: Invocation, stop: StopSignal = StopSignal()
    ) throws -> TableWriting? {
        guard let (project, dataset) = try call.dataset(option) else { return nil }
        return try stop.unlessSet {
            let rest = try BigQueryClient()
            // A wrong name or a missing right shows before anything is taken.
            guard try rest.hasDataset(dataset, project: project) else {
                throw GoogleCloudError(
                    .notFound, service: GoogleService.bigQuery.rawValue, resource: "\(project).\(dataset)",
                    detail: "there is no such dataset; 'nightjar setup' makes it")
            }
            return TableWriting(rest: rest, write: try StorageWriteClient(), project: project, dataset: dataset)
        }
    }

    static func settling(
        _ call: Invocation, note: @escaping @Sendable (String) -> Void
    ) throws(UsageError) -> StagingMerge {
        let seconds: Int = try call.number("settle", in: 1...86_400) ?? 300
        return StagingMerge(every: .seconds(seconds), note: note)
    }

    private static func output(_ call: Invocation) throws(UsageError) -> TopicName {
        guard let topic = try call.topic("to") else { throw UsageError("--to pubsub://PROJECT/TOPIC is missing") }
        return topic
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

import CloudBroker
import Foundation
import BigQuery
import CloudStorage
import PubSub
import TestServers
import TestSupport
import Testing

/// Google Cloud as its emulators have it, a project of its own there, and the command run against it.
final class CloudStation {
    static let isThere =
        PubSubEmulator.isThere && PythonEnvironment.isThere && PythonEnvironment.bigQuery.isThere
    static let skipped = "\(PubSubEmulator.skipped), or scripts/python-env could not make its environments"

    /// A test set's id, which ends every name.
    static let id = "night"

    /// One for these tests: it takes no queries while rows are appended, so that others' would be in the way.
    private static let bigQuery = Result { try BigQueryEmulator() }

    let project: String
    let storageServer: StorageServer
    let environment: [String: String]
    let pubSub: PubSubClient
    let storage: StorageClient
    let bigQuery: BigQueryClient
    private var started: [NightjarProcess] = []

    /// Starts what is not running yet.
    ///
    /// - Parameters:
    ///   - keepsObjects: Whether objects outlive their server.
    ///   - bigQuery: Instead of the one that these tests share.
    /// - Throws: What keeps a server from starting.
    init(keepsObjects: Bool = false, bigQuery: BigQueryEmulator? = nil) throws {
        let project = "night-\(UUID().uuidString.prefix(8).lowercased())"
        let emulator = try PubSubEmulator.shared.get().address
        // The real service tells of objects by a notification; this server by options of its own.
        let events = StorageServer.Events(
            emulator: emulator, project: project, topic: "ztf_alert_avro_bucket-\(Self.id)",
            bucket: "\(project)_ztf_alert_avro_bucket-\(Self.id)")
        storageServer = try StorageServer(keeps: keepsObjects, events: keepsObjects ? nil : events)
        self.project = project
        environment = try (bigQuery ?? Self.bigQuery.get()).environment.merging([
            "PUBSUB_EMULATOR_HOST": emulator, "STORAGE_EMULATOR_HOST": storageServer.address,
            // Nothing may ever ask an address outside of loopback.
            "GCE_METADATA_HOST": "127.0.0.1:9",
        ]) { $1 }
        pubSub = try PubSubClient(environment: environment)
        storage = try StorageClient(environment: environment)
        self.bigQuery = try BigQueryClient(environment: environment)
    }

    deinit { for process in started where !process.ends(within: 0) { process.kill() } }

    func start(_ words: [String]) throws -> NightjarProcess {
        let process = try NightjarProcess(words, environment: environment)
        started.append(process)
        return process
    }

    @discardableResult
    func run(_ words: String..., within seconds: Double = 300) throws -> NightjarProcess.Outcome {
        let outcome = try NightjarProcess(words, environment: environment).outcome(within: seconds)
        #expect(outcome.status == 0, "\(words): \(outcome)")
        return outcome
    }

    // MARK: - The broker's own things

    func topicName(_ stream: CloudNames.Stream) -> TopicName {
        TopicName(project: project, id: "ztf_\(stream.name)-\(Self.id)")
    }

    /// A stream's topic, as the command takes it.
    func address(_ stream: CloudNames.Stream) -> String { "pubsub://\(project)/\(topicName(stream).id)" }

    func counter(_ stream: CloudNames.Stream) -> SubscriptionName {
        SubscriptionName(project: project, id: "ztf_\(stream.name)-counter-\(Self.id)")
    }

    var archiveBucket: String { "\(project)_ztf_alert_avro_bucket-\(Self.id)" }
    var plotBucket: String { "\(project)_ztf-sncosmo-\(Self.id)" }
    var dataset: String { "ztf_alerts_\(Self.id)" }

    @discardableResult
    func setUp() throws -> NightjarProcess.Outcome { try run("setup", "--project", project, "--test-id", Self.id) }

    /// Makes a stage's subscription anew, without dead letters and waits between deliveries.
    func makePlain(_ stage: CloudNames.StageName) throws {
        let name = SubscriptionName(
            project: project, id: "ztf_\(stage.input.name)-\(stage.rawValue)-\(Self.id)")
        try pubSub.delete(name)
        var plain = PubSub.Subscription(name, topic: topicName(stage.input))
        plain.ackDeadlineSeconds = 10
        try pubSub.create(plain)
    }

    /// Starts a consumer of a topic, to its end.
    func consume(_ address: String) throws -> NightjarProcess {
        try start(["consume", address, "--to", self.address(.alertData), "--until-end", "--json"])
    }

    /// Starts a copy of a stage, whose rows are taken in when it ends.
    func stage(_ stage: CloudNames.StageName, _ more: String...) throws -> NightjarProcess {
        try self.stage(stage, more)
    }

    func stage(_ stage: CloudNames.StageName, _ more: [String]) throws -> NightjarProcess {
        let target =
            switch stage {
            case .archive: "gs://\(archiveBucket)"
            case .table: "bigquery://\(project)/\(dataset)"
            case .filter: address(.exgalacTrans)
            case .salt2: address(.salt2)
            }
        var words = [
            "stage", stage.rawValue, "--from",
            "pubsub://\(project)/ztf_\(stage.input.name)-\(stage.rawValue)-\(Self.id)", "--to", target,
            "--dead-letters", address(.deadLetters), "--merge-every", "86400", "--json",
            // The emulator takes no queries while rows are appended, and each worker asks before its first row.
            "--workers", stage == .table || stage == .salt2 || more.contains("--table") ? "1" : "2",
        ]
        if stage == .salt2 {
            words += [
                "--plot-bucket", "gs://\(plotBucket)", "--cutouts", "gs://\(archiveBucket)", "--models", Self.models,
            ]
        }
        return try start(words + more)
    }

    /// The folder of models; fits need it.
    static let models: String = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
        return ProcessInfo.processInfo.environment["NIGHTJAR_MODELS"] ?? root.appending(path: "models").path
    }()

    // MARK: - What is there

    /// All messages that a subscription holds; afterwards it holds none.
    ///
    /// - Parameters:
    ///   - subscription: Its name.
    ///   - count: As many are expected; whatever comes within a second after them comes too.
    ///   - seconds: The longest wait for them.
    /// - Returns: Each message once, in no order.
    /// - Throws: What the service says.
    func pull(_ subscription: SubscriptionName, _ count: Int, seconds: Double = 300) throws -> [PubSub.PubsubMessage] {
        var settings = SubscriberSettings()
        settings.outstandingMessages = 100_000
        let subscriber = Subscriber(pubSub, to: subscription, settings)
        var messages: [String: PubSub.PubsubMessage] = [:]
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(seconds)
        while true {
            let isMore = messages.count < count
            guard !isMore || clock.now < deadline else { break }
            let deliveries = try subscriber.next(timeout: isMore ? .milliseconds(200) : .seconds(1))
            if deliveries.isEmpty && !isMore { break }
            for delivery in deliveries { messages[delivery.message.messageID] = delivery.message }
            subscriber.ack(deliveries)
        }
        subscriber.close(timeout: .seconds(10))
        return Array(messages.values)
    }

    /// The objects of a bucket.
    func objects(_ bucket: String) throws -> [StorageObject] {
        var listing = storage.list(bucket)
        var objects: [StorageObject] = []
        while let page = try listing.next() { objects += page }
        return objects
    }

    /// The rows of a query, asked for by the command.
    func rows(_ query: String) throws -> [[String: Any]] {
        try run("sql", query, "--bigquery", project).lines.map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    /// A table, as queries name it.
    func table(_ name: String) -> String { "`\(project).\(dataset).\(name)`" }
}

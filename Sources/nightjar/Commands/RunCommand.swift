internal import Alerts
internal import Broker
internal import Foundation
internal import HTTPServer
internal import KafkaIngest
internal import PacketDownloads
internal import Packets
internal import PubSub
internal import PubSubIngest
internal import Threads

/// `nightjar run SOURCE... --data DIR`
struct RunCommand: Command {
    static let name = "run"
    static let summary =
        "processes packets through archive, tables, filter, SALT2 fit and streams, and reports at the end"
    static let details = """
        The sources are read in order, to their end. The same source twice changes nothing; after a crash, give the same \
        command again. A packet that cannot be used goes to the dead letters with the reason and stops nothing.
        """
    static let operands = [
        Operand(
            "SOURCE",
            """
            an .avro file; a folder of them, searched below; a .tar or .tar.gz as in ZTF's public archive; '-' for such a \
            tar on standard input; an https:// address of one; kafka://HOST:PORT/TOPIC, a survey's stream ('nightjar help \
            kafka'); pubsub://PROJECT/SUBSCRIPTION, one that 'nightjar consume' made
            """, count: .many, key: "sources")
    ]
    static let options: [any DeclaredOption] =
        [data, json, pure] + FilterOptions.all + SchemaOptions.all + ModelOptions.all + KafkaReading.all + [
            publish, CloudOptions.untilIdle, DiskOptions.reserve, MetricsServer.option,
        ]
    static let examples = [
        "nightjar run ztf_public_20240915.tar.gz --data night",
        "nightjar run 'kafka://broker:9092/^ztf_[0-9]{8}_programid1' --data night --follow --group mine",
    ]

    private static let data = Option<String>.text(
        "data", "DIR", "where everything goes: nightjar.db, archive/, topics/, dead-letter/; made if missing",
        key: "data"
    ).required
    private static let json = Flag("json", "the report as one JSON object on standard output", key: "json")
    /// Also of the stage that filters.
    static let pure = Flag(
        "pure",
        "also demand the purity cut (rb >= 0.65, nbad = 0, fwhm <= 5, elong <= 1.2, |magdiff| <= 0.1) of what passes",
        key: "pure")
    private static let publish = Option<String>.address(
        "publish", "kafka://HOST:PORT/", "of a stream: the products go to Kafka topics too, each exactly once",
        beginnings: ["kafka://"], key: "kafka.publish")

    private let folder: String
    private let isJSON, demandsPurity: Bool
    private let schemas: SchemaOptions
    private let models: ModelOptions
    private let filters: FilterOptions
    private let files: FileSources
    private let stream: Stream?
    private let metrics: HTTPServerSettings?
    private let reserve: DiskReserve

    /// A stream beside the files, and how far it is read.
    private enum Stream {
        case kafka(KafkaSource)
        /// Without `idle` to the default pause.
        case subscription(SubscriptionName, idle: Duration?, follows: Bool)

        /// Whose it is, where the name of the topic says it.
        var survey: Survey? {
            switch self {
            case .kafka(let source): Survey.ofTopic(source.topic)
            case .subscription(let name, _, _): Survey.ofProducts(name.id)
            }
        }

        /// Whether it is followed, so that there is no end.
        var follows: Bool {
            switch self {
            case .kafka(let source): source.follows
            case .subscription(_, _, let follows): follows
            }
        }
    }

    init(_ arguments: Arguments) throws {
        folder = try arguments.required(Self.data)
        isJSON = arguments.isOn(Self.json)
        demandsPurity = arguments.isOn(Self.pure)
        schemas = try SchemaOptions(arguments)
        models = try ModelOptions(arguments)
        filters = try FilterOptions(arguments, reddening: models.reddening())
        let isStream: (String) -> Bool = { $0.hasPrefix("kafka://") || $0.hasPrefix("pubsub://") }
        let streams = arguments.operands.filter(isStream)
        guard streams.count <= 1 else {
            throw UsageError("one kafka:// or pubsub:// source at a time; a pattern names several topics")
        }
        stream = try Self.stream(streams.first, arguments)
        metrics = try arguments.value(MetricsServer.option)
        reserve = try arguments.value(DiskOptions.reserve) ?? .standard
        files = FileSources(try arguments.operands.filter { !isStream($0) }.map(Self.fileSource))
    }

    private static func stream(_ address: String?, _ arguments: Arguments) throws -> Stream? {
        let reading = try KafkaReading(arguments)
        let idle = try arguments.value(CloudOptions.untilIdle)
        let publish = try arguments.value(publish)
        guard let address else {
            let ofStreams: [any DeclaredOption] = KafkaReading.all + [CloudOptions.untilIdle, Self.publish]
            for option in ofStreams where arguments.origin(of: option)?.rank == 0 {
                throw UsageError(
                    "\(option.declaration.spelling) is for a kafka:// or pubsub:// source, and none is named")
            }
            return nil
        }
        guard address.hasPrefix("kafka://") else {
            return try subscription(address, idle: idle, follows: arguments.isOn(KafkaReading.follow))
        }
        var source = try reading.source(address)
        if let publish {
            let brokers = publish.dropFirst("kafka://".count).prefix { $0 != "/" }
            source.publish = KafkaOutputs(configuration: try reading.connection.client(String(brokers)))
        }
        return .kafka(source)
    }

    private static func fileSource(_ word: String) throws -> Source {
        do throws(SourceError) { return try Source.parse(word) } catch {
            guard error.code == .unsupported else { throw error }
            throw UsageError("\(error)")
        }
    }

    private static func subscription(_ address: String, idle: Int?, follows: Bool) throws(UsageError) -> Stream {
        let name: SubscriptionName
        do throws(UsageError) { name = try CloudOptions.subscription(address) } catch {
            throw UsageError("\(address): \(error)")
        }
        guard idle == nil || !follows else { throw UsageError("--follow and --until-idle exclude each other") }
        return .subscription(name, idle: idle.map { .seconds($0) }, follows: follows)
    }

    /// What is to be read, files first.
    private func intakes() throws -> [any IntakeSource] {
        switch stream {
        case nil: return [files]
        case .kafka(let source): return [files, source]
        case .subscription(let name, let idle, let follows):
            var source = PubSubSource(client: try PubSubClient(), subscription: name)
            source.idle = follows ? nil : idle ?? source.idle
            return [files, source]
        }
    }

    func run() throws -> ExitStatus {
        var options = Run.Options(folder: folder, intakes: try intakes())
        options.demandsPurity = demandsPurity
        try filters.set(&options)
        options.requests = FolderJobs.ofOthers
        options.reserve = reserve
        options.waitsForRoom = stream?.follows == true
        let stop = StopSignal()
        let interrupt = Interrupt { stop.set() }
        defer { withExtendedLifetime(interrupt) {} }
        options.schemaOfID = try schemas.source(of: stream?.survey, stop: stop)
        options.supernovae = try models.supernovaOptions()
        let display = ProgressDisplay()
        let monitor = RunMonitor()
        let folder = folder
        let server = try metrics.map {
            try MetricsServer($0, isReady: { !stop.isSet }) { RunMetrics.add(monitor, folder, to: &$0) }
        }
        let supervision = Supervision(stop: stop, RunSupervision.questions(of: monitor))
        defer { supervision.close() }
        let outcome = try Run(options, stop: stop, monitor: monitor).run(
            log: { Terminal.info($0, ["data": folder]) }, watch: { display.show($0) })
        display.finish()
        server?.stop()
        if isJSON {
            try Terminal.put(report: outcome.report)
        } else {
            for line in ReportText.of(outcome.report, folder) { try Terminal.say(line) }
        }
        for failure in outcome.failures { Terminal.complain("\(failure)") }
        // To one who follows a stream there is no other end.
        if outcome.report.isStopped, stream?.follows != true {
            Terminal.complain(
                "stopped before the end; all that the report counts is stored, and the same command continues")
        }
        return outcome.failures.isEmpty ? .done : .failed
    }
}

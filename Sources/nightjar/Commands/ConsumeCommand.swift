internal import Alerts
internal import Broker
internal import CloudBroker
internal import Foundation
internal import HTTPServer
internal import PubSub
internal import Kafka
internal import KafkaIngest
internal import Threads

/// `nightjar consume kafka://HOST:PORT/TOPIC --to pubsub://PROJECT/TOPIC`
struct ConsumeCommand: Command {
    static let name = "consume"
    static let summary = "a survey's stream from Kafka to Pub/Sub"
    static let details = """
        Each message is published with its bytes unchanged, and with its offset on Kafka and what the alert is known by as \
        attributes. At least once: the group's offsets are committed after Pub/Sub has the messages. Dead letters are what \
        Pub/Sub refuses, as more than 10 MB (cut to 9 MB); without --dead-letters such a message ends the command.
        """
    static let operands = [
        Operand("kafka://HOST:PORT/TOPIC", "the stream ('nightjar help kafka')", key: "sources")
    ]
    static let options: [any DeclaredOption] =
        [to, CloudOptions.deadLetters, json, MetricsServer.option] + KafkaReading.all + SchemaOptions.all
    static let examples = [
        "nightjar consume kafka://broker:9092/ztf_20240915_programid1 --to pubsub://my-project/ztf_alert_data",
        "nightjar consume 'kafka://broker:9092/^ztf_' --to pubsub://my-project/ztf_alert_data --follow --group mine",
    ]

    private static let to = CloudOptions.topic("to", "the topic to publish to").required
    private static let json = Flag("json", "the report as one JSON object on standard output", key: "json")

    private let source: KafkaSource
    private let topic: TopicName
    private let deadLetters: TopicName?
    private let schemas: SchemaOptions
    private let isJSON: Bool
    private let metrics: HTTPServerSettings?

    init(_ arguments: Arguments) throws {
        source = try KafkaReading(arguments).source(arguments.operands[0])
        topic = try arguments.required(Self.to)
        deadLetters = try arguments.value(CloudOptions.deadLetters)
        schemas = try SchemaOptions(arguments)
        isJSON = arguments.isOn(Self.json)
        metrics = try arguments.value(MetricsServer.option)
    }

    func run() throws -> ExitStatus {
        let stop = StopSignal()
        let interrupt = Interrupt { stop.set() }
        defer { withExtendedLifetime(interrupt) {} }
        let began = ContinuousClock.now
        let published = try publish(stop: stop)
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        if isJSON {
            try Terminal.put(report: Account(published: published, seconds: seconds, stopped: stop.isSet))
        } else {
            try Terminal.say("published \(published) messages to \(topic)")
        }
        if stop.isSet, !source.follows {
            Terminal.complain("stopped before the end; the same command continues")
        }
        return .done
    }

    private struct Account: Encodable {
        let published: Int
        let seconds: Double
        let stopped: Bool
    }

    /// - Returns: How many messages were published.
    private func publish(stop: StopSignal) throws -> Int {
        // A wrong name or a missing right shows before anything is read.
        let client = try stop.finishing { [topic, deadLetters] () throws in
            let client = try PubSubClient()
            for topic in [topic, deadLetters].compactMap(\.self) { _ = try client.get(topic) }
            return client
        }
        guard let client else { return 0 }
        let log: @Sendable (String) -> Void = { [topic] in Terminal.info($0, ["to": "\(topic)"]) }
        var ends: [KafkaPartition: KafkaWatermarks]?
        if !source.follows {
            ends = try stop.finishing { [source] () throws in try source.ends(log: log) }
            guard ends != nil else { return 0 }
        }
        let publisher = Publisher(client, to: topic)
        let deadLetters = deadLetters.map {
            DeadLetterStream(StreamOutput(Publisher(client, to: $0)), stage: "consume")
        }
        var relay = try KafkaRelay(
            source, to: publisher, deadLetters: deadLetters,
            decoder: AlertDecoder(schemaOfID: try schemas.source(of: Survey.ofTopic(source.topic), stop: stop)),
            stop: stop, log: log)
        let monitor = relay.monitor
        let metrics = try metrics.map { address in
            try MetricsServer(address, isReady: { !stop.isSet }) { RelayMetrics.add(monitor, to: &$0) }
        }
        let supervision = Supervision(
            stop: stop,
            Supervision.Questions(
                isReady: { monitor.progress.rounds > 0 }, beats: { ["read": monitor.progress.rounds] },
                status: { "published \(ReportText.grouped(monitor.progress.published)) messages" }))
        defer { supervision.close() }
        let published = try relay.run(to: ends)
        metrics?.stop()
        if !relay.hasGivenUp { try publisher.close() }
        return published
    }
}

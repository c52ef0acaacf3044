internal import Alerts
internal import Broker
internal import CloudBroker
internal import Foundation
internal import GoogleCloud
internal import Kafka
internal import Threads

/// `nightjar consume kafka://HOST:PORT/TOPIC --to pubsub://PROJECT/TOPIC [--dead-letters pubsub://PROJECT/TOPIC]`
enum ConsumeCommand {
    static func run(_ words: some Sequence<String>) throws {
        let call = try Invocation(
            words,
            withValue: KafkaOptions.values.subtracting(["publish"]).union([
                "to", "dead-letters", "schemas", "schema-registry",
            ]),
            repeatable: KafkaOptions.repeatable, flags: KafkaOptions.flags.union(["quiet", "json"]),
            operandsKey: "sources")
        let source = try KafkaOptions.source(try call.soleOperand("kafka://HOST:PORT/TOPIC"), call)
        guard let topic = try call.topic("to") else { throw UsageError("--to pubsub://PROJECT/TOPIC is missing") }
        let stop = StopSignal()
        let interrupt = Interrupt { stop.set() }
        let isQuiet = call.flags.contains("quiet")
        let client = try PubSubClient()
        // A wrong name or a missing right shows before anything is read.
        _ = try client.topic(topic)
        let publisher = Publisher(client, to: topic)
        let deadLetters = try call.topic("dead-letters").map { (name) throws(GoogleCloudError) in
            _ = try client.topic(name)
            return DeadLetterStream(StreamOutput(Publisher(client, to: name)), stage: "consume")
        }
        var settings = KafkaRelay.Settings()
        settings.untilEnd = !source.follows
        let ends = source.follows ? [:] : try KafkaAdmin(source.configuration).watermarks(of: source.topic)
        let began = ContinuousClock.now
        var relay = KafkaRelay(
            try KafkaConsumer(source.configuration, group: source.group), to: publisher, deadLetters: deadLetters,
            decoder: AlertDecoder(schemaOfID: try RunCommand.schemaSource(call)),
            starts: { try source.starts(of: $1, asking: $0) }, settings: settings, stop: stop,
            note: { if !isQuiet { Terminal.note($0) } })
        let published = try relay.run([source.topic], ends: ends)
        try publisher.close()
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        try Terminal.say(
            call.flags.contains("json")
                ? #"{"published": \#(published), "seconds": \#(seconds)}"#
                : "published \(published) messages to \(topic)")
        if interrupt.happened && !source.follows { exit(1) }
    }
}

extension KafkaSource {
    /// Where to begin with partitions that come for the first time.
    fileprivate func starts(
        of partitions: [KafkaPartition], asking consumer: KafkaConsumer
    ) throws(KafkaError) -> [KafkaPartition: KafkaStart] {
        switch start {
        case .committed: return [:]
        case .earliest: return Dictionary(uniqueKeysWithValues: partitions.map { ($0, .beginning) })
        case .offset(let offset): return Dictionary(uniqueKeysWithValues: partitions.map { ($0, .offset(offset)) })
        case .time(let time):
            let found = try consumer.offsets(notBefore: time, in: partitions)
            return Dictionary(
                uniqueKeysWithValues: partitions.map { ($0, found[$0].map { .offset($0) } ?? .end) })
        }
    }
}

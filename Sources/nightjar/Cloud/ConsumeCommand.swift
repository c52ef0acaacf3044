internal import Alerts
internal import Broker
internal import CloudBroker
internal import Foundation
internal import PubSub
internal import Kafka
internal import KafkaIngest
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
        let deadLetters = try call.topic("dead-letters")
        let stop = StopSignal()
        let interrupt = Interrupt { stop.set() }
        defer { withExtendedLifetime(interrupt) {} }
        let began = ContinuousClock.now
        let published = try publish(source, to: topic, deadLetters: deadLetters, call, stop: stop)
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        if call.flags.contains("json") {
            try Terminal.put(report: Account(published: published, seconds: seconds, stopped: stop.isSet))
        } else {
            try Terminal.say("published \(published) messages to \(topic)")
        }
        if stop.isSet, !source.follows {
            Terminal.complain("stopped before the end; the same command continues")
        }
    }

    private struct Account: Encodable {
        let published: Int
        let seconds: Double
        let stopped: Bool
    }

    /// - Returns: How many messages were published.
    private static func publish(
        _ source: KafkaSource, to topic: TopicName, deadLetters name: TopicName?, _ call: Invocation, stop: StopSignal
    ) throws -> Int {
        let isQuiet = call.flags.contains("quiet")
        // A wrong name or a missing right shows before anything is read.
        let client = try stop.finishing { () throws in
            let client = try PubSubClient()
            for topic in [topic, name].compactMap(\.self) { _ = try client.topic(topic) }
            return client
        }
        guard let client else { return 0 }
        let log: @Sendable (String) -> Void = { if !isQuiet { Terminal.note($0) } }
        var ends: [KafkaPartition: KafkaWatermarks]?
        if !source.follows {
            ends = try stop.finishing { () throws in try source.ends(log: log) }
            guard ends != nil else { return 0 }
        }
        let publisher = Publisher(client, to: topic)
        let deadLetters = name.map { DeadLetterStream(StreamOutput(Publisher(client, to: $0)), stage: "consume") }
        var relay = try KafkaRelay(
            source, to: publisher, deadLetters: deadLetters,
            decoder: AlertDecoder(schemaOfID: try RunCommand.schemaSource(call, stop: stop)), stop: stop, log: log)
        let published = try relay.run(to: ends)
        if !relay.hasGivenUp { try publisher.close() }
        return published
    }
}

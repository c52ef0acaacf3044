internal import Foundation
internal import Kafka
internal import KafkaIngest

/// How a survey's stream is named and read: `kafka://HOST:PORT[,HOST:PORT]/TOPIC` and its options.
enum KafkaOptions {
    /// What says how to reach a server and which night is meant; every command that speaks to Kafka takes them.
    static let connectionValues: Set = ["kafka-properties", "krb5-conf", "night"]
    static let values = connectionValues.union(["group", "start", "publish"])
    static let repeatable: Set = ["kafka-property"]
    static let flags: Set = ["until-end", "follow"]

    static func source(_ word: String, _ call: Invocation) throws -> KafkaSource {
        let (configuration, topic) = try stream(word, call)
        guard let topic else { throw UsageError("\(word): a stream is named as kafka://HOST:PORT/TOPIC") }
        var source = KafkaSource(configuration: configuration, topic: "\(topic)")
        if let group = call.options["group"] { source.group = group }
        source.start = try start(call.options["start"] ?? "committed")
        source.follows = call.flags.contains("follow")
        if source.follows && call.flags.contains("until-end") {
            throw UsageError("--follow and --until-end exclude each other")
        }
        if let address = call.options["publish"] {
            guard address.hasPrefix("kafka://") else {
                throw UsageError("--publish \(address): give kafka://HOST:PORT/")
            }
            let brokers = address.dropFirst("kafka://".count).prefix { $0 != "/" }
            source.publish = KafkaOutputs(configuration: try client(String(brokers), call))
        }
        return source
    }

    /// Reads `kafka://HOST:PORT[,HOST:PORT]/[TOPIC]`, with the night's date put into the topic.
    static func stream(
        _ word: String, _ call: Invocation
    ) throws -> (configuration: KafkaConfiguration, topic: KafkaTopicName?) {
        let rest = word.dropFirst("kafka://".count)
        let brokers = rest.prefix { $0 != "/" }
        guard word.hasPrefix("kafka://"), !brokers.isEmpty else {
            throw UsageError("\(word): a stream is named as kafka://HOST:PORT/TOPIC")
        }
        let topic = rest.dropFirst(brokers.count + 1)
        return (
            try client(String(brokers), call), topic.isEmpty ? nil : try self.topic(String(topic), call)
        )
    }

    static func topic(_ template: String, _ call: Invocation) throws(UsageError) -> KafkaTopicName {
        do throws(KafkaError) {
            return try KafkaTopicName(template, night: call.options["night"])
        } catch { throw UsageError(error.detail) }
    }

    /// Servers with all properties that the call and its configuration file name.
    static func client(_ brokers: String, _ call: Invocation) throws(UsageError) -> KafkaConfiguration {
        var configuration = KafkaConfiguration(brokers: brokers)
        configuration.krb5Configuration = call.options["krb5-conf"]
        do throws(KafkaError) {
            for property in call.configured["kafka-property"] ?? [] { try configuration.set(property) }
            if let file = call.options["kafka-properties"] { try configuration.read(file: file) }
            for property in call.lists["kafka-property"] ?? [] { try configuration.set(property) }
        } catch {
            throw UsageError(error.detail)
        }
        return configuration
    }

    private static func start(_ word: String) throws(UsageError) -> KafkaSource.Start {
        switch word {
        case "committed": return .committed
        case "earliest": return .earliest
        default:
            if let offset = Int64(word), offset >= 0 { return .offset(offset) }
            if let date = try? Date(word, strategy: .iso8601) { return .time(Int64(date.timeIntervalSince1970 * 1000)) }
            throw UsageError("--start \(word): say committed, earliest, an offset, or a time as 2024-09-15T03:00:00Z")
        }
    }
}

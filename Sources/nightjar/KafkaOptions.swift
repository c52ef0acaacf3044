internal import Broker
internal import Foundation
internal import Kafka

/// How a survey's stream is named and read: `kafka://HOST:PORT[,HOST:PORT]/TOPIC` and its options.
enum KafkaOptions {
    static let values: Set = ["group", "start", "publish", "kafka-properties"]
    static let repeatable: Set = ["kafka-property"]
    static let flags: Set = ["until-end", "follow"]

    static func source(_ word: String, _ call: Invocation) throws -> KafkaSource {
        let rest = word.dropFirst("kafka://".count)
        guard let slash = rest.firstIndex(of: "/"), slash > rest.startIndex, rest.index(after: slash) < rest.endIndex
        else { throw UsageError("\(word): a stream is named as kafka://HOST:PORT/TOPIC") }
        var configuration = KafkaConfiguration(brokers: String(rest[..<slash]))
        try properties(call, &configuration)
        var source = KafkaSource(configuration: configuration, topic: String(rest[rest.index(after: slash)...]))
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
            var outputs = KafkaConfiguration(brokers: String(brokers))
            try properties(call, &outputs)
            source.publish = KafkaOutputs(configuration: outputs)
        }
        return source
    }

    private static func properties(_ call: Invocation, _ configuration: inout KafkaConfiguration) throws {
        do {
            for property in call.configured["kafka-property"] ?? [] { try configuration.set(property) }
            if let file = call.options["kafka-properties"] { try configuration.read(file: file) }
            for property in call.lists["kafka-property"] ?? [] { try configuration.set(property) }
        } catch {
            throw UsageError(error.detail)
        }
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

internal import Foundation
internal import Kafka
internal import KafkaCheck

/// `nightjar kafka check kafka://HOST:PORT/[TOPIC]`, `nightjar kafka ready kafka://HOST:PORT/TOPIC`
enum KafkaCommand {
    static func run(_ words: some Sequence<String>) throws {
        let call = try Invocation(
            joined(words), withValue: KafkaOptions.connectionValues.union(["wait"]),
            repeatable: KafkaOptions.repeatable, flags: ["json"])
        guard let verb = call.operands.first, call.operands.count <= 2 else {
            throw UsageError("say 'kafka check kafka://HOST:PORT/[TOPIC]' or 'kafka ready kafka://HOST:PORT/TOPIC'")
        }
        let (configuration, topic) = try stream(call.operands.dropFirst().first, call)
        switch verb {
        case "check":
            guard call.options["wait"] == nil, !call.flags.contains("json") else {
                throw UsageError("--wait and --json are for 'kafka ready'")
            }
            try check(configuration, topic)
        case "ready":
            guard let topic else { throw UsageError("no TOPIC is given") }
            try ready(configuration, topic, call)
        default:
            throw UsageError(
                "unknown command 'kafka \(verb)'; there are 'kafka check' and 'kafka ready'", mistyped: verb,
                among: ["check", "ready"])
        }
    }

    /// The words with `--wait` and the number behind it, where there is one, in one.
    private static func joined(_ words: some Sequence<String>) -> [String] {
        var joined: [String] = []
        var isWaiting = false
        for word in words {
            if isWaiting, Double(word) != nil { joined[joined.count - 1] += word } else { joined.append(word) }
            isWaiting = word == "--wait"
            if isWaiting { joined[joined.count - 1] = "--wait=" }
        }
        return joined
    }

    /// Servers and topic: both in the word, or the servers by the configuration file's stream or by their property.
    private static func stream(
        _ word: String?, _ call: Invocation
    ) throws -> (configuration: KafkaConfiguration, topic: KafkaTopicName?) {
        if let word, word.contains("://") { return try KafkaOptions.stream(word, call) }
        let topic = try word.map { try KafkaOptions.topic($0, call) }
        if let source = call.configured["sources"]?.first(where: { $0.hasPrefix("kafka://") }) {
            let (configuration, own) = try KafkaOptions.stream(source, call)
            return (configuration, topic ?? own)
        }
        let configuration = try KafkaOptions.client("", call)
        guard configuration["bootstrap.servers"] != "" else {
            throw UsageError("no server is named; say kafka://HOST:PORT/\(word ?? "")")
        }
        return (configuration, topic)
    }

    private static func check(_ configuration: KafkaConfiguration, _ topic: KafkaTopicName?) throws {
        var isOpen = true
        let isWell = ServerCheck(configuration, topic: topic).run { finding in
            // Whoever reads may have gone; the rest is for the exit status.
            if isOpen { isOpen = (try? Terminal.say("\(finding)")) != nil }
        }
        if !isWell { exit(1) }
    }

    // MARK: - Ready

    private struct Answer: Encodable {
        let topic: String
        let ready: Bool
        let reason: String?
        let topics: [KafkaReadiness.Topic]
    }

    private static func ready(
        _ configuration: KafkaConfiguration, _ topic: KafkaTopicName, _ call: Invocation
    ) throws {
        let limit = try wait(call)
        let isJSON = call.flags.contains("json")
        do throws(KafkaError) {
            let found = try KafkaAdmin(configuration).waitUntilReady(topic, atMost: limit) { line in
                if limit != .zero { Terminal.note(line) }
            }
            try? say(
                Answer(
                    topic: "\(topic)", ready: found.isReady, reason: found.isReady ? nil : found.words,
                    topics: found.topics), found.words, isJSON)
            if !found.isReady { exit(1) }
        } catch {
            guard isJSON else { throw error }
            try? say(Answer(topic: "\(topic)", ready: false, reason: error.detail, topics: []), "", isJSON)
            exit(1)
        }
    }

    private static func say(_ answer: Answer, _ words: String, _ isJSON: Bool) throws {
        guard isJSON else {
            // The reason of a failure belongs to standard error.
            return answer.ready ? try Terminal.say(words) : Terminal.complain(words)
        }
        try Terminal.put(encoded: answer)
    }

    /// How long it waits; not at all without `--wait`, `nil` for as long as it takes.
    private static func wait(_ call: Invocation) throws(UsageError) -> Duration? {
        guard let text = call.options["wait"] else { return .zero }
        if text.isEmpty { return nil }
        guard let seconds = Double(text), 0...1e7 ~= seconds else {
            throw UsageError("--wait \(text): not a number of seconds")
        }
        return .seconds(seconds)
    }
}

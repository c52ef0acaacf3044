internal import Alerts
internal import Configuration
internal import Foundation
internal import Kafka
internal import KafkaCheck

/// `nightjar kafka check kafka://HOST:PORT/[TOPIC]`
struct KafkaCheckCommand: Command {
    static let name = "kafka check"
    static let summary = "what works between here and a stream, and what is wrong"
    static let details = """
        It goes the way to a stream step by step: name, port, TLS, authentication, topic, the group's right and place, the last \
        message's size, time and schema. Exit status: 0 nothing is wrong, 1 something is. A topic that is not there yet is not \
        wrong. docs/kafka.md has what ZTF and Rubin ask for.
        """
    static let operands = [KafkaStream.operand(.optional)]
    static let options: [any DeclaredOption] =
        KafkaConnection.all + [KafkaReading.group, ConductOptions.workers] + SchemaOptions.all
    static let examples = [
        "nightjar kafka check kafka://broker:9092/",
        "nightjar kafka check 'kafka://broker:9092/ztf_{yyyyMMdd}_programid1' --kafka-property security.protocol=SASL_SSL",
    ]

    private let stream: KafkaStream
    private let needs: StreamNeeds

    init(_ arguments: Arguments) throws {
        stream = try KafkaStream(arguments)
        let schemas = try SchemaOptions(arguments).source(of: stream.topic.flatMap { Survey.ofTopic("\($0)") })
        var needs = StreamNeeds()
        needs.group = try arguments.value(KafkaReading.group)
        needs.workers =
            arguments.origin(of: ConductOptions.workers) == nil ? nil : try arguments.value(ConductOptions.workers)
        needs.schemaFault = { schemas($0).fault($0) }
        self.needs = needs
    }

    func run() throws -> ExitStatus {
        var isOpen = true
        let isWell = ServerCheck(stream.configuration, topic: stream.topic, needs: needs).run { finding in
            // Whoever reads may have gone; the rest is for the exit status.
            if isOpen { isOpen = (try? Terminal.say("\(finding)")) != nil }
        }
        return isWell ? .done : .failed
    }
}

/// `nightjar kafka ready kafka://HOST:PORT/TOPIC`
struct KafkaReadyCommand: Command {
    static let name = "kafka ready"
    static let summary = "whether a topic is there and has messages"
    static let details = "Exit status: 0 it has; 1 it has not, with the reason."
    static let operands = [KafkaStream.operand(.optional)]
    static let options: [any DeclaredOption] = [wait, KafkaReading.slice, json] + KafkaConnection.all
    static let examples = [
        "nightjar kafka ready kafka://broker:9092/ztf_20240915_programid1",
        "nightjar kafka ready 'kafka://broker:9092/ztf_{yyyyMMdd}_programid1' --wait 600 --json",
    ]

    private static let wait = Option<Duration?>(
        OptionDeclaration(
            name: "wait", valueName: "SECONDS",
            help:
                "waits for it, also for a server that is not up yet, so long or as long as it takes; a line for each change",
            kind: .text, isValueOptional: true)
    ) { (text) throws(UsageError) in
        if text.isEmpty { return nil }
        guard let seconds = Double(text), 0...1e7 ~= seconds else { throw UsageError("not a number of seconds") }
        return .seconds(seconds)
    }
    private static let json = Flag("json", "prints JSON", key: "json")

    private let configuration: KafkaConfiguration
    private let topic: KafkaTopicName
    /// How long it waits; not at all where it is zero, `nil` for as long as it takes.
    private let limit: Duration?
    private let isJSON: Bool
    private let slice: KafkaSlice?

    init(_ arguments: Arguments) throws {
        slice = try arguments.value(KafkaReading.slice)
        let stream = try KafkaStream(arguments)
        guard let topic = stream.topic else { throw UsageError("no TOPIC is given") }
        (configuration, self.topic) = (stream.configuration, topic)
        limit = try arguments.value(Self.wait) ?? .zero
        isJSON = arguments.isOn(Self.json)
    }

    private struct Answer: Encodable {
        let topic: String
        let ready: Bool
        let reason: String?
        let topics: [KafkaReadiness.Topic]
    }

    func run() throws -> ExitStatus {
        do throws(KafkaError) {
            let found = try KafkaAdmin(configuration).waitUntilReady(topic, in: slice, atMost: limit) { line in
                if limit != .zero { Terminal.info(line) }
            }
            try? say(
                Answer(
                    topic: "\(topic)", ready: found.isReady, reason: found.isReady ? nil : found.summary,
                    topics: found.topics), found.summary)
            return found.isReady ? .done : .failed
        } catch {
            guard isJSON else { throw error }
            try? say(Answer(topic: "\(topic)", ready: false, reason: error.detail, topics: []), "")
            return .failed
        }
    }

    private func say(_ answer: Answer, _ text: String) throws {
        guard isJSON else {
            // The reason of a failure belongs to standard error.
            return answer.ready ? try Terminal.say(text) : Terminal.complain(text)
        }
        try Terminal.put(encoded: answer)
    }
}

/// Servers and a topic: both in the operand, or the servers by the configuration's stream or by their property.
private struct KafkaStream {
    let configuration: KafkaConfiguration
    let topic: KafkaTopicName?

    static func operand(_ count: Operand.Count) -> Operand {
        Operand(
            "kafka://HOST:PORT/TOPIC",
            """
            servers and a topic: a name, or a ^pattern, either with the night's date, as in ztf_{yyyyMMdd}_programid1; \
            without it the stream of the configuration, whose servers hold for a TOPIC alone, too
            """, count: count, key: "sources")
    }

    init(_ arguments: Arguments) throws {
        let connection = try KafkaConnection(arguments)
        let address = arguments.operands.first
        if let address, address.contains("://") {
            (configuration, topic) = try connection.stream(address)
            return
        }
        let named = try address.map { try connection.topic($0) }
        if let source = arguments.configuredOperands.first(where: { $0.hasPrefix("kafka://") }) {
            let (configuration, own) = try connection.stream(source)
            (self.configuration, topic) = (configuration, named ?? own)
            return
        }
        let configuration = try connection.client("")
        guard configuration["bootstrap.servers"] != "" else {
            throw UsageError("no server is named; say kafka://HOST:PORT/\(address ?? "")")
        }
        (self.configuration, topic) = (configuration, named)
    }
}

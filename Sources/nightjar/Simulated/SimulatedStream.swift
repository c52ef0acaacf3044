internal import Configuration
internal import Foundation
internal import Kafka
internal import Simulator
internal import Threads

/// Sends a simulated night to a topic, at a pace, as its survey does: without keys, with the survey's header.
struct SimulatedStream: Sendable {
    private static let to = Option<String>.address(
        "to", "kafka://HOST:PORT/TOPIC", "the topic to send to; it is made where it is not there",
        beginnings: ["kafka://"])
    private static let rate = Option<Double>(
        OptionDeclaration(
            name: "rate", valueName: "N", help: "alerts a second; without it as fast as the server takes them",
            kind: .text)
    ) { (text) throws(UsageError) in
        guard let rate = Double(text), rate.isFinite, (1e-3...1e6).contains(rate) else {
            throw UsageError("not a number from 0.001 to 1000000")
        }
        return rate
    }
    private static let burst = Option<StreamPace.Burst>(
        OptionDeclaration(
            name: "burst", valueName: "N/SECONDS",
            help: "N alerts at a time within SECONDS, as a visit's come; then none until --rate holds in the mean",
            kind: .text)
    ) { (text) throws(UsageError) in
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let alerts = Int(parts[0]), (1...SimulatedNight.mostAlerts).contains(alerts),
            let seconds = Double(parts[1]), seconds > 0, seconds <= 86_400
        else { throw UsageError("say 10000/5") }
        return StreamPace.Burst(alerts: alerts, seconds: seconds)
    }
    private static let partitions = Option<Int32>.number(
        "partitions", "N", "of a topic that is made", in: 1...10_000, standard: 45)

    static let options: [any DeclaredOption] = [to, rate, burst, partitions]

    private let address: String
    private let configuration: KafkaConfiguration
    private let topic: String
    private let pace: StreamPace
    private let partitions: Int32

    /// What the options say; `nil` where they name no topic.
    ///
    /// - Parameters:
    ///   - arguments: The values of ``options``.
    ///   - night: The date for `{yyyyMMdd}` in the topic, YYYYMMDD.
    /// - Throws: ``UsageError`` for what does not go together.
    init?(_ arguments: Arguments, night: Int) throws {
        let address = try arguments.value(Self.to)
        let rate = try arguments.value(Self.rate)
        let burst = try arguments.value(Self.burst)
        guard let address else {
            guard rate == nil, burst == nil else { throw UsageError("--rate and --burst are of a stream, --to") }
            return nil
        }
        if let burst {
            guard let rate else { throw UsageError("--burst needs --rate, the mean") }
            guard burst.seconds <= Double(burst.alerts) / rate else {
                throw UsageError("--burst takes longer than its alerts do at --rate")
            }
        }
        let (configuration, topic) = try KafkaConnection(arguments, night: night).stream(address)
        guard let topic, !topic.isPattern else {
            throw UsageError("\(address): a stream is named as kafka://HOST:PORT/TOPIC")
        }
        (self.address, self.configuration, self.topic) = (address, configuration, "\(topic)")
        pace = StreamPace(rate: rate, burst: burst)
        partitions = try arguments.required(Self.partitions)
    }

    /// Sends the night, and says what became of it.
    ///
    /// - Parameters:
    ///   - packets: The night.
    ///   - survey: Whose it is.
    ///   - truth: Where the truth of what is sent is written; `nil` for nowhere.
    ///   - stop: Set to send no more.
    /// - Returns: ``ExitStatus/failed`` where a message was not delivered.
    /// - Throws: What keeps the stream from beginning, and what the truth's file fails with.
    func send(
        _ packets: some NightPackets, of survey: SimulatedSurvey, truth: String?, stop: StopSignal
    ) throws -> ExitStatus {
        var configuration = configuration
        configuration.setDefault("compression.type", survey.compression)
        configuration.setDefault("linger.ms", "5")
        configuration.setDefault("queue.buffering.max.kbytes", "262144")
        let (topic, partitions) = (topic, partitions)
        let ready = configuration
        // A server that does not answer is not waited for once the command is to stop.
        let found = try stop.finishing { () throws(KafkaError) in try Self.partitions(of: topic, partitions, ready) }
        guard let numbers = found else {
            Terminal.complain("stopped before the server answered; no alert was sent")
            return .done
        }
        let producer = try KafkaProducer(configuration)
        try producer.prepare(topic: topic)
        var run = StreamRun(
            producer: producer, topic: topic, partitions: numbers, header: survey.timeHeader, pace: pace, stop: stop)
        let table = try truth.map { try WholeFile($0) }
        try run.send(packets, truth: table)
        try table?.finish()
        let (delivered, reason) = run.finish()
        let rate = Int((Double(delivered) / max(run.seconds, 1e-3)).rounded())
        try Terminal.say(
            "sent \(ReportText.grouped(delivered)) alerts, \(ReportText.grouped(run.bytes / 1_000_000)) MB, in "
                + String(format: "%.1f", run.seconds)
                + " s, \(ReportText.grouped(rate))/s, to \(numbers.count) partitions of \(topic)")
        if run.sent < packets.alerts {
            Terminal.complain("stopped; \(ReportText.grouped(packets.alerts - run.sent)) alerts were not sent")
        }
        guard delivered < run.sent else { return .done }
        let lost = ReportText.grouped(run.sent - delivered)
        Terminal.complain("\(lost) alerts were not delivered: \(reason ?? "no answer from the server")")
        return .failed
    }

    /// The topic's partitions; it is made with so many where it is not there.
    private static func partitions(
        of topic: String, _ count: Int32, _ configuration: KafkaConfiguration
    ) throws(KafkaError) -> [Int32] {
        let admin = try KafkaAdmin(configuration)
        let there = try admin.topics().first { $0.name == topic }?.partitions.map(\.number) ?? []
        guard there.isEmpty else { return there }
        do { try admin.create(topic: topic, partitions: count) } catch {
            guard error.code == .topicExists else { throw error }
        }
        return Array(0..<count)
    }
}

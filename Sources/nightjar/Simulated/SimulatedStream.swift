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
        guard let rate = Double(text), rate.isFinite, rate > 0, rate <= 1e6 else {
            throw UsageError("not a number above 0, to 1000000")
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
            let seconds = Double(parts[1]), (0...86_400).contains(seconds)
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
        let numbers = try partitionNumbers(configuration)
        let producer = try KafkaProducer(configuration)
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

    /// The topic's partitions; it is made where it is not there.
    private func partitionNumbers(_ configuration: KafkaConfiguration) throws -> [Int32] {
        let admin = try KafkaAdmin(configuration)
        func known() throws -> [Int32] {
            try admin.topics().first { $0.name == topic }?.partitions.map(\.number) ?? []
        }
        let there = try known()
        guard there.isEmpty else { return there }
        do { try admin.create(topic: topic, partitions: partitions) } catch let error where error.code == .topicExists {
        }
        return Array(0..<partitions)
    }
}

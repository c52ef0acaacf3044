internal import Alerts
internal import Conductor
internal import Configuration
internal import DataLayout
internal import Foundation
internal import Kafka

/// One survey as `night conduct` conducts it: its stream, its workers, its rules.
struct ConductedSurvey {
    let survey: Survey
    let rules: NightRules
    let options: ConductOptions
    /// The server's addresses, and the topic with the date's place in it.
    private let servers, topic: String
    private let kafka: KafkaConfiguration
    private let group: String
    /// What a worker is called with beside what differs from night to night.
    private let forwarded: [String]

    /// The options of a survey, which may stand in a file of its own.
    ///
    /// - Parameters:
    ///   - arguments: The options.
    ///   - files: The configuration files that a worker is given, too.
    /// - Throws: ``UsageError`` for what does not go together.
    init(_ arguments: Arguments, files: [String]) throws {
        options = try ConductOptions(arguments)
        let operands = arguments.operands.isEmpty ? arguments.configuredOperands : arguments.operands
        let streams = operands.filter { $0.hasPrefix("kafka://") }
        guard streams.count == 1, operands.count == 1 else {
            throw UsageError(
                operands.isEmpty
                    ? "kafka://HOST:PORT/TOPIC, the survey's stream, is missing; 'sources' names it in a configuration"
                    : "one survey's stream is conducted by one configuration, as kafka://HOST:PORT/TOPIC; "
                        + "'night.surveys' names the files of several")
        }
        let rest = streams[0].dropFirst("kafka://".count)
        servers = String(rest.prefix { $0 != "/" })
        topic = String(rest.dropFirst(servers.count + 1))
        guard !servers.isEmpty, !topic.isEmpty else {
            throw UsageError("\(streams[0]): a stream is named as kafka://HOST:PORT/TOPIC")
        }
        let reading = try KafkaReading(arguments)
        kafka = try reading.connection.client(servers)
        group = reading.group
        survey = try options.survey(of: topic)
        rules = try options.rules(of: survey)
        guard rules.isOneTopic || topic.contains("{") else {
            throw UsageError(
                "\(topic): \(survey.title) has a topic a night; put the date in, as in ztf_{yyyyMMdd}_programid1")
        }
        _ = try reading.connection.topic(topic)
        if options.control == .local {
            // What workers would refuse is said before the first night.
            _ = try ModelOptions(arguments).supernovaOptions()
            _ = try SchemaOptions(arguments).source()
        }
        // What the command line says to the conductor, it says to the workers.
        let own = Set(ConductOptions.all.map(\.declaration.name) + NightConductCommand.own.map(\.declaration.name))
        let line = arguments.sources.line.values.filter {
            !own.contains($0.key) && !["config", "group"].contains($0.key)
        }
        forwarded =
            files.flatMap { ["--config", $0] }
            + line.sorted { $0.key < $1.key }.flatMap { name, values in
                values.flatMap { value in
                    value == "true" || value == "false"
                        ? [value == "true" ? "--\(name)" : "--no-\(name)"] : ["--\(name)", value]
                }
            }
    }

    /// Where its states and receipts are.
    var files: NightFiles { NightFiles(data: options.data) }

    /// The data folders that its workers have made by now.
    var folders: @Sendable () -> [String] {
        { [data = options.data, count = options.workers] in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: data)) ?? []
            let numbers = names.compactMap { $0.hasPrefix("worker-") ? Int($0.dropFirst(7)) : nil }
            return Set(numbers + Array(1...count)).sorted().map { "\(data)/worker-\($0)" }.filter {
                FileManager.default.fileExists(atPath: "\($0)/nightjar.db")
            }
        }
    }

    /// Checks what can be before the first night: that the stream's servers let this user and the group in, and have the topic
    /// where one has every night.
    ///
    /// - Throws: ``Kafka/KafkaError``; one to retry where no server answers.
    func checkStream() throws(KafkaError) {
        try StreamWatch(kafka, topic: topic, group: group).check(isOneTopic: rules.isOneTopic)
    }

    /// Checks that the data folder can be made and written to.
    ///
    /// - Throws: ``DataLayout/BrokerError``.
    func checkFolder() throws(BrokerError) {
        guard !FileManager.default.fileExists(atPath: "\(options.data)/nightjar.db") else {
            throw BrokerError(
                .cannotCreate, path: options.data,
                detail: "this is the data folder of a run, and a conductor's folder has those of its workers in it; "
                    + "name another --data, or move this one to FOLDER/worker-1 and name FOLDER")
        }
        var path = options.data
        while !FileManager.default.fileExists(atPath: path), path.contains("/"), path != "/" {
            path = (path as NSString).deletingLastPathComponent
            if path.isEmpty { path = "." }
        }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            throw BrokerError(
                .cannotCreate, path: options.data, detail: "\(path) is no folder; name another --data")
        }
        guard access(path, W_OK) == 0 else {
            throw BrokerError(
                .cannotCreate, path: options.data,
                detail:
                    "\(path) cannot be written to: \(String(cString: strerror(errno))); name another --data, or give it to this user"
            )
        }
    }

    /// What starts and stops its workers; `nil` where it only watches.
    func workers(log: @escaping @Sendable (String) -> Void) throws -> (any WorkerControl)? {
        switch options.control {
        case nil: return nil
        case .systemd: return try options.services.systemd(count: options.workers, firstPort: options.metricsPort)
        case .google: return try options.services.google(survey)
        case .local:
            let (stream, group, forwarded) = ("kafka://\(servers)/", group, forwarded)
            let topic = topic
            let settings = LocalWorkers.Settings(
                program: Self.program, data: options.data, count: options.workers, metricsPort: options.metricsPort
            ) { folder, metrics, night in
                [
                    "run", stream + (night ?? topic), "--data", folder, "--follow", "--group", group, "--metrics",
                    metrics,
                ]
                    + forwarded
            }
            return LocalWorkers(settings, log: log)
        }
    }

    /// This program.
    private static let program =
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "nightjar"

    /// What became of its messages.
    ///
    /// - Parameters:
    ///   - pace: How long after an account on Google Cloud that proves nothing it is read again.
    ///   - clock: What time it is.
    /// - Returns: What reads the account.
    /// - Throws: ``UsageError`` where an option is missing, and why there are no credentials.
    func accounts(pace: Duration, clock: ConductorClock) throws -> any NightAccounts {
        options.place == .google
            ? try options.services.googleAccounts(survey, pace: pace, clock: clock)
            : AccountWatch(survey, folders: folders)
    }

    /// A conductor of it.
    func conductor(
        _ control: (any WorkerControl)?, _ accounts: any NightAccounts, clock: ConductorClock,
        output: SurveyConductor.Output
    ) -> SurveyConductor {
        SurveyConductor(
            SurveyConductor.Settings(survey: survey, rules: rules, accounts: accounts),
            stream: StreamWatch(kafka, topic: topic, group: group), control: control, files: files, clock: clock,
            output: output)
    }
}

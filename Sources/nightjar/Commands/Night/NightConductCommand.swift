internal import Alerts
internal import Conductor
internal import Configuration
internal import Foundation
internal import HTTPServer
internal import Kafka
internal import Threads

/// `nightjar night conduct --config FILE`
struct NightConductCommand: Command {
    static let name = "night conduct"
    static let summary = "starts the workers for each night, proves that the night is complete, and stops them"
    static let details = """
        A night is waiting, opening, running, draining, and then complete, incomplete or closed. It is complete when six \
        conditions hold, which 'nightjar night status' shows: the Sun is up, the stream is quiet, all of it is read, the \
        account adds up, the products are published, and no exposure's alerts can still come. Each verdict has a receipt. The \
        state is on the disk before anything is done: after a crash the same command continues. Of several surveys \
        'night.surveys' names a file each.
        """
    static let operands = [
        Operand(
            "kafka://HOST:PORT/TOPIC",
            "the survey's stream: a topic a night, with the date in it, or one topic for every night", count: .optional,
            key: "sources")
    ]
    static let options: [any DeclaredOption] =
        ConductOptions.all.filter { $0.declaration.name != "data" }
        + [ConductOptions.data.with(\.isRequired, false)]
        + KafkaReading.all.filter { !["night", "start", "slice", "until-end", "follow"].contains($0.declaration.name) }
        + SchemaOptions.all + ModelOptions.all + own
    static let examples = [
        "nightjar night conduct --config ztf.json5",
        "nightjar night conduct 'kafka://broker:9092/ztf_{yyyyMMdd}_programid1' --data /data/ztf --group mine --watch-only",
    ]

    private static let surveys = Option<String>(
        OptionDeclaration(
            name: "surveys", valueName: "FILE", help: "a survey's own configuration file, in place of one survey here",
            key: "night.surveys", kind: .list, isRepeatable: true)
    ) { (text) throws(UsageError) in text }
    private static let interval = Option<Int>.number(
        "interval", "MILLISECONDS", "between two looks at each night", in: 100...600_000, key: "night.interval",
        standard: 10_000)
    private static let clock = Option<String>.text(
        "clock", "FILE", "of a drill: reads the time from a file, as '2024-09-15T03:00:00Z 7200', a date and seconds",
        key: "night.clock")
    private static let keepWorkers = Flag(
        "keep-workers", "leaves the workers running when the conductor is stopped", key: "night.keepWorkers")

    private static let stopMachine = Flag(
        "stop-machine", "this machine of Google Cloud stops itself when the night has its verdict",
        key: "night.stopMachine")

    /// Options that are the conductor's own, and no worker's.
    static let own: [any DeclaredOption] = [
        surveys, interval, clock, keepWorkers, stopMachine, MetricsServer.option,
    ]

    /// A round that takes longer hangs: Google Cloud may take minutes to start a machine, a large account some.
    private static let longestRound = Duration.seconds(1_800)

    /// Google Cloud takes money for an account: one that proves nothing is read again after so many looks.
    private static let looksAtAccount = 6

    private let conducted: [ConductedSurvey]
    private let interval: Duration
    private let clock: ConductorClock
    private let keepsWorkers, stopsMachine: Bool
    private let metrics: HTTPServerSettings?

    init(_ arguments: Arguments) throws {
        interval = .milliseconds(try arguments.required(Self.interval))
        clock = ConductorClock(file: try arguments.value(Self.clock))
        keepsWorkers = arguments.isOn(Self.keepWorkers)
        stopsMachine = arguments.isOn(Self.stopMachine)
        metrics = try arguments.value(MetricsServer.option)
        let files = try arguments.values(Self.surveys)
        guard !files.isEmpty else {
            conducted = [try ConductedSurvey(arguments, files: arguments.configurationFiles)]
            return
        }
        conducted = try files.map { file in
            let sources = SettingSources(
                line: try CommandLineArguments([], options: Self.declarations), environment: [:],
                files: [try ConfigurationFile.read(file)])
            do { return try ConductedSurvey(Arguments(Self.self, sources), files: [file]) } catch let error
                as UsageError
            {
                throw UsageError("\(file): \(error)")
            }
        }
        let folders = conducted.map { URL(filePath: $0.options.data).resolvingSymlinksInPath().path }
        guard Set(folders).count == folders.count else { throw UsageError("two surveys have the same --data folder") }
    }

    func run() throws -> ExitStatus {
        let stop = StopSignal()
        let interrupt = Interrupt { stop.set() }
        defer { withExtendedLifetime(interrupt) {} }
        for survey in conducted { try survey.checkFolder() }
        let locks = try conducted.map { try $0.files.lock() }
        defer { withExtendedLifetime(locks) {} }
        for survey in conducted {
            // A server that is away may come; one that lets nobody in will not.
            do throws(KafkaError) { try survey.checkStream() } catch {
                guard error.recovery == .retry else { throw error }
                Terminal.info("\(survey.survey.name): no server answers yet: \(error.detail)")
            }
        }
        let controls = try conducted.map { survey in
            try survey.workers { line in Terminal.info("\(survey.survey.name): \(line)") }
        }
        let notifiers = try conducted.map { survey in
            try survey.options.services.notifier { line in Terminal.info("\(survey.survey.name): \(line)") }
        }
        defer { for notifier in notifiers { notifier.finish(within: .seconds(30)) } }
        let conductors = try zip(zip(conducted, controls), notifiers).map { conducted, notifier in
            conducted.0.conductor(
                conducted.1, try conducted.0.accounts(pace: interval * Self.looksAtAccount, clock: clock),
                clock: clock,
                output: Self.output(notifier))
        }
        for conductor in conductors { try conductor.load() }
        let report = ConductReport()
        let server = try metrics.map { try MetricsServer($0, isReady: { !stop.isSet }) { report.add(to: &$0) } }
        defer { server?.stop() }
        let supervision = Supervision(stop: stop, report.questions)
        defer { supervision.close() }
        var hasStopped = false
        while !stop.isSet {
            report.whileWaiting(atMost: Self.longestRound) {
                for conductor in conductors {
                    conductor.tick()
                    report.update(conductor)
                }
                if stopsMachine, !hasStopped, report.isOver { hasStopped = stopOwnMachine(after: notifiers) }
            }
            report.whileWaiting(atMost: interval + .seconds(10)) { _ = stop.wait(for: interval) }
        }
        if !keepsWorkers { report.whileWaiting(atMost: .seconds(120)) { drain(controls) } }
        return .done
    }

    private static func output(_ notifier: Notifier) -> SurveyConductor.Output {
        SurveyConductor.Output(log: { Terminal.info($0) }) { night, number, state, reason in
            notifier.send(
                NightNotification(
                    number: number, survey: night.survey, night: night.times.night, state: state, reason: reason))
        }
    }

    /// The last act of a night: what is told is told before.
    private func stopOwnMachine(after notifiers: [Notifier]) -> Bool {
        for notifier in notifiers { notifier.finish(within: .seconds(60)) }
        do throws(ControlError) {
            try GoogleWorkers.stopOwnMachine()
            Terminal.info("the night has its verdict; this machine stops")
            return true
        } catch {
            Terminal.complain("\(error)")
            return false
        }
    }

    /// Has the workers of this machine end with their conductor; the next one starts them again.
    private func drain(_ controls: [(any WorkerControl)?]) {
        let local = controls.compactMap { $0 as? LocalWorkers }
        for workers in local { try? workers.stop() }
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            let isEnded = local.allSatisfy { workers in
                (try? workers.workers())?.allSatisfy { $0.state == .stopped || $0.state == .failed } ?? true
            }
            if isEnded { return }
            pause(for: .milliseconds(100))
        }
        Terminal.complain("workers still run after a minute; they end when they have written what they hold")
    }
}

internal import Alerts
internal import Conductor
internal import Configuration
internal import Foundation

/// How a survey's nights are conducted: options of `night conduct`.
struct ConductOptions {
    /// What starts and stops the workers.
    enum Control: String, CaseIterable {
        /// Processes of this machine.
        case local
        /// Units of systemd.
        case systemd
        /// Machines and services of Google Cloud.
        case google
    }

    static let data = Option<String>.text(
        "data", "DIR",
        "the survey's folder: workers' data in DIR/worker-1 and so on, states and receipts in DIR/nights",
        key: "data"
    ).required
    private static let survey = Option<Survey>.choice(
        "survey", "the survey; without it the one whose name the topic begins with",
        among: Survey.all.map { ($0.name, $0) }, key: "night.survey")
    static let workers = Option<Int>.number(
        "workers", "N", "how many workers share the stream", in: 1...64, key: "night.workers", standard: 1)
    private static let control = Option<Control>.choice(
        "control", "what starts and stops the workers", among: Control.allCases.map { ($0.rawValue, $0) },
        key: "night.control", standard: Control.local.rawValue)
    private static let workerMetrics = Option<Int>.number(
        "worker-metrics", "PORT", "the port of the first worker's metrics, on this machine alone; the others' follow",
        in: 1...65_000, key: "night.workerMetrics", standard: 9_401)
    private static let watchOnly = Flag(
        "watch-only", "starts and stops nothing, and writes down when it would have", key: "night.watchOnly")
    private static let quiet = minutes(
        "quiet-minutes", "how long no end offset may have moved before a night is complete", key: "night.quietMinutes",
        20)
    private static let late = Option<Int>.number(
        "late-minutes", "MINUTES",
        "how long after the last exposure alerts may still come; without it the survey's own: 30, LSST 75",
        in: 0...1_440, key: "night.lateMinutes")
    private static let veto = minutes(
        "veto-minutes", "between the notice that workers are to be stopped, and the stop", key: "night.vetoMinutes", 10)
    private static let hang = Option<Int>.number(
        "hang-seconds", "SECONDS", "how long a worker's heartbeat may stand still before it is replaced",
        in: 10...86_400,
        key: "night.hangSeconds", standard: 60)
    private static let stopAt = Option<Double>(
        OptionDeclaration(
            name: "stop-at", valueName: "HH:MM", help: "a time of day in UTC at which workers stop, proven or not",
            key: "night.stopAt", kind: .text)
    ) { (text) throws(UsageError) in
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let hour = parts[0], let minute = parts[1], 0..<24 ~= hour, 0..<60 ~= minute else {
            throw UsageError("a time of day is written as 16:05")
        }
        return Double(hour * 60 + minute) / 1_440
    }
    private static let keepUntil = Option<Double>(
        OptionDeclaration(
            name: "keep-until", valueName: "TIME", help: "stops nothing before, as 2024-09-16T18:00:00Z",
            key: "night.keepUntil", kind: .text)
    ) { (text) throws(UsageError) in
        guard let date = ConductorClock.date(text) else {
            throw UsageError("a time is written as 2024-09-16T18:00:00Z")
        }
        return ConductorClock.mjd(date)
    }

    static let all: [any DeclaredOption] =
        [
            data, survey, workers, control, workerMetrics, watchOnly, quiet, late, veto, hang, stopAt, keepUntil,
        ] + ConductServices.all

    private static func minutes(_ name: String, _ help: String, key: String, _ standard: Int) -> Option<Int> {
        .number(name, "MINUTES", help, in: 0...1_440, key: key, standard: standard)
    }

    let data: String
    let workers: Int
    /// `nil` where it only watches.
    let control: Control?
    /// Where the workers are, watched or not.
    let place: Control
    let metricsPort: Int
    /// Workers elsewhere, and whom to tell.
    let services: ConductServices
    private let named: Survey?
    private let arguments: Arguments

    init(_ arguments: Arguments) throws {
        self.arguments = arguments
        services = ConductServices(arguments)
        data = try arguments.required(Self.data)
        workers = try arguments.required(Self.workers)
        metricsPort = try arguments.required(Self.workerMetrics)
        place = try arguments.required(Self.control)
        control = arguments.isOn(Self.watchOnly) ? nil : place
        named = try arguments.value(Self.survey)
    }

    /// The survey of a topic.
    func survey(of topic: String) throws(UsageError) -> Survey {
        let name = topic.drop { $0 == "^" }
        guard let survey = named ?? Survey.all.first(where: { name.hasPrefix($0.name) }) else {
            throw UsageError("\(topic): no survey's name begins it; say --survey")
        }
        return survey
    }

    /// The rules of a survey's nights.
    func rules(of survey: Survey) throws(UsageError) -> NightRules {
        var rules = NightRules(survey)
        rules.quiet = Double(try arguments.required(Self.quiet)) * 60
        if let late = try arguments.value(Self.late) { rules.lateWindow = Double(late) * 60 }
        rules.veto = Double(try arguments.required(Self.veto)) * 60
        rules.hang = Double(try arguments.required(Self.hang))
        rules.stopAt = try arguments.value(Self.stopAt)
        rules.keepUntil = try arguments.value(Self.keepUntil)
        rules.isWatchOnly = control == nil
        return rules
    }
}

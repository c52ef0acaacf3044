internal import Alerts
internal import CloudBroker
internal import Conductor
internal import Configuration
internal import Foundation

/// Workers that are no processes of the conductor's, and whom it tells: options of `night conduct`.
struct ConductServices {
    private static let unit = Option<String>(
        OptionDeclaration(
            name: "systemd-unit", valueName: "NAME",
            help: "with --control systemd, the template unit: workers are NAME@1.service and so on",
            key: "night.systemdUnit", kind: .text, standard: "nightjar-worker")
    ) { (text) throws(UsageError) in
        guard text.wholeMatch(of: /[A-Za-z0-9_][A-Za-z0-9:_.-]{0,99}/) != nil else {
            throw UsageError("a unit's name has letters, digits, ':', '_', '.' and '-', and no '@'")
        }
        return text
    }
    private static let topicFile = Option<String>.text(
        "topic-file", "FILE", "with --control systemd, where units find the night's topic, as NIGHTJAR_TOPIC",
        key: "night.topicFile", standard: "/run/nightjar/topic")
    private static let project = Option<String>.text(
        "project", "PROJECT", "with --control google, Google Cloud's project", key: "cloud.project")
    private static let testID = Option<String>.text(
        "test-id", "ID", "with --control google, the set beside production", key: "cloud.testID")
    private static let region = Option<String>.text(
        "region", "REGION", "with --control google, where the Cloud Run services are", key: "cloud.region")
    private static let zone = Option<String>.text(
        "zone", "ZONE", "with --control google, where the machines are", key: "cloud.zone")
    private static let consumers = list(
        "consumer", "NAME", "with --control google, a machine that runs the consumer; again for each", "cloud.consumers"
    )
    private static let stageMachines = list(
        "stage-machine", "NAME", "with --control google, a machine that runs stages; again for each",
        "cloud.stageMachines")
    private static let instances = Option<Int>.number(
        "stage-instances", "N", "with --control google, instances that each stage on Cloud Run keeps during a night",
        in: 1...1_000, key: "cloud.stageInstances", standard: 1)
    private static let webhook = Option<URL>(
        OptionDeclaration(
            name: "notify-webhook", valueName: "URL",
            help: "an https address in Slack's form that is told each change of a night's state; it is a secret",
            key: "night.notifyWebhook", kind: .text)
    ) { (text) throws(UsageError) in
        guard let url = URL(string: text), url.host() != nil else { throw UsageError("say https://HOST/PATH") }
        return url
    }
    private static let command = list(
        "notify-command", "WORD",
        "a program that is told each change of a night's state, and again for each of its arguments",
        "night.notifyCommand")

    static let all: [any DeclaredOption] = [
        unit, topicFile, project, testID, region, zone, consumers, stageMachines, instances, webhook, command,
    ]

    private static func list(_ name: String, _ value: String, _ help: String, _ key: String) -> Option<String> {
        Option(
            OptionDeclaration(name: name, valueName: value, help: help, key: key, kind: .list, isRepeatable: true)
        ) { (text) throws(UsageError) in text }
    }

    private let arguments: Arguments

    init(_ arguments: Arguments) { self.arguments = arguments }

    /// Units of systemd.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - firstPort: Of the first one's metrics.
    /// - Returns: What starts and stops them.
    /// - Throws: ``UsageError``.
    func systemd(count: Int, firstPort: Int) throws -> SystemdWorkers {
        SystemdWorkers(
            count: count, template: try arguments.required(Self.unit),
            topicFile: URL(filePath: try arguments.required(Self.topicFile)), metricsPort: firstPort - 1)
    }

    /// The broker on Google Cloud.
    ///
    /// - Parameter survey: The survey.
    /// - Returns: What starts and stops it.
    /// - Throws: ``UsageError`` where something is missing, and why there are no credentials.
    func google(_ survey: Survey) throws -> GoogleWorkers {
        let names = try cloudNames(survey)
        let consumers = try arguments.values(Self.consumers)
        guard !consumers.isEmpty, Set(consumers).count == consumers.count else {
            throw UsageError("--control google needs --consumer, once for each machine")
        }
        var place = GoogleWorkers.Place(
            names: names, region: try required(Self.region), zone: try required(Self.zone), consumers: consumers)
        place.stageMachines = try arguments.values(Self.stageMachines)
        place.instances = try arguments.required(Self.instances)
        return GoogleWorkers(place, try GoogleWorkers.Clients())
    }

    /// What became of a survey's messages on Google Cloud.
    ///
    /// - Parameters:
    ///   - survey: The survey.
    ///   - pace: How long after an account that proves nothing it is read again.
    ///   - clock: What time it is.
    /// - Returns: What reads it.
    /// - Throws: ``UsageError`` where something is missing, and why there are no credentials.
    func googleAccounts(_ survey: Survey, pace: Duration, clock: ConductorClock) throws -> CloudAccounts {
        CloudAccounts(try cloudNames(survey), try CloudAccounts.Clients(), pace: pace) {
            clock.now.map { ConductorClock.date($0.mjd) } ?? .now
        }
    }

    private func cloudNames(_ survey: Survey) throws -> CloudNames {
        let (id, project) = (try arguments.value(Self.testID), try required(Self.project))
        do throws(CloudNames.InvalidTestID) {
            return try CloudNames(project: project, survey: survey, testID: id)
        } catch { throw UsageError("--test-id: \(error)") }
    }

    private func required(_ option: Option<String>) throws -> String {
        guard let value = try arguments.value(option) else {
            throw UsageError("--control google needs --\(option.declaration.name)")
        }
        return value
    }

    /// Who is told of a night's state.
    ///
    /// - Parameter log: Takes a line about each failure.
    /// - Returns: What tells them.
    /// - Throws: ``ControlError`` for a program that is not there.
    func notifier(log: @escaping @Sendable (String) -> Void) throws -> Notifier {
        let words = try arguments.values(Self.command)
        return try Notifier(
            webhook: try arguments.value(Self.webhook), command: words.isEmpty ? nil : words, log: log)
    }
}

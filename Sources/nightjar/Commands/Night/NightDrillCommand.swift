internal import Conductor
internal import Foundation

/// `nightjar night drill`
struct NightDrillCommand: Command {
    static let name = "night drill"
    static let summary = "plays bad nights in minutes, with a real Kafka server and workers, and compares the verdicts"
    static let details = """
        It needs noida-db, a Kafka-compatible server (PyPI), which 'make drill' installs. The clock is the drill's own, and all \
        is in a folder that is removed at the end where every verdict was right. docs/nights.md has the verdicts. Exit status: 0 \
        where all are right, else 1.
        """
    static let operands = [
        Operand(
            "SCENARIO", "a bad night by its name; all of them where none is named", count: .optional,
            choices: DrillScenario.all.map(\.name))
    ]
    static let options: [any DeclaredOption] = [server, nights, alerts, workers, folder, json, list]
    static let examples = [
        "nightjar night drill --server .build/noida-db",
        "nightjar night drill broker-lost --server .build/noida-db --alerts 30",
    ]

    private static let server = Option<String>.text(
        "server", "PROGRAM", "the program noida-db", standard: "noida-db"
    ).with(\.isCommandLineOnly, true)
    private static let nights = Option<Int>.number(
        "nights", "N", "so many nights in a row, one scenario after the other and from the start again", in: 1...366
    ).with(\.isCommandLineOnly, true)
    private static let alerts = Option<Int>.number(
        "alerts", "N", "alerts of a night", in: 20...20_000, standard: 60
    ).with(\.isCommandLineOnly, true)
    private static let workers = Option<Int>.number(
        "workers", "N", "workers", in: 2...16, standard: 2
    ).with(\.isCommandLineOnly, true)
    private static let folder = Option<String>.text("folder", "DIR", "where all is put, and kept").with(
        \.isCommandLineOnly, true)
    private static let json = Flag("json", "prints JSON, a line for each night", key: "json")
    private static let list = Flag("list", "prints the scenarios with their verdicts", isCommandLineOnly: true)

    private let scenarios: [DrillScenario]
    private let settings: DrillStage.Settings
    private let isKept, isJSON, isList: Bool

    init(_ arguments: Arguments) throws {
        isJSON = arguments.isOn(Self.json)
        isList = arguments.isOn(Self.list)
        var chosen = DrillScenario.all
        if let name = arguments.operands.first {
            chosen = chosen.filter { $0.name == name }
            guard !chosen.isEmpty else {
                throw UsageError("there is no such night", mistyped: name, among: DrillScenario.all.map(\.name))
            }
        }
        let playable = chosen.filter { $0.obstacle() == nil }
        for scenario in chosen {
            if let obstacle = scenario.obstacle() { Terminal.info("\(scenario.name) is not played: \(obstacle)") }
        }
        let count = try arguments.value(Self.nights) ?? playable.count
        scenarios = playable.isEmpty ? [] : (0..<count).map { playable[$0 % playable.count] }
        let given = try arguments.value(Self.folder)
        isKept = given != nil
        let folder =
            given ?? FileManager.default.temporaryDirectory.appending(path: "nightjar-drill-\(UUID().uuidString)").path
        settings = try Self.settings(arguments, folder)
    }

    private static func settings(_ arguments: Arguments, _ folder: String) throws -> DrillStage.Settings {
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        var settings = DrillStage.Settings(
            program: own ?? "nightjar", server: try server(arguments.required(server)), folder: folder)
        settings.alerts = try arguments.required(alerts)
        settings.workers = try arguments.required(workers)
        return settings
    }

    /// The program by its path, or by its name in one of the folders of `PATH`.
    private static func server(_ name: String) throws(UsageError) -> String {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
        let paths = name.contains("/") ? [name] : folders
        guard let path = paths.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            throw UsageError("--server \(name): there is no such program; 'make drill' installs noida-db and names it")
        }
        return path
    }

    func run() throws -> ExitStatus {
        guard !isList else {
            for scenario in DrillScenario.all {
                try Terminal.say(
                    "\(scenario.name): \(scenario.summary). Verdict: \(scenario.expected(settings.alerts))")
            }
            return .done
        }
        let results = try DrillRun(settings, scenarios).run { result in
            guard !isJSON else { return try Terminal.put(encoded: result) }
            let verdict = result.isRight ? "right" : "WRONG"
            try Terminal.say(
                "\(result.night)  \(result.scenario.padding(toLength: 18, withPad: " ", startingAt: 0))\(verdict)  "
                    + "\(Int(result.seconds)) s  \(result.memory / 1024) MB  \(result.files) files  \(result.found)")
            for fault in result.faults { try Terminal.say("    \(fault)") }
        }
        let right = results.count(where: \.isRight)
        let isRight = right == scenarios.count && !results.isEmpty
        if !isJSON { try Terminal.say("\(right) of \(scenarios.count) nights have the right verdict") }
        if isRight, !isKept { try? FileManager.default.removeItem(atPath: settings.folder) }
        if !isRight { Terminal.complain("all is kept in \(settings.folder)") }
        return isRight ? .done : .failed
    }
}

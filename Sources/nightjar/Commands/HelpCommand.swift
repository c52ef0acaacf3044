internal import Configuration
internal import Metrics

/// `nightjar help [COMMAND]`
struct HelpCommand: Command {
    static let name = "help"
    static let summary = "prints what the commands do, or all about one"
    static let operands = [Operand("COMMAND", "a command's name", count: .optional), verb]
    static let options: [any DeclaredOption] = [markdown, dashboard]
    static let examples = ["nightjar help run", "nightjar help dead-letters replay"]
    static let isConfigurable = false
    private static let verb = Operand("VERB", "the second word of the name", count: .optional)

    private static let markdown = Flag(
        "markdown", "all commands, as docs/commands.md has them", isCommandLineOnly: true)

    private static let dashboard = Option<String>.choice(
        "dashboard", "the metrics' dashboard for Grafana or Cloud Monitoring, as deploy has it",
        among: [("grafana", GrafanaDashboard.text), ("google", GoogleDashboard.text)]
    ).with(\.isCommandLineOnly, true)

    private let commands: [any Command.Type]?
    private let isPage: Bool
    private let dashboard: String?

    init(_ arguments: Arguments) throws {
        try self.init(
            arguments.operands, isPage: arguments.isOn(Self.markdown), dashboard: try arguments.value(Self.dashboard))
    }

    /// - Parameters:
    ///   - names: A command's name, a group's, or nothing for the overview.
    ///   - isPage: Whether the page of all commands is asked for.
    ///   - dashboard: The dashboard that is asked for.
    /// - Throws: ``UsageError`` where there is no such command.
    init(_ names: [String], isPage: Bool = false, dashboard: String? = nil) throws(UsageError) {
        self.isPage = isPage
        self.dashboard = dashboard
        guard let first = names.first else {
            commands = nil
            return
        }
        let group = Commands.named(first)
        guard !group.isEmpty else {
            throw UsageError("no help on '\(first)'" + Suggestion.text(for: first, among: Commands.groups))
        }
        let named = group.filter { $0.name == names.joined(separator: " ") }
        guard names.count == 1 || !named.isEmpty else {
            throw UsageError(
                "no help on '\(names.joined(separator: " "))'", mistyped: names[1],
                among: Commands.verbs(of: first))
        }
        commands = named.isEmpty ? group : named
    }

    func run() throws -> ExitStatus {
        if isPage {
            try Terminal.put(ArraySlice(CommandsPage.text.utf8))
            return .done
        }
        if let dashboard {
            try Terminal.put(ArraySlice(dashboard.utf8))
            return .done
        }
        guard let commands else { return try Self.printOverview() }
        for (index, command) in commands.enumerated() {
            if index > 0 { try Terminal.say("") }
            for line in Help.lines(of: command) { try Terminal.say(line) }
        }
        return .done
    }

    static func printOverview() throws -> ExitStatus {
        for line in Help.overview { try Terminal.say(line) }
        return .done
    }
}

/// `nightjar --version`
struct VersionCommand: Command {
    static let name = "version"
    static let summary = "prints the version, as 'nightjar --version' does"
    static let examples = ["nightjar version", "nightjar --version"]
    static let isConfigurable = false

    init(_ arguments: Arguments) {}

    func run() throws -> ExitStatus { try Self.printVersion() }

    static func printVersion() throws -> ExitStatus {
        try Terminal.say("nightjar \(Help.version)")
        return .done
    }
}

internal import Synchronization
internal import Configuration
internal import Foundation

/// What the command can do.
enum Commands {
    /// All commands, in the order of the overview. A new one is its type and a line here.
    static let all: [any Command.Type] = [
        RunCommand.self, SimulateCommand.self, DemoCommand.self,
        ObjectCommand.self, AlertCommand.self, ConeCommand.self, ListCommand.self,
        TopicCommand.self,
        LedgerCommand.self, DeadLettersListCommand.self, DeadLettersShowCommand.self, DeadLettersReplayCommand.self,
        NightConductCommand.self, NightStatusCommand.self, NightListCommand.self, NightReportCommand.self,
        NightCheckCommand.self, NightHoldCommand.self, NightReleaseCommand.self, NightDrillCommand.self,
        FilterCheckCommand.self, FilterTryCommand.self, FilterWhyCommand.self, FilterListCommand.self,
        FilterTestCommand.self,
        FilterDiffCommand.self, CatalogueAddCommand.self, CatalogueListCommand.self, CatalogueMatchCommand.self,
        ClassifierListCommand.self, ClassifierCheckCommand.self, ClassifierTryCommand.self,
        CatalogueHostsCommand.self,
        SQLCommand.self, ServeCommand.self, VerifyCommand.self, PruneCommand.self, BackupCommand.self,
        RestoreCommand.self,
        Salt2FitCommand.self, Salt2FluxCommand.self, Salt2RefitCommand.self, Salt2PlotCommand.self,
        AvroCatCommand.self, AvroSchemaCommand.self, AvroCorrectCommand.self,
        KafkaCheckCommand.self, KafkaReadyCommand.self,
        ConsumeCommand.self, StageCommand.self, SetupCommand.self, TeardownCommand.self, BackfillCommand.self,
        ConfigCheckCommand.self, ConfigShowCommand.self,
        HelpCommand.self, CompletionsCommand.self, VersionCommand.self,
    ]

    /// Those whose options have values by the environment and by configuration files, but the one that shows them.
    static let configurable = all.filter { $0.isConfigurable && $0.group != "config" }

    /// Everything that a configuration can say: a key for each option of each command, and for operands.
    static let keys = ConfigurationKeys(
        configurable.flatMap { command in
            command.operands.compactMap { $0.key.map { ConfigurationKey($0, .list) } }
                + command.declarations.compactMap { $0.key(of: command.name) }
        })

    /// The first words of all commands.
    static let groups: [String] = all.reduce(into: []) { if !$0.contains($1.group) { $0.append($1.group) } }

    /// The commands that a first word names: one, or those of a group.
    static func named(_ group: String) -> [any Command.Type] { all.filter { $0.group == group } }

    /// The second words of a group's commands; none where the first word is a command.
    static func verbs(of group: String) -> [String] {
        named(group).map { String($0.name.dropFirst(group.count + 1)) }.filter { !$0.isEmpty }
    }

    /// Runs the command that the arguments name.
    ///
    /// - Throws: ``UsageError`` for arguments that make no sense, and whatever the command throws.
    static func run(_ arguments: [String]) throws -> ExitStatus {
        guard let first = arguments.first else { return try HelpCommand.printOverview() }
        switch first {
        case "--help", "-h": return try help(arguments.dropFirst().filter { $0 != "--help" && $0 != "-h" })
        case "--version": return try VersionCommand.printVersion()
        default: break
        }
        guard groups.contains(first) else { throw unknown(first) }
        // After `--` nothing is an option.
        if arguments.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
            return try help(named(arguments)?.command.name.split(separator: " ").map { String($0) } ?? [first])
        }
        let (command, rest) = try find(arguments)
        let given = try CommandLineArguments(rest, options: command.declarations)
        let environment = command.isConfigurable ? ProcessInfo.processInfo.environment : [:]
        let files = try ConfigurationFile.all(given.values["config"] ?? [], of: command)
        let parsed = try Arguments(command, SettingSources(line: given, environment: environment, files: files))
        let level = command.isConfigurable ? try LogLevel(parsed) : .info
        Terminal.level.withLock { $0 = level }
        let format = command.isConfigurable ? try parsed.value(CommonOptions.logFormat) : nil
        Terminal.format.withLock { $0 = format ?? .text }
        for line in parsed.origins { Terminal.debug(line) }
        return try command.init(parsed).run()
    }

    private static func help(_ names: [String]) throws -> ExitStatus { try HelpCommand(names).run() }

    /// The command that arguments begin with, and the rest of them.
    private static func named(
        _ arguments: [String]
    ) -> (command: any Command.Type, rest: ArraySlice<String>)? {
        for command in all {
            let name = command.name.split(separator: " ").map { String($0) }
            if arguments.starts(with: name) { return (command, arguments.dropFirst(name.count)) }
        }
        return nil
    }

    private static func find(
        _ arguments: [String]
    ) throws(UsageError) -> (command: any Command.Type, rest: ArraySlice<String>) {
        if let found = named(arguments) { return found }
        let group = named(arguments[0])
        let verbs = verbs(of: arguments[0])
        let calls = group.map { "'\(Help.usage($0, hasOptions: false))'" }
        let given = arguments.dropFirst().first { !$0.hasPrefix("-") }
        let unknown = given.map { "unknown command '\(arguments[0]) \($0)'; " } ?? ""
        throw UsageError(
            unknown + "say " + calls.dropLast().joined(separator: ", ") + " or \(calls.last ?? "")",
            mistyped: given, among: verbs)
    }

    static func unknown(_ name: String) -> UsageError {
        UsageError("unknown command '\(name)'" + Suggestion.text(for: name, among: groups))
    }

    /// How help for a call with these arguments is asked for.
    static func helpCall(for arguments: [String]) -> String {
        guard let first = arguments.first, first != "help", groups.contains(first) else { return "nightjar help" }
        return "nightjar help \(first)"
    }
}

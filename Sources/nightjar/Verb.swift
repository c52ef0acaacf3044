internal import Configuration

/// What the command can do, by its first word.
enum Verb {
    typealias Command = @Sendable (_ words: ArraySlice<String>) throws -> Void

    static let all: [String: Command] = [
        "run": RunCommand.run, "simulate": SimulateCommand.run, "avro": AvroCommand.run, "alert": AlertCommand.run,
        "object": ObjectCommand.run,
        "consume": ConsumeCommand.run, "setup": SetupCommand.setUp, "teardown": SetupCommand.tearDown,
        "backfill": BackfillCommand.run, "sql": SQLCommand.run, "stage": StageCommand.run, "topic": TopicCommand.run,
        "cone": ConeCommand.run, "dead-letters": DeadLettersCommand.run, "salt2": Salt2Command.run,
        "config": ConfigCommand.run, "kafka": KafkaCommand.run, "ledger": LedgerCommand.run,
        "help": { try Help.print($0.first) }, "version": { _ in try Terminal.say("nightjar \(Help.version)") },
    ]

    /// The words that begin with a dash, as every command takes them.
    private static let aliases = ["--help": "help", "-h": "help", "--version": "version"]

    static func run(_ words: [String]) throws {
        guard let first = words.first else { throw UsageError("no command is given") }
        let name = aliases[first] ?? first
        guard let command = all[name] else {
            throw UsageError("unknown command '\(first)'" + Suggestion.text(for: first, among: all.keys.sorted()))
        }
        let rest = words.dropFirst()
        // After `--` no word is an option.
        if !rest.prefix(while: { $0 != "--" }).allSatisfy({ $0 != "--help" && $0 != "-h" }) {
            return try Help.print(name)
        }
        try command(rest)
    }

    /// Where the one who gave these words finds what they may be.
    static func hint(_ words: [String]) -> String {
        guard let first = words.first, Help.has(first) else { return "Try 'nightjar help'." }
        return "Try 'nightjar help \(first)'."
    }
}

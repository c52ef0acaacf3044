/// What the command can do, by its first word.
enum Verb {
    static func run(_ words: [String]) throws {
        guard let verb = words.first else { throw UsageError("what shall it do?") }
        let rest = words.dropFirst()
        if rest.contains("--help") { return try Help.print(verb) }
        switch verb {
        case "run": try RunCommand.run(rest)
        case "simulate": try SimulateCommand.run(rest)
        case "avro": try AvroCommand.run(rest)
        case "alert": try AlertCommand.run(rest)
        case "consume": try ConsumeCommand.run(rest)
        case "setup": try SetupCommand.setUp(rest)
        case "teardown": try SetupCommand.tearDown(rest)
        case "backfill": try BackfillCommand.run(rest)
        case "sql": try SQLCommand.run(rest)
        case "stage": try StageCommand.run(rest)
        case "topic": try TopicCommand.run(rest)
        case "cone": try ConeCommand.run(rest)
        case "dead-letters": try DeadLettersCommand.run(rest)
        case "salt2": try Salt2Command.run(rest)
        case "config": try ConfigCommand.run(rest)
        case "kafka": try KafkaCommand.run(rest)
        case "ledger": try LedgerCommand.run(rest)
        case "help", "--help", "-h": try Help.print(rest.first)
        case "version", "--version": try Terminal.say("nightjar \(Help.version)")
        default: throw UsageError("unknown command '\(verb)'")
        }
    }
}

internal import Alerts
internal import Broker
internal import Foundation
internal import KafkaIngest
internal import PubSub
internal import Packets
internal import PubSubIngest
internal import Schemas
internal import Threads

/// `nightjar run SOURCE... --data DIR`
enum RunCommand {
    static func run(_ words: some Sequence<String>) throws {
        let call = try Invocation(
            words,
            withValue: Models.values.union(KafkaOptions.values).union([
                "data", "schemas", "schema-registry", "until-idle",
            ]),
            repeatable: KafkaOptions.repeatable,
            flags: Models.flags.union(KafkaOptions.flags).union(["json", "pure", "quiet"]),
            operandsKey: "sources")
        let folder = try call.required("data", "DIR, the data folder,")
        guard !call.operands.isEmpty else { throw UsageError("no SOURCE is given") }
        let (intakes, follows) = try Self.intakes(call)
        var options = Run.Options(folder: folder, intakes: intakes)
        options.demandsPurity = call.flags.contains("pure")
        let stop = StopSignal()
        let interrupt = Interrupt { stop.set() }
        defer { withExtendedLifetime(interrupt) {} }
        options.schemaOfID = try schemaSource(call, stop: stop)
        options.supernovae = try Models.options(call)
        let isQuiet = call.flags.contains("quiet")
        let display = ProgressDisplay(isQuiet: isQuiet)
        let outcome = try Run(options, stop: stop).run(
            log: { if !isQuiet { Terminal.note($0) } }, watch: { display.show($0) })
        display.finish()
        if call.flags.contains("json") {
            try Terminal.put(report: outcome.report)
        } else {
            for line in ReportText.of(outcome.report, folder) { try Terminal.say(line) }
        }
        for failure in outcome.failures { Terminal.complain("\(failure)") }
        // To one who follows a stream there is no other end.
        if outcome.report.isStopped, !follows {
            Terminal.complain(
                "stopped before the end; all that the report counts is stored, and the same command continues")
        }
        if !outcome.failures.isEmpty { exit(1) }
    }

    /// What is to be read, files first; and whether it is followed, so that it has no end.
    private static func intakes(_ call: Invocation) throws -> (intakes: [any IntakeSource], follows: Bool) {
        let isStream: (String) -> Bool = { $0.hasPrefix("kafka://") || $0.hasPrefix("pubsub://") }
        let streams = call.operands.filter(isStream)
        guard streams.count <= 1 else {
            throw UsageError("one kafka:// or pubsub:// source at a time; a pattern takes several topics")
        }
        let files = FileSources(try call.operands.filter { !isStream($0) }.map { try Source.parse($0) })
        guard let stream = streams.first else { return ([files], false) }
        if stream.hasPrefix("kafka://") {
            let source = try KafkaOptions.source(stream, call)
            return ([files, source], source.follows)
        }
        let source = try subscription(stream, call)
        return ([files, source], source.idle == nil)
    }

    private static func subscription(_ word: String, _ call: Invocation) throws -> PubSubSource {
        guard case .pubSub(let project, let name) = try CloudAddress(word) else {
            throw UsageError("\(word): say pubsub://PROJECT/SUBSCRIPTION")
        }
        var source = PubSubSource(
            client: try PubSubClient(), subscription: SubscriptionName(project: project, subscription: name))
        let idle: Int? = try call.number("until-idle", in: 1...86_400)
        guard idle == nil || !call.flags.contains("follow") else {
            throw UsageError("--follow and --until-idle exclude each other")
        }
        if let idle { source.idle = .seconds(idle) }
        if call.flags.contains("follow") { source.idle = nil }
        return source
    }

    static func schemaSource(
        _ call: Invocation, stop: StopSignal = StopSignal()
    ) throws(UsageError) -> SchemaSource {
        let (folder, registry) = (call.options["schemas"], call.options["schema-registry"])
        guard folder != nil || registry != nil else { return { _ in .unknown } }
        do {
            let schemas = try SchemaRegistry(folder: folder, registry: registry, stop: stop)
            return { schemas.schema($0) }
        } catch { throw UsageError("--schemas: \(error)") }
    }
}

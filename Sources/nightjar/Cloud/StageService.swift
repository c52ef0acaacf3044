internal import Broker
internal import CloudBroker
internal import Foundation
internal import GoogleCloud
internal import Stages
internal import Threads

/// Runs one stage as the command line has it: over a subscription, or for what is pushed to it.
struct StageService {
    let name: CloudNames.StageName
    let call: Invocation
    let client: PubSubClient
    let deadLetters: TopicName

    /// A publisher to a topic that is there.
    func publisher(_ topic: TopicName) throws -> Publisher {
        _ = try client.topic(topic)
        return Publisher(client, to: topic)
    }

    /// Runs it to the end of its stream, where there is one, or until it is asked to stop.
    func run<Work: Stage>(
        fits: SupernovaOptions? = nil, _ stage: @escaping @Sendable () -> Work
    ) throws {
        let letters = DeadLetterStream(StreamOutput(try publisher(deadLetters)), stage: name.rawValue)
        let isPure = call.flags.contains("pure")
        let schemas = try RunCommand.schemaSource(call)
        let supernovae = fits.map { SupernovaStage($0) }
        try pull {
            StageWorker(
                stage(), decoding: PacketDecoding(demandsPurity: isPure, supernovae: supernovae, schemaOfID: schemas),
                deadLetters: letters)
        }
    }

    private func pull<Work: Stage>(_ worker: @escaping @Sendable () -> StageWorker<Work>) throws {
        guard let word = call.options["from"], case .pubSub(let project, let subscription) = try CloudAddress(word)
        else { throw UsageError("--from pubsub://PROJECT/SUBSCRIPTION is missing") }
        let stop = StopSignal()
        let interrupt = Interrupt { stop.set() }
        defer { withExtendedLifetime(interrupt) {} }
        var settings = StagePull.Settings()
        if let workers: Int = try call.number("workers", in: 1...256) { settings.workers = workers }
        if let batch: Int = try call.number("batch", in: 1...1_000) { settings.batchMessages = batch }
        if let seconds: Int = try call.number("until-idle", in: 1...86_400) { settings.idle = .seconds(seconds) }
        let name = SubscriptionName(project: project, subscription: subscription)
        _ = try client.subscription(name)
        var flow = SubscriberSettings()
        flow.outstandingMessages = max(100, settings.workers * settings.batchMessages * 2)
        let isQuiet = call.flags.contains("quiet")
        let counts = try StagePull(Subscriber(client, to: name, flow), settings, stop: stop) { line in
            if !isQuiet { Terminal.note(line) }
        }.run(worker)
        try Terminal.say(
            call.flags.contains("json")
                ? counts.json
                : "\(counts.messages) messages, \(counts.alerts) alerts, \(counts.deadLettered) dead letters")
    }
}

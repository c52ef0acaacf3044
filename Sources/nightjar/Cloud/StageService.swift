internal import Broker
internal import CloudBroker
internal import Foundation
internal import GoogleCloud
internal import HTTP
internal import HTTPServer
internal import Stages
internal import Threads

/// Runs one stage as the command line has it: over a subscription, or for what is pushed to it.
struct StageService {
    let name: CloudNames.StageName
    let call: Invocation
    let client: PubSubClient
    let deadLetters: TopicName
    private let stop = StopSignal()

    init(name: CloudNames.StageName, call: Invocation, client: PubSubClient, deadLetters: TopicName) {
        self.name = name
        self.call = call
        self.client = client
        self.deadLetters = deadLetters
    }

    /// What is told in a line on standard error.
    var note: @Sendable (String) -> Void {
        let isQuiet = call.flags.contains("quiet")
        return { line in if !isQuiet { Terminal.note(line) } }
    }

    /// A publisher to a topic that is there.
    func publisher(_ topic: TopicName) throws -> Publisher {
        _ = try client.topic(topic)
        return Publisher(client, to: topic)
    }

    /// Runs it to the end of its stream, where there is one, or until it is asked to stop.
    ///
    /// - Parameters:
    ///   - fits: How the alerts are fitted, for the stage that takes fits.
    ///   - settling: Takes rows in meanwhile, for a stage that writes tables.
    ///   - stage: Makes a worker's stage.
    /// - Throws: What is wrong with the words, and what a service refused for good.
    func run<Work: Stage>(
        fits: SupernovaOptions? = nil, settling: Settling? = nil, _ stage: @escaping @Sendable () -> Work
    ) throws {
        let letters = DeadLetterStream(StreamOutput(try publisher(deadLetters)), stage: name.rawValue)
        let isPure = call.flags.contains("pure")
        let schemas = try RunCommand.schemaSource(call)
        let supernovae = fits.map { SupernovaStage($0) }
        let worker: @Sendable () -> StageWorker<Work> = {
            StageWorker(
                stage(),
                decoding: PacketDecoding(demandsPurity: isPure, supernovae: supernovae, schemaOfID: schemas),
                deadLetters: letters)
        }
        let interrupt = Interrupt { [stop] in stop.set() }
        defer { withExtendedLifetime(interrupt) {} }
        let ticking = settling.map { Ticking($0, until: stop) }
        let counts: StageCounts
        do {
            counts = try call.options["http"] == nil ? pull(worker) : push(worker)
            stop.set()
            ticking?.join()
        } catch {
            stop.set()
            ticking?.join()
            throw error
        }
        try settling?.settle()
        try Terminal.say(
            call.flags.contains("json")
                ? counts.json
                : "\(counts.messages) messages, \(counts.alerts) alerts, \(counts.deadLettered) dead letters")
    }

    private func pull<Work: Stage>(_ worker: @escaping @Sendable () -> StageWorker<Work>) throws -> StageCounts {
        guard let word = call.options["from"], case .pubSub(let project, let subscription) = try CloudAddress(word)
        else { throw UsageError("--from pubsub://PROJECT/SUBSCRIPTION, or --http :PORT, is missing") }
        var settings = StagePull.Settings()
        settings.workers = try call.number("workers", in: 1...256) ?? settings.workers
        settings.batchMessages = try call.number("batch", in: 1...1_000) ?? settings.batchMessages
        if let seconds: Int = try call.number("until-idle", in: 1...86_400) { settings.idle = .seconds(seconds) }
        let name = SubscriptionName(project: project, subscription: subscription)
        _ = try client.subscription(name)
        var flow = SubscriberSettings()
        flow.outstandingMessages = max(100, settings.workers * settings.batchMessages * 2)
        if let seconds: Int = try call.number("lease", in: 10...600) { flow.ackDeadline = .seconds(seconds) }
        let health = try call.options["health"].map { try server(at: $0, "--health") { _ in Self.notHere } }
        let counts = try StagePull(Subscriber(client, to: name, flow), settings, stop: stop, note: note).run(worker)
        _ = health?.stop(within: .seconds(1))
        return counts
    }

    private func push<Work: Stage>(_ worker: @escaping @Sendable () -> StageWorker<Work>) throws -> StageCounts {
        guard call.options["from"] == nil else { throw UsageError("--from and --http exclude each other") }
        let workers: Int = try call.number("workers", in: 1...256) ?? 16
        let stage = StagePush((0..<workers).map { _ in worker() }, note: note)
        let server = try server(at: call.options["http"] ?? "", "--http") { request in
            request.method == .post ? stage.answer(request.body) : Self.notHere
        }
        note("takes messages on port \(server.port)")
        while !stop.isSet { Thread.sleep(forTimeInterval: 0.1) }
        // Cloud Run gives ten seconds.
        if !server.stop(within: .seconds(9)) { note("some messages were not done; they come again") }
        return stage.counts
    }

    private static let notHere = HTTPResponse(
        status: 404, headers: [], body: Array("POST a Pub/Sub envelope, or GET /healthz or /readyz\n".utf8))

    /// A server at `:PORT` or `HOST:PORT`.
    private func server(
        at word: String, _ option: String, _ answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse
    ) throws -> HTTPServer {
        guard let colon = word.lastIndex(of: ":"), let port = UInt16(word[word.index(after: colon)...]) else {
            throw UsageError("\(option) \(word): say :PORT or HOST:PORT")
        }
        var settings = HTTPServerSettings(port: port)
        if colon > word.startIndex { settings.address = String(word[..<colon]) }
        return try HTTPServer(settings, isReady: { [stop] in !stop.isSet }, handler: answer)
    }
}

/// Settles tables from time to time, in a thread of its own.
private final class Ticking: Sendable {
    private let ended = DispatchSemaphore(value: 0)

    init(_ settling: Settling, until stop: StopSignal) {
        let ended = ended
        Thread.detachNewThread {
            while !stop.isSet {
                settling.settleIfDue()
                Thread.sleep(forTimeInterval: 0.5)
            }
            ended.signal()
        }
    }

    func join() { ended.wait() }
}

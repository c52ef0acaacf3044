internal import Broker
internal import CloudBroker
internal import Foundation
internal import GoogleAuth
internal import PubSub
internal import HTTP
internal import HTTPServer
internal import Pipeline
internal import Threads

/// Runs one stage as the command line has it: over a subscription, or for what is pushed to it.
struct StageService {
    let name: CloudNames.StageName
    let call: Invocation
    /// Where it listens for pushes; `nil` where it pulls.
    let pushOptions: PushOptions?
    let client: PubSubClient
    let deadLetters: TopicName
    let stop: StopSignal

    /// What is told in a line on standard error.
    var note: @Sendable (String) -> Void {
        let isQuiet = call.flags.contains("quiet")
        return { line in if !isQuiet { Terminal.note(line) } }
    }

    /// A publisher to a topic that is there.
    func publisher(_ topic: TopicName) throws -> Publisher {
        _ = try stop.unlessSet { [client] in try client.topic(topic) }
        return Publisher(client, to: topic)
    }

    /// Runs it to the end of its stream, where there is one, or until it is asked to stop.
    ///
    /// - Parameters:
    ///   - fits: How the alerts are fitted, for the stage that takes fits.
    ///   - settling: Takes rows in meanwhile, for a stage that writes tables.
    ///   - stores: Makes a worker's stores.
    /// - Throws: What is wrong with the words, and what a service refused for good.
    func run(
        fits: SupernovaOptions? = nil, settling: StagingMerge? = nil, _ stores: @escaping @Sendable () -> GoogleStores
    ) throws {
        let letters = DeadLetterStream(StreamOutput(try publisher(deadLetters)), stage: name.rawValue)
        let isPure = call.flags.contains("pure")
        let schemas = try RunCommand.schemaSource(call, stop: stop)
        let supernovae = fits.map { SupernovaStage($0) }
        let worker: @Sendable () -> StageWorker<GoogleStores> = {
            StageWorker(
                stores(),
                decoding: AlertPipeline(demandsPurity: isPure, supernovae: supernovae, schemaOfID: schemas),
                deadLetters: letters)
        }
        let ticking = settling.map { PeriodicTask($0) }
        let counts = try pushOptions.map { try push(worker, $0) } ?? pull(worker)
        try ticking.map(end)
        try Self.report(counts, call)
    }

    /// Takes the last rows in; once asked to stop, for a few seconds at most: whoever settles next takes them in.
    private func end(_ ticking: PeriodicTask) throws {
        do throws(GoogleCloudError) {
            let isSettled: Void? = try stop.finishing(within: .seconds(4)) { () throws(GoogleCloudError) in
                try ticking.end()
            }
            if isSettled == nil { note("the last arrivals wait for the next stage that fills these tables") }
        } catch {
            guard stop.isSet, error.mayPass else { throw error }
            note("the last arrivals wait for the next stage that fills these tables: \(error)")
        }
    }

    static func report(_ counts: StageCounts, _ call: Invocation) throws {
        if call.flags.contains("json") { return try Terminal.put(report: counts) }
        let account = "\(counts.messages) messages, \(counts.alerts) alerts, \(counts.deadLettered) dead letters"
        let notes = ReportText.notes(
            pointsLeftOut: counts.pointsLeftOut, unreadable: counts.tallies[.unreadable],
            picturesFailed: counts.picturesFailed)
        for line in [account] + notes { try Terminal.say(line) }
    }

    private func pull(_ worker: @escaping @Sendable () -> StageWorker<GoogleStores>) throws -> StageCounts {
        guard let word = call.options["from"], case .pubSub(let project, let subscription) = try CloudAddress(word)
        else { throw UsageError("--from pubsub://PROJECT/SUBSCRIPTION, or --http :PORT, is missing") }
        var settings = StagePull.Settings()
        settings.workers = try call.number("workers", in: 1...256) ?? settings.workers
        settings.batchMessages = try call.number("batch", in: 1...1_000) ?? settings.batchMessages
        if let seconds: Int = try call.number("until-idle", in: 1...86_400) { settings.idle = .seconds(seconds) }
        let name = SubscriptionName(project: project, subscription: subscription)
        _ = try stop.unlessSet { [client] in try client.subscription(name) }
        var flow = SubscriberSettings()
        flow.outstandingMessages = max(100, settings.workers * settings.batchMessages * 2)
        if let seconds: Int = try call.number("lease", in: 10...600) { flow.ackDeadline = .seconds(seconds) }
        let health = try call.options["health"].map { word in
            try server(
                PushOptions.address(word, "--health"),
                refusal: { _ in HTTPResponse(status: 404, headers: [], body: Array("GET /healthz or /readyz\n".utf8)) },
                { _ in HTTPResponse(status: 404, headers: [], body: []) })
        }
        let counts = try StagePull(Subscriber(client, to: name, flow), settings, stop: stop, note: note).run(worker)
        _ = health?.stop(within: .seconds(1))
        return counts
    }

    private func push(
        _ worker: @escaping @Sendable () -> StageWorker<GoogleStores>, _ options: PushOptions
    ) throws -> StageCounts {
        let workers: Int = try call.number("workers", in: 1...256) ?? 16
        let stage = StagePush((0..<workers).map { _ in worker() }, note: note)
        let gate = PushGate(options.identity, note: note)
        let server = try server(options.address, refusal: gate.refusal) { stage.answer($0.body) }
        note("takes messages on port \(server.port)")
        stop.wait()
        // Cloud Run gives ten seconds.
        if !server.stop(within: .seconds(9)) { note("some messages were not done; they come again") }
        return stage.counts
    }

    private func server(
        _ address: HTTPServerSettings, refusal: @escaping @Sendable (HTTPRequest) -> HTTPResponse?,
        _ answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse
    ) throws -> HTTPServer {
        try HTTPServer(address, isReady: { [stop] in !stop.isSet }, refusal: refusal, handler: answer)
    }
}

/// Settles tables from time to time, in a thread of its own.
private final class PeriodicTask: Sendable {
    private let settling: StagingMerge
    private let stop = StopSignal()
    private let ended = DispatchSemaphore(value: 0)

    init(_ settling: StagingMerge) {
        self.settling = settling
        Thread.detachNewThread { [stop, ended] in
            while !stop.isSet {
                settling.settleIfDue()
                stop.wait(for: .milliseconds(500))
            }
            ended.signal()
        }
    }

    /// Ends the thread, and settles for the last time.
    func end() throws(GoogleCloudError) {
        stop.set()
        ended.wait()
        try settling.settle()
    }
}

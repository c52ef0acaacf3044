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
    let input: StageInput
    let schemas: SchemaSource
    let demandsPurity: Bool
    let filters: StageFilters
    let client: PubSubClient
    let deadLetters: TopicName
    let stop: StopSignal

    /// A publisher to a topic that is there.
    func publisher(_ topic: TopicName) throws -> Publisher {
        _ = try stop.unlessSet { [client] in try client.get(topic) }
        return Publisher(client, to: topic)
    }

    /// Runs it to the end of its stream, where there is one, or until it is asked to stop.
    ///
    /// - Parameters:
    ///   - fits: How the alerts are fitted, for the stage that takes fits.
    ///   - merge: Merges staged rows meanwhile, for a stage that writes tables.
    ///   - stores: Makes a worker's stores.
    /// - Returns: What it processed.
    /// - Throws: What a service refused for good.
    func run(
        fits: SupernovaOptions? = nil, merge: StagingMerge? = nil, _ stores: @escaping @Sendable () -> GoogleStores
    ) throws -> StageCounts {
        let letters = DeadLetterStream(StreamOutput(try publisher(deadLetters)), stage: name.rawValue)
        let supernovae = fits.map { SupernovaStage($0) }
        let worker: @Sendable () -> StageWorker<GoogleStores> = { [schemas, demandsPurity, filters] in
            var decoding = AlertPipeline(
                stages: filters.stages, catalogues: filters.catalogues, filters: filters.library,
                demandsPurity: demandsPurity, supernovae: supernovae, schemaOfID: schemas)
            // What comes was chosen by another stage, which may have other catalogues.
            decoding.fitsAll = supernovae != nil && !demandsPurity
            return StageWorker(stores(), decoding: decoding, deadLetters: letters)
        }
        let ticking = merge.map { PeriodicTask($0) }
        let counts = try input.push.map { try push(worker, $0) } ?? pull(worker)
        try ticking.map(end)
        return counts
    }

    /// Merges the last rows; once asked to stop, for a few seconds at most: the next merge of any stage includes them.
    private func end(_ ticking: PeriodicTask) throws {
        do throws(GoogleCloudError) {
            let isMerged: Void? = try stop.finishing(within: .seconds(4)) { () throws(GoogleCloudError) in
                try ticking.end()
            }
            if isMerged == nil { Terminal.info("the last staged rows are left to the next stage's merge") }
        } catch {
            guard stop.isSet, error.mayPass else { throw error }
            Terminal.info("the last staged rows are left to the next stage's merge: \(error)")
        }
    }

    private func pull(_ worker: @escaping @Sendable () -> StageWorker<GoogleStores>) throws -> StageCounts {
        // The input is one of the two.
        guard let name = input.subscription else { return StageCounts() }
        var settings = StagePull.Settings()
        settings.workers = input.workers ?? settings.workers
        settings.batchMessages = input.batch ?? settings.batchMessages
        settings.idle = input.idle.map { .seconds($0) } ?? settings.idle
        _ = try stop.unlessSet { [client] in try client.get(name) }
        var flow = SubscriberSettings()
        flow.outstandingMessages = max(100, settings.workers * settings.batchMessages * 2)
        if let lease = input.lease { flow.ackDeadline = .seconds(lease) }
        let health = try input.health.map { address in
            try server(
                address,
                refusal: { _ in HTTPResponse(status: 404, headers: [], body: Array("GET /healthz or /readyz\n".utf8)) },
                { _ in HTTPResponse(status: 404, headers: [], body: []) })
        }
        let stage = StagePull(
            Subscriber(client, to: name, flow), settings, stop: stop,
            log: { [self] in Terminal.info($0, ["stage": self.name.rawValue]) })
        let metrics = try input.metrics.map { address in
            try MetricsServer(address, isReady: { [stop] in !stop.isSet }) { StageMetrics.add(stage.progress, to: &$0) }
        }
        let supervision = Supervision(
            stop: stop,
            Supervision.Questions(
                isReady: { stage.progress.rounds > 0 }, beats: { ["pull": stage.progress.rounds] },
                status: { Self.status(stage.progress) }))
        defer { supervision.close() }
        let counts = try stage.run(worker)
        _ = health?.stop(within: .seconds(1))
        metrics?.stop()
        return counts
    }

    private static func status(_ progress: StagePull.Progress) -> String {
        let done = "\(ReportText.grouped(progress.counts.messages)) messages"
        return progress.failing.map { "\(done); a service fails since \(Int($0 / .seconds(1))) s" } ?? done
    }

    private func push(
        _ worker: @escaping @Sendable () -> StageWorker<GoogleStores>, _ options: PushOptions
    ) throws -> StageCounts {
        let stage = StagePush((0..<(input.workers ?? 16)).map { _ in worker() }) { Terminal.info($0) }
        let gate = PushGate(options.identity) { Terminal.info($0) }
        let server = try server(options.address, refusal: gate.refusal) { stage.answer($0.body) }
        let metrics = try input.metrics.map { address in
            try MetricsServer(address, isReady: { [stop] in !stop.isSet }) { StageMetrics.add(stage.counts, to: &$0) }
        }
        Terminal.info("takes messages on port \(server.port)")
        stop.wait()
        metrics?.stop()
        // Cloud Run gives ten seconds, of which the last rows need some.
        if !server.stop(within: .seconds(5)) { Terminal.info("some messages were not done; they come again") }
        return stage.counts
    }

    private func server(
        _ address: HTTPServerSettings, refusal: @escaping @Sendable (HTTPRequest) -> HTTPResponse?,
        _ answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse
    ) throws -> HTTPServer {
        try HTTPServer(address, isReady: { [stop] in !stop.isSet }, refusal: refusal, handler: answer)
    }
}

/// Merges tables periodically, in a thread of its own.
private final class PeriodicTask: Sendable {
    private let merge: StagingMerge
    private let stop = StopSignal()
    private let hasEnded = Monitor(false)

    init(_ merge: StagingMerge) {
        self.merge = merge
        Thread.detachNewThread { [stop, hasEnded] in
            while !stop.isSet {
                merge.runIfDue()
                stop.wait(for: .milliseconds(500))
            }
            hasEnded.change { $0 = true }
        }
    }

    /// Ends the thread, and merges for the last time.
    func end() throws(GoogleCloudError) {
        stop.set()
        hasEnded.wait { $0 ? () : nil }
        try merge.run()
    }
}

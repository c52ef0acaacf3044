internal import Alerts
internal import DataLayout
internal import Foundation
internal import Packets
internal import Pipeline
internal import Threads

/// The processing thread's work: decodes batches and computes their products.
struct BatchProcessor: Sendable {
    /// How often it checks for a stop request, and how often without an event before it abandons an intake that stalls.
    private static let stopCheck = Duration.milliseconds(200)
    private static let stopChecks = 5

    private let options: Run.Options
    private let supernovae: SupernovaStage?
    private let stop: StopSignal
    private let log: @Sendable (String) -> Void

    init(_ options: Run.Options, stop: StopSignal, log: @escaping @Sendable (String) -> Void) throws(BrokerError) {
        self.options = options
        supernovae = try options.supernovae.map { (supernovae) throws(BrokerError) in
            let stored = try StoredAlerts(folder: options.folder)
            return SupernovaStage(supernovae) { stored.contains($0) }
        }
        self.stop = stop
        self.log = log
    }

    /// Starts a thread that processes events until the end, or until the output queue is abandoned.
    func start(
        _ queue: BatchQueue<IntakeEvent>, into output: BatchQueue<PipelineEvent>, _ monitor: RunMonitor
    ) {
        Thread.detachNewThread {
            defer {
                monitor.end(.process)
                output.finish()
            }
            var decoding = AlertPipeline(options, supernovae: supernovae)
            var wait = SchemaWait(stop: stop, monitor: monitor, log: log)
            let put = { (event: PipelineEvent) in monitor.waiting(.process, atMost: nil) { output.put(event) } }
            while let event = next(of: queue, monitor, idle: { refreshFilters(put) }) {
                refreshFilters(put)
                guard Self.process(event, &decoding, &wait, put) else { return queue.abandon() }
            }
        }
    }

    /// Reloads the filters if their folder has changed, after a commit of what the earlier ones have judged.
    private func refreshFilters(_ put: (PipelineEvent) -> Bool) {
        // An output that is abandoned shows at the next event.
        if let filters = options.filters, filters.hasChanged, put(.flush(FlushBarrier())) { filters.reload() }
    }

    /// The next event; `nil` at the end, or once a stop is requested and no event follows: a stalled source is not waited for.
    private func next(
        of queue: BatchQueue<IntakeEvent>, _ monitor: RunMonitor, idle: () -> Void
    ) -> IntakeEvent? {
        var checks = 0
        while true {
            monitor.beat(.process)
            switch queue.next(within: Self.stopCheck) {
            case .value(let value): return value
            case .end: return nil
            case .nothing:
                guard stop.isSet else {
                    idle()
                    continue
                }
                checks += 1
                guard checks < Self.stopChecks else {
                    queue.abandon()
                    return nil
                }
            }
        }
    }

    /// Processes an event and puts the result into the output, which waits while it is full; `false` where the output is
    /// abandoned, or a stop interrupted the decoding.
    private static func process(
        _ event: IntakeEvent, _ decoding: inout AlertPipeline, _ wait: inout SchemaWait,
        _ put: (PipelineEvent) -> Bool
    ) -> Bool {
        switch event {
        case .flush(let barrier): return put(.flush(barrier))
        case .ended(let source): return put(.ended(source))
        case .begin(let intake):
            wait.isStream = intake.isStream
            return put(.begin(intake))
        case .accountedElsewhere(let source, let packets):
            guard let keys = decoding.keys(of: packets, waiting: &wait) else { return false }
            return put(.accountedElsewhere(source, keys))
        case .batch(let batch):
            var done = 0
            repeat {
                guard let next = decoding.decodeFirst(of: batch.packets[done...], waiting: &wait),
                    put(.batch(batch.processed(next, from: done)))
                else { return false }
                done += next.packets.count
            } while done < batch.packets.count
            return true
        }
    }
}

extension AlertPipeline {
    /// Processes packets as a run's options say.
    init(_ options: Run.Options, supernovae: SupernovaStage?) {
        self.init(
            stages: options.stages, catalogues: options.catalogues, filters: options.filters,
            demandsPurity: options.demandsPurity, supernovae: supernovae, schemaOfID: options.schemaOfID)
    }

    /// Decodes the first of some packets; `nil` where a stop interrupted the wait for a schema.
    fileprivate mutating func decodeFirst(
        of packets: ArraySlice<Packet>, waiting wait: inout SchemaWait
    ) -> (packets: [ProcessedPacket], bytes: Int)? {
        wait.decode {
            let next = decodeFirst(of: packets)
            return (next, next.packets.lazy.compactMap(\.unavailableSchema).first)
        }
    }

    fileprivate mutating func keys(
        of packets: [Packet], waiting wait: inout SchemaWait
    ) -> [(key: AlertKey, offset: Int)]? {
        wait.decode {
            do throws(AlertError) { return (try keys(of: packets), nil) } catch { return ([], error) }
        }
    }
}

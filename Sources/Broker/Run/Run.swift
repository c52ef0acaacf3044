package import Alerts
package import Catalogues
package import DataLayout
internal import Foundation
package import Packets
package import Pipeline
package import Threads

/// Looks up the schema of a Confluent frame's number.
package typealias SchemaSource = AlertDecoder.SchemaSource

/// Reads intakes to their end, and processes and stores their packets.
///
/// Three threads pass batches on through queues that are bounded by bytes: one reads, one decodes and runs the stages, and the
/// calling one writes. So a slow disk slows the reader, and memory does not depend on the length of a source.
package struct Run {
    /// A run's intakes, and how their packets are processed.
    package struct Options: Sendable {
        /// Path of the data folder, which is created where it is missing.
        package var folder: String
        /// The intakes, which are read one after the other.
        package var intakes: [any IntakeSource]
        /// The stages that are run on every alert before the filter.
        package var stages = StageList.standard
        /// What the surveys' own filters may ask of the sky.
        package var catalogues: [Catalogue] = []
        /// The filters that judge every alert beside the survey's own; `nil` for none.
        package var filters: FilterLibrary?
        /// Whether the filtered stream gets only alerts that also pass the purity cut.
        package var demandsPurity = false
        /// Looks up the schema of a Confluent frame's number.
        package var schemaOfID: SchemaSource = { _ in .unknown }
        /// How supernova candidates are fitted; `nil` for no fits.
        package var supernovae: SupernovaOptions?

        /// Bytes of the disk that stay free.
        package var reserve = DiskReserve.standard
        /// Whether a full disk is waited for, as by a stream that is followed; else it ends the run.
        package var waitsForRoom = false
        /// Carries out what other processes ask for, between two commits; without it they are refused.
        package var requests: FolderWork?

        /// A run without fits.
        package init(folder: String, intakes: [any IntakeSource]) {
            self.folder = folder
            self.intakes = intakes
        }

        /// A run over files, folders, web addresses or standard input.
        package init(folder: String, sources: [Source]) { self.init(folder: folder, intakes: [FileSources(sources)]) }
    }

    /// The progress of a run.
    package struct Status: Sendable {
        /// The report so far.
        package let report: Report
        /// The source of the last batch.
        package let source: String
        /// Bytes read of this source, as stored there (compressed).
        package let bytesRead: Int64
        /// Length of this source, bytes; `nil` where it is unknown.
        package let bytesTotal: Int64?
    }

    /// How long a run waits at its end for a server that does not answer.
    package static let grace = Duration.seconds(3)
    /// Bounds of the queues, bytes: of packets before decoding, and of memory of decoded ones.
    private static let bytesWaiting = 16 << 20

    private let options: Options
    /// How long the writing thread waits for a batch before it shows that it is alive.
    private static let beat = Duration.seconds(2)
    /// The longest time that a request of another process takes, such as removing nights.
    private static let longestRequest = Duration.seconds(86_400)

    private let stop: StopSignal
    private let monitor: RunMonitor

    /// A run, which opens its intakes in ``run(log:watch:)``.
    ///
    /// - Parameters:
    ///   - options: What is read, and how.
    ///   - stop: Requests a stop.
    ///   - monitor: Shows other threads what the run is doing.
    package init(_ options: Options, stop: StopSignal = StopSignal(), monitor: RunMonitor = RunMonitor()) {
        self.options = options
        self.stop = stop
        self.monitor = monitor
    }

    /// Runs to the end of all intakes.
    ///
    /// - Parameters:
    ///   - log: Logs events of the intakes, a line each.
    ///   - watch: Called after every batch.
    /// - Returns: The report, and the error of each source that could not be read to its end.
    /// - Throws: ``BrokerError`` where nothing more can be written; what was committed before is kept.
    package func run(
        log: @escaping @Sendable (String) -> Void = { _ in }, watch: (Status) -> Void = { _ in }
    ) throws(BrokerError) -> (report: Report, failures: [SourceError]) {
        try run(in: DataFolder(options.folder), log: log, watch: watch)
    }

    /// Runs to the end of all intakes in a folder that this process holds.
    ///
    /// - Parameters:
    ///   - folder: The data folder.
    ///   - log: Logs events of the intakes, a line each.
    /// - Returns: The report, and the error of each source that could not be read to its end.
    /// - Throws: ``BrokerError`` where nothing more can be written; what was committed before is kept.
    package func run(
        in folder: HeldFolder, log: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(BrokerError) -> (report: Report, failures: [SourceError]) {
        try run(in: folder.data, log: log, watch: { _ in })
    }

    private func run(
        in folder: DataFolder, log: @escaping @Sendable (String) -> Void, watch: (Status) -> Void
    ) throws(BrokerError) -> (report: Report, failures: [SourceError]) {
        let began = ContinuousClock.now
        Allocator.keepMemory()
        let context = IntakeContext(folder, stop: stop, monitor: monitor, log: log)
        let intakes = try options.intakes.map { (source) throws(BrokerError) in try source.open(context) }
        let scheduler = try CommitScheduler(folder: folder, stages: options.stages)
        let desk = RequestDesk(options, log: log)
        defer { desk.close() }
        let disk = DiskGuard(options, stop: stop, monitor: monitor, log: log)
        let processor = try BatchProcessor(options, stop: stop, log: log)
        let queue = IntakeQueue(limit: Self.bytesWaiting, monitor: monitor)
        let processed = BatchQueue<PipelineEvent>(limit: Self.bytesWaiting)
        monitor.watch { RunMonitor.Queue(name: "process", bytes: queue.events.bytes, limit: Self.bytesWaiting) }
        monitor.watch { RunMonitor.Queue(name: "write", bytes: processed.bytes, limit: Self.bytesWaiting) }
        defer { monitor.end(scheduler.report) }
        start(reading: intakes, into: queue)
        processor.start(queue.events, into: processed, monitor)
        do throws(BrokerError) {
            try write(processed, to: scheduler, desk, disk) { batch in
                monitor.sawBatch()
                watch(Status(scheduler.report, since: began, batch))
            }
            desk.close()
            try scheduler.finish()
            if let error = queue.failures.broken {
                // Waits that a stop interrupts end with errors.
                guard stop.isSet else { throw error }
                log("\(error)")
            }
        } catch {
            processed.abandon()
            scheduler.rollBack()
            throw error
        }
        if !scheduler.hasGivenUp {
            _ = stop.finishing(within: Self.grace) { for intake in intakes { intake.close() } }
        }
        var report = scheduler.report
        for filter in options.filters?.generation.all ?? [] {
            report.filterSums.include(filter)
            report.filtersOff[filter.streamName] = options.filters?.reasonOff(filter)
        }
        report.isStopped = stop.isSet
        report.seconds = (ContinuousClock.now - began) / .seconds(1)
        return (report, queue.failures.all)
    }

    /// Starts a thread that reads the intakes one after the other. The first that fails ends the reading.
    private func start(reading intakes: [any Intake], into queue: IntakeQueue) {
        let (stop, monitor) = (stop, monitor)
        Thread.detachNewThread {
            defer {
                monitor.end(.read)
                queue.events.finish()
            }
            do throws(BrokerError) {
                for intake in intakes {
                    guard queue.events.put(.begin(intake)) else { return }
                    monitor.begin(intake)
                    try intake.read(into: queue, stop: stop)
                }
            } catch { queue.failures.breakOff(error) }
        }
    }

    /// Writes processed batches until the end.
    private func write(
        _ processed: BatchQueue<PipelineEvent>, to scheduler: CommitScheduler, _ desk: RequestDesk, _ disk: DiskGuard,
        watch: (ProcessedBatch) -> Void
    ) throws(BrokerError) {
        while true {
            monitor.record(scheduler.report)
            let serve = { () throws(BrokerError) in
                try monitor.waiting(.write, atMost: Self.longestRequest) { () throws(BrokerError) in
                    try desk.serve(scheduler)
                }
            }
            try serve()
            try disk.check(committing: { () throws(BrokerError) in try scheduler.flush() }, serving: serve)
            let patience = scheduler.patience
            switch processed.next(within: min(patience ?? Self.beat, Self.beat)) {
            case .end: return
            case .nothing: if let patience, patience <= Self.beat { try scheduler.flush() }
            case .value(.begin(let intake)): try scheduler.begin(intake)
            case .value(.accountedElsewhere(let source, let alerts)): scheduler.remember(alerts, of: source)
            case .value(.ended(let source)): try scheduler.recordEnd(of: source)
            case .value(.flush(let barrier)):
                try scheduler.flush()
                barrier.release()
            case .value(.batch(let next)):
                try scheduler.process(next)
                watch(next)
            }
            if scheduler.isDue { try scheduler.flush() }
        }
    }
}

extension Run.Status {
    fileprivate init(_ report: Report, since began: ContinuousClock.Instant, _ batch: ProcessedBatch) {
        var report = report
        report.seconds = (.now - began) / .seconds(1)
        self.report = report
        source = batch.batch.source.name
        bytesRead = batch.progress.bytesRead
        bytesTotal = batch.progress.total
    }
}

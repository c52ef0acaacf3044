package import Alerts
package import DataLayout
internal import Foundation
package import Packets
package import Pipeline
package import Threads

/// Answers the schema of a Confluent frame's number.
package typealias SchemaSource = AlertDecoder.SchemaSource

/// Takes packets from intakes through every stage, to the intakes' end.
///
/// Three threads hand batches on through queues of a fixed length: one reads, one decodes and judges, and the calling one
/// writes. A slow disk so slows the reader, and memory stays the same however long the source is.
package struct Run {
    /// What a run reads, and what it makes of it.
    package struct Options: Sendable {
        /// Path of the data folder, which is made where it is missing.
        package var folder: String
        /// Read one after the other.
        package var intakes: [any IntakeSource]
        /// What is run on every alert before the filter.
        package var stages = StageList.standard
        /// Whether the filtered stream takes only alerts that also pass the purity cut.
        package var demandsPurity = false
        /// Answers the schema of a Confluent frame's number.
        package var schemaOfID: SchemaSource = { _ in .unknown }
        /// How supernova candidates are fitted; `nil` where they shall not be.
        package var supernovae: SupernovaOptions?

        /// A run without fits.
        package init(folder: String, intakes: [any IntakeSource]) {
            self.folder = folder
            self.intakes = intakes
        }

        /// A run over files, folders, web addresses or standard input.
        package init(folder: String, sources: [Source]) { self.init(folder: folder, intakes: [FileSources(sources)]) }
    }

    /// How far a run has come.
    package struct Status: Sendable {
        /// What became of all that was processed so far.
        package let report: Report
        /// Where the last batch came from.
        package let source: String
        /// Bytes of this source that were read, as they are kept there.
        package let bytesRead: Int64
        /// Of how many, where that is known.
        package let bytesTotal: Int64?
    }

    /// How long it may take to leave a stream whose server does not answer.
    package static let grace = Duration.seconds(3)
    /// Bytes of packets that wait for decoding, and of memory that decoded ones hold while they wait for being written.
    private static let bytesWaiting = 16 << 20

    private let options: Options
    private let stop: StopSignal

    /// Opens nothing yet.
    package init(_ options: Options, stop: StopSignal = StopSignal()) {
        self.options = options
        self.stop = stop
    }

    /// Runs to the end of all intakes.
    ///
    /// - Parameters:
    ///   - log: Logs in a line what happens to the intakes.
    ///   - watch: Called after every batch.
    /// - Returns: The report, and for each source that could not be read to its end the reason.
    /// - Throws: ``BrokerError`` where nothing more can be written; what was committed before is safe.
    package func run(
        log: @escaping @Sendable (String) -> Void = { _ in }, watch: (Status) -> Void = { _ in }
    ) throws(BrokerError) -> (report: Report, failures: [SourceError]) {
        let began = ContinuousClock.now
        let folder = try DataFolder(options.folder)
        let context = IntakeContext(folder, stop: stop, log: log)
        let intakes = try options.intakes.map { (source) throws(BrokerError) in try source.open(context) }
        let scheduler = try CommitScheduler(folder: folder, stages: options.stages)
        let processor = try BatchProcessor(options, stop: stop, log: log)
        let queue = IntakeQueue(limit: Self.bytesWaiting)
        let processed = BatchQueue<PipelineEvent>(limit: Self.bytesWaiting)
        start(reading: intakes, into: queue)
        processor.start(queue.events, into: processed)
        do throws(BrokerError) {
            try Self.write(processed, to: scheduler) { watch(Status(scheduler.report, since: began, $0)) }
            try scheduler.finish()
            if let error = queue.failures.broken {
                // What was asked to stop breaks its waits off with errors.
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
        report.isStopped = stop.isSet
        report.seconds = (ContinuousClock.now - began) / .seconds(1)
        return (report, queue.failures.all)
    }

    /// Reads intake after intake, in a thread of its own. The first that cannot go on ends the reading.
    private func start(reading intakes: [any Intake], into queue: IntakeQueue) {
        let stop = stop
        Thread.detachNewThread {
            defer { queue.events.finish() }
            do throws(BrokerError) {
                for intake in intakes {
                    guard queue.events.put(.begin(intake)) else { return }
                    try intake.read(into: queue, stop: stop)
                }
            } catch { queue.failures.breakOff(error) }
        }
    }

    /// Writes what was processed, to its end.
    private static func write(
        _ processed: BatchQueue<PipelineEvent>, to scheduler: CommitScheduler, watch: (ProcessedBatch) -> Void
    ) throws(BrokerError) {
        while true {
            switch processed.next(within: scheduler.patience) {
            case .end: return
            case .nothing: try scheduler.flush()
            case .value(.begin(let intake)): try scheduler.begin(intake)
            case .value(.accountedElsewhere(let source, let alerts)): scheduler.remember(alerts, of: source)
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

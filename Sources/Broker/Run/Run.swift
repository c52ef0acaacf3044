internal import Alerts
package import Avro
package import Consumer
internal import Foundation
internal import Synchronization

/// Answers the schema of a Confluent frame's number.
package typealias SchemaSource = @Sendable (UInt32) -> AvroSchema?

/// Takes packets from sources through every stage, to the sources' end.
///
/// Three threads hand batches on through queues of a fixed length: one reads, one decodes and judges, and the calling one
/// writes. A slow disk so slows the reader, and memory stays the same however long the source is.
package struct Run {
    package struct Options: Sendable {
        package var folder: String
        package var sources: [Source]
        /// Whether the filtered stream takes only alerts that also pass the purity cut.
        package var demandsPurity = false
        /// Answers the schema of a Confluent frame's number.
        package var schemaOfID: SchemaSource = { _ in nil }
        /// How supernova candidates are fitted; `nil` where they shall not be.
        package var supernovae: SupernovaOptions?

        package init(folder: String, sources: [Source]) {
            self.folder = folder
            self.sources = sources
        }
    }

    /// How far a run has come.
    package struct Status: Sendable {
        package let report: Report
        package let source: String
        /// Bytes of this source that were read, as they are kept there, and of how many, where that is known.
        package let bytesRead: Int64
        package let bytesTotal: Int64?
    }

    /// A batch is closed when it has as many packets or bytes.
    private static let batchPackets = 256
    private static let batchBytes = 16 << 20
    private static let batchesWaiting = 2

    private let options: Options
    private let stop: StopSignal

    package init(_ options: Options, stop: StopSignal = StopSignal()) {
        self.options = options
        self.stop = stop
    }

    /// Runs to the end of all sources.
    ///
    /// - Parameter watch: Called after every batch.
    /// - Returns: The report, and for each source that could not be read to its end the reason.
    /// - Throws: ``BrokerError`` where nothing more can be written; what was committed before is safe.
    package func run(
        watch: (Status) -> Void = { _ in }
    ) throws(BrokerError) -> (report: Report, failures: [ConsumerError]) {
        let began = ContinuousClock.now
        let committer = try Committer(folder: DataFolder(options.folder))
        let read = BatchQueue<ReadBatch>(limit: Self.batchesWaiting)
        let decoded = BatchQueue<(batch: Batch, progress: Consumer.Progress, skipped: Int)>(limit: Self.batchesWaiting)
        let failures = Failures()
        start(reading: read, failures: failures)
        let supernovae = try options.supernovae.map { (options) throws(BrokerError) in
            SupernovaStage(options, stored: try StoredAlerts(folder: self.options.folder))
        }
        start(decoding: read, into: decoded, supernovae: supernovae)
        var report = Report()
        var open = OpenTransaction()
        do throws(BrokerError) {
            taking: while true {
                switch decoded.take(before: open.deadline) {
                case .end: break taking
                case .nothing: break
                case .value(let next):
                    let new = try committer.take(next.batch)
                    open.add(new.bytes)
                    report.add(new)
                    report.skipped += next.skipped
                    report.seconds = (ContinuousClock.now - began) / .seconds(1)
                    watch(
                        Status(
                            report: report, source: next.batch.source.name, bytesRead: next.progress.bytesRead,
                            bytesTotal: next.progress.total))
                }
                guard open.isDue else { continue }
                try committer.settle()
                open = OpenTransaction()
            }
            try committer.settle()
            try committer.finish()
        } catch {
            decoded.abandon()
            throw error
        }
        report.seconds = (ContinuousClock.now - began) / .seconds(1)
        return (report, failures.all)
    }

    private struct ReadBatch: Sendable {
        let source: SourceKey
        let packets: PacketBatch
        let skipped: Int
    }

    /// Reads source after source; one that fails does not keep the next from being read.
    private func start(reading queue: BatchQueue<ReadBatch>, failures: Failures) {
        let (sources, stop) = (options.sources, stop)
        Thread.detachNewThread {
            defer { queue.finish() }
            for source in sources {
                do throws(ConsumerError) {
                    let reader = try PacketReader(source: source)
                    guard Self.read(reader, into: queue, stop: stop, failures: failures) else { return }
                } catch { failures.add(error) }
            }
        }
    }

    /// Hands a source's batches on; `false` once nobody takes them. After a fault the reader goes on behind it, if it can.
    private static func read(
        _ reader: PacketReader, into queue: BatchQueue<ReadBatch>, stop: StopSignal, failures: Failures
    ) -> Bool {
        let key = SourceKey(name: reader.name, fingerprint: reader.fingerprint)
        var skipped = 0
        while !stop.isSet {
            do throws(ConsumerError) {
                guard let batch = try reader.nextBatch(maxPackets: batchPackets, maxBytes: batchBytes) else { break }
                let read = ReadBatch(source: key, packets: batch, skipped: reader.skipped - skipped)
                skipped = reader.skipped
                guard queue.put(read) else { return false }
            } catch { failures.add(error) }
        }
        // What was left alone after the last packet.
        let rest = PacketBatch(packets: [], progress: reader.progress)
        return queue.put(ReadBatch(source: key, packets: rest, skipped: reader.skipped - skipped))
    }

    private func start(
        decoding queue: BatchQueue<ReadBatch>,
        into output: BatchQueue<(batch: Batch, progress: Consumer.Progress, skipped: Int)>, supernovae: SupernovaStage?
    ) {
        let (demandsPurity, schemaOfID) = (options.demandsPurity, options.schemaOfID)
        Thread.detachNewThread {
            var decoding = PacketDecoding(
                demandsPurity: demandsPurity, supernovae: supernovae, schemaOfID: schemaOfID)
            defer { output.finish() }
            while case .value(let next) = queue.take() {
                let packets = decoding.decode(next.packets.packets)
                let batch = Batch(source: next.source, packets: packets)
                guard output.put((batch, next.packets.progress, next.skipped)) else { return queue.abandon() }
            }
        }
    }
}

/// When to commit: often enough that results are there within a quarter of a second, seldom enough that the disk is not
/// waited for at every batch.
private struct OpenTransaction {
    private static let longest: TimeInterval = 0.25
    private static let mostBytes = 64 << 20

    private(set) var deadline: Date?
    private var bytes = 0

    mutating func add(_ bytes: Int) {
        if deadline == nil { deadline = Date(timeIntervalSinceNow: Self.longest) }
        self.bytes += bytes
    }

    var isDue: Bool { bytes >= Self.mostBytes || deadline.map { Date.now >= $0 } == true }
}

/// The sources that could not be read to their end.
private final class Failures: Sendable {
    private let errors = Mutex<[ConsumerError]>([])

    func add(_ error: ConsumerError) { errors.withLock { $0.append(error) } }
    var all: [ConsumerError] { errors.withLock { $0 } }
}

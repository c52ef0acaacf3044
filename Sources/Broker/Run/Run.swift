package import Alerts
internal import Foundation
package import Packets
package import Stages
internal import Synchronization
package import Threads

/// Answers the schema of a Confluent frame's number.
package typealias SchemaSource = AlertDecoder.SchemaSource

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
        package var schemaOfID: SchemaSource = { _ in .unknown }
        /// A survey's stream, read after the other sources.
        package var kafka: KafkaSource?
        /// A subscription that carries one, likewise.
        package var pubSub: PubSubSource?
        /// How supernova candidates are fitted; `nil` where they shall not be.
        package var supernovae: SupernovaOptions?
        /// How long a source that broke off waits to see whether the run is asked to stop, before that counts as a failure.
        /// Ctrl-C goes to all of a pipeline at once, and the end of the pipe may be noticed before the signal.
        package var stopGrace = Duration.seconds(1)

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
    /// How often the thread that decodes looks whether it was asked to stop, and how often in vain before it leaves a source
    /// that stalls.
    private static let look: TimeInterval = 0.2
    private static let looksAtStop = 5
    /// How long it may take to leave a stream whose server does not answer.
    static let grace = Duration.seconds(3)
    /// Bytes of packets that wait for decoding, and of memory that decoded ones hold while they wait for being written.
    private static let bytesWaiting = 16 << 20

    private let options: Options
    private let stop: StopSignal

    package init(_ options: Options, stop: StopSignal = StopSignal()) {
        self.options = options
        self.stop = stop
    }

    /// Runs to the end of all sources.
    ///
    /// - Parameters:
    ///   - note: Told in a line what happens to the stream.
    ///   - watch: Called after every batch.
    /// - Returns: The report, and for each source that could not be read to its end the reason.
    /// - Throws: ``BrokerError`` where nothing more can be written; what was committed before is safe.
    package func run(
        note: @escaping @Sendable (String) -> Void = { _ in }, watch: (Status) -> Void = { _ in }
    ) throws(BrokerError) -> (report: Report, failures: [SourceError]) {
        let began = ContinuousClock.now
        let folder = try DataFolder(options.folder)
        let kafka = try options.kafka.map { (source) throws(BrokerError) in
            try KafkaIntake(source, folder: folder, stop: stop, note: note)
        }
        let pubSub = try options.pubSub.map { (source) throws(BrokerError) in
            try PubSubIntake(source, folder: folder, stop: stop)
        }
        let isStream = kafka != nil || pubSub != nil
        let writer = try TransactionWriter(folder: folder, kafka: kafka, isStream: isStream, stop: stop)
        let read = BatchQueue<Reading>(limit: Self.bytesWaiting)
        let decoded = BatchQueue<Decoded>(limit: Self.bytesWaiting)
        let failures = Failures()
        start(reading: read, failures: failures, note: note) { () throws(BrokerError) in
            try kafka?.read(into: read, stop: stop)
            try pubSub?.read(into: read, stop: stop)
        }
        let supernovae = try options.supernovae.map { (options) throws(BrokerError) in
            let stored = try StoredAlerts(folder: self.options.folder)
            return SupernovaStage(options) { stored.contains($0) }
        }
        start(decoding: read, into: decoded, supernovae: supernovae, note: note)
        do throws(BrokerError) {
            taking: while true {
                switch decoded.take(before: writer.deadline) {
                case .end: break taking
                case .nothing: try writer.settle()
                case .value(.known(let source, let alerts)): writer.know(alerts, of: source)
                case .value(.settle(let settlement)):
                    try writer.settle()
                    settlement.done()
                case .value(.batch(let next)):
                    try writer.take(next)
                    var report = writer.report
                    report.seconds = (ContinuousClock.now - began) / .seconds(1)
                    watch(
                        Status(
                            report: report, source: next.batch.source.name,
                            bytesRead: next.progress.bytesRead, bytesTotal: next.progress.total))
                }
                if writer.isDue { try writer.settle() }
            }
            try writer.finish()
            if let error = failures.broken {
                // What was asked to stop breaks its waits off with errors.
                guard stop.isSet else { throw error }
                note("\(error)")
            }
        } catch {
            decoded.abandon()
            kafka?.publisher?.abort()
            throw error
        }
        if writer.hasGivenUp {
            note("stopped while the group could not be reached; the same command makes it good")
        } else {
            _ = stop.finishing(within: Self.grace) {
                kafka?.close()
                pubSub?.close()
            }
        }
        var report = writer.report
        report.isStopped = stop.isSet
        report.seconds = (ContinuousClock.now - began) / .seconds(1)
        return (report, failures.all)
    }

    /// Reads source after source; one that fails does not keep the next from being read.
    private func start(
        reading queue: BatchQueue<Reading>, failures: Failures, note: @escaping @Sendable (String) -> Void,
        stream: @escaping @Sendable () throws(BrokerError) -> Void
    ) {
        let (sources, stop, grace) = (options.sources, stop, options.stopGrace)
        Thread.detachNewThread {
            defer { queue.finish() }
            for source in sources {
                // What ends together with its writer is asked to stop, not broken.
                let isFailure = { source.isFed ? !stop.wait(for: grace) : true }
                do throws(SourceError) {
                    let reader = try PacketReader(source: source, isStopped: { stop.isSet }, note: note)
                    guard
                        Self.read(reader, into: queue, stop: stop, fail: { if isFailure() { failures.add($0) } })
                    else { return }
                } catch { if isFailure() { failures.add(error) } }
            }
            do throws(BrokerError) { try stream() } catch { failures.breakOff(error) }
        }
    }

    /// Hands a source's batches on; `false` once nobody takes them. After a fault the reader goes on behind it, if it can.
    private static func read(
        _ reader: PacketReader, into queue: BatchQueue<Reading>, stop: StopSignal, fail: (SourceError) -> Void
    ) -> Bool {
        let key = SourceKey(name: reader.name, fingerprint: reader.fingerprint)
        var skipped = 0
        while !stop.isSet {
            do throws(SourceError) {
                guard let batch = try reader.nextBatch(maxPackets: batchPackets, maxBytes: batchBytes) else { break }
                let read = ReadBatch(
                    source: key, packets: batch.packets, progress: batch.progress, skipped: reader.skipped - skipped)
                skipped = reader.skipped
                guard queue.put(.batch(read)) else { return false }
            } catch {
                guard error.code != .stopped else { break }
                fail(error)
            }
        }
        // What was left alone after the last packet.
        return queue.put(
            .batch(
                ReadBatch(source: key, packets: [], progress: reader.progress, skipped: reader.skipped - skipped)))
    }

    /// The next that was read; `nil` at the end, or once the run is to stop and nothing more comes: a source that stalls is
    /// not waited for.
    private static func next(of queue: BatchQueue<Reading>, stop: StopSignal) -> Reading? {
        var looks = 0
        while true {
            switch queue.take(before: Date(timeIntervalSinceNow: look)) {
            case .value(let value): return value
            case .end: return nil
            case .nothing:
                guard stop.isSet else { continue }
                looks += 1
                guard looks < looksAtStop else {
                    queue.abandon()
                    return nil
                }
            }
        }
    }

    private func start(
        decoding queue: BatchQueue<Reading>, into output: BatchQueue<Decoded>, supernovae: SupernovaStage?,
        note: @escaping @Sendable (String) -> Void
    ) {
        let (demandsPurity, schemaOfID, stop) = (options.demandsPurity, options.schemaOfID, stop)
        Thread.detachNewThread {
            var decoding = PacketDecoding(
                demandsPurity: demandsPurity, supernovae: supernovae, schemaOfID: schemaOfID)
            var wait = SchemaWait(stop: stop, note: note)
            defer { output.finish() }
            while let next = Self.next(of: queue, stop: stop) {
                var isTaken = true
                switch next {
                case .settle(let settlement): isTaken = output.put(.settle(settlement))
                case .known(let source, let packets):
                    guard let keys = decoding.keys(of: packets, waiting: &wait) else { return queue.abandon() }
                    isTaken = output.put(.known(source, keys))
                case .batch(let read):
                    var done = 0
                    repeat {
                        guard let next = decoding.decodeFirst(of: read, from: done, waiting: &wait)
                        else { return queue.abandon() }
                        isTaken = output.put(.batch(read.decoded(next, from: done)))
                        done += next.packets.count
                    } while isTaken && done < read.packets.count
                }
                guard isTaken else { return queue.abandon() }
            }
        }
    }
}

extension PacketDecoding {
    /// The first packets of a batch from `start` on; `nil` where the run was stopped before they could be decoded.
    fileprivate mutating func decodeFirst(
        of read: ReadBatch, from start: Int, waiting wait: inout SchemaWait
    ) -> (packets: [DecodedPacket], bytes: Int)? {
        wait.decode(isStream: read.claim != nil || read.acknowledge != nil) {
            let next = decodeFirst(of: read.packets[start...])
            return (next, next.packets.lazy.compactMap(\.unavailableSchema).first)
        }
    }

    fileprivate mutating func keys(
        of packets: [Packet], waiting wait: inout SchemaWait
    ) -> [(key: AlertKey, offset: Int)]? {
        wait.decode(isStream: true) {
            do throws(AlertError) { return (try keys(of: packets), nil) } catch { return ([], error) }
        }
    }
}

/// The sources that could not be read to their end.
private final class Failures: Sendable {
    private let errors = Mutex<[SourceError]>([])
    private let end = Mutex<BrokerError?>(nil)

    func add(_ error: SourceError) { errors.withLock { $0.append(error) } }
    var all: [SourceError] { errors.withLock { $0 } }

    /// The stream is broken off: what was read before is made durable, and then the run fails.
    func breakOff(_ error: BrokerError) { end.withLock { $0 = error } }
    var broken: BrokerError? { end.withLock { $0 } }
}

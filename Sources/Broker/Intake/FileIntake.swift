internal import DataLayout
internal import Foundation
package import Packets
internal import Threads

/// Files, folders, tarballs, web addresses and standard input, read one after the other.
package struct FileSources: IntakeSource {
    /// The sources in the order in which they are read.
    package var sources: [Source]
    /// How long a source that was cut off waits for a stop request before it counts as failed. Ctrl-C signals all processes of
    /// a pipeline, and the end of the pipe may be noticed before the signal.
    package var stopGrace = Duration.seconds(1)

    /// Sources with a ``stopGrace`` of one second.
    package init(_ sources: [Source]) { self.sources = sources }

    /// Makes the intake; each source is opened when it is read.
    package func open(_ context: IntakeContext) -> any Intake { FileIntake(self, log: context.log) }
}

/// Reads sources to their end, one after the other; after a failure the next one is read.
struct FileIntake: Intake {
    /// Packets and bytes of a batch at most.
    private static let batchPackets = 256
    private static let batchBytes = 16 << 20

    /// The longest time that a batch of a file takes: the names of a large folder are read first, and disks may be slow.
    private let longestRead = Duration.seconds(600)
    private let sources: [Source]
    private let stopGrace: Duration
    private let log: @Sendable (String) -> Void

    init(_ sources: FileSources, log: @escaping @Sendable (String) -> Void) {
        self.sources = sources.sources
        stopGrace = sources.stopGrace
        self.log = log
    }

    func read(into queue: IntakeQueue, stop: StopSignal) {
        for source in sources {
            // A pipe or download may end because of the signal that stops the run.
            let isStopped = { source.isFed && stop.wait(for: stopGrace) }
            do throws(SourceError) {
                let patience = source.isFed ? nil : longestRead
                let reader = try queue.waiting(atMost: patience) { () throws(SourceError) in
                    try PacketReader(source: source, isStopped: { stop.isSet }, log: log)
                }
                guard Self.read(reader, patience, into: queue, stop: stop, isStopped: isStopped) else { return }
            } catch {
                if !isStopped() { queue.report(error) }
            }
        }
    }

    /// Queues a source's batches. After an error the reader continues after it, if it can.
    ///
    /// - Parameters:
    ///   - reader: The source's packets.
    ///   - patience: The longest time that a batch may take; `nil` for a source that another program feeds.
    ///   - queue: The queue.
    ///   - stop: Requests a stop.
    ///   - isStopped: Whether a source that was cut off was cut by the run's stop.
    /// - Returns: `false` once the queue is closed.
    private static func read(
        _ reader: PacketReader, _ patience: Duration?, into queue: IntakeQueue, stop: StopSignal, isStopped: () -> Bool
    ) -> Bool {
        let key = SourceKey(name: reader.name, fingerprint: reader.fingerprint)
        var (skipped, isWhole) = (0, true)
        while !stop.isSet {
            do throws(SourceError) {
                let next = try queue.waiting(atMost: patience) { () throws(SourceError) in
                    try reader.nextBatch(maxPackets: batchPackets, maxBytes: batchBytes)
                }
                guard var batch = next else { break }
                // The packet is incomplete: the next run reads it whole.
                if batch.packets.last?.mayBeCut == true, isStopped() {
                    batch = batch.withoutLast
                    isWhole = false
                }
                let filled = IntakeBatch(
                    source: key, packets: batch.packets, progress: batch.progress, skipped: reader.skipped - skipped)
                skipped = reader.skipped
                guard queue.put(filled) else { return false }
            } catch {
                isWhole = false
                guard error.code != .stopped else { break }
                if !isStopped() { queue.report(error) }
            }
        }
        // Files that were skipped after the last packet.
        let rest = IntakeBatch(
            source: key, packets: [], progress: reader.progress, skipped: reader.skipped - skipped)
        return queue.put(rest) && (!isWhole || stop.isSet || queue.put(endOf: key))
    }
}

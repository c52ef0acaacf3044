internal import DataLayout
internal import Foundation
package import Packets
internal import Threads

/// Files, folders, tarballs, web addresses and standard input, read one after the other.
package struct FileSources: IntakeSource {
    /// What to read, in this order.
    package var sources: [Source]
    /// How long a source that broke off waits to see whether the run is asked to stop, before that counts as a failure.
    /// Ctrl-C goes to all of a pipeline at once, and the end of the pipe may be noticed before the signal.
    package var stopGrace = Duration.seconds(1)

    /// Sources that wait a second whether the run is asked to stop.
    package init(_ sources: [Source]) { self.sources = sources }

    /// Opens nothing yet: a source is opened when its turn comes.
    package func open(_ context: IntakeContext) -> any Intake { FileIntake(self, log: context.log) }
}

/// Reads sources to their end; one that fails does not keep the next from being read.
struct FileIntake: Intake {
    /// A batch is closed when it has as many packets or bytes.
    private static let batchPackets = 256
    private static let batchBytes = 16 << 20

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
            // What ends together with its writer is asked to stop, not broken.
            let isStopped = { source.isFed && stop.wait(for: stopGrace) }
            do throws(SourceError) {
                let reader = try PacketReader(source: source, isStopped: { stop.isSet }, log: log)
                guard Self.read(reader, into: queue, stop: stop, brokeOff: isStopped) else { return }
            } catch {
                if !isStopped() { queue.report(error) }
            }
        }
    }

    /// Hands a source's batches on. After a fault the reader goes on behind it, if it can.
    ///
    /// - Parameters:
    ///   - reader: The source's packets.
    ///   - queue: Where they go.
    ///   - stop: Ends the reading.
    ///   - brokeOff: Asked where the source broke off: whether that came of the run's stop.
    /// - Returns: `false` once nobody wants them.
    private static func read(
        _ reader: PacketReader, into queue: IntakeQueue, stop: StopSignal, brokeOff: () -> Bool
    ) -> Bool {
        let key = SourceKey(name: reader.name, fingerprint: reader.fingerprint)
        var skipped = 0
        while !stop.isSet {
            do throws(SourceError) {
                guard var batch = try reader.nextBatch(maxPackets: batchPackets, maxBytes: batchBytes) else { break }
                // Its whole is still to come: the next run reads it.
                if batch.packets.last?.mayBeCut == true, brokeOff() { batch = batch.withoutLast }
                let next = IntakeBatch(
                    source: key, packets: batch.packets, progress: batch.progress, skipped: reader.skipped - skipped)
                skipped = reader.skipped
                guard queue.put(next) else { return false }
            } catch {
                guard error.code != .stopped else { break }
                if !brokeOff() { queue.report(error) }
            }
        }
        // What was left alone after the last packet.
        return queue.put(
            IntakeBatch(source: key, packets: [], progress: reader.progress, skipped: reader.skipped - skipped))
    }
}

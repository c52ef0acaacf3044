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
            let report = { (error: SourceError) in
                // What ends together with its writer is asked to stop, not broken.
                if source.isFed, stop.wait(for: stopGrace) { return }
                queue.report(error)
            }
            do throws(SourceError) {
                let reader = try PacketReader(source: source, isStopped: { stop.isSet }, note: log)
                guard Self.read(reader, into: queue, stop: stop, report: report) else { return }
            } catch { report(error) }
        }
    }

    /// Hands a source's batches on; `false` once nobody wants them. After a fault the reader goes on behind it, if it can.
    private static func read(
        _ reader: PacketReader, into queue: IntakeQueue, stop: StopSignal, report: (SourceError) -> Void
    ) -> Bool {
        let key = SourceKey(name: reader.name, fingerprint: reader.fingerprint)
        var skipped = 0
        while !stop.isSet {
            do throws(SourceError) {
                guard let batch = try reader.nextBatch(maxPackets: batchPackets, maxBytes: batchBytes) else { break }
                let next = IntakeBatch(
                    source: key, packets: batch.packets, progress: batch.progress, skipped: reader.skipped - skipped)
                skipped = reader.skipped
                guard queue.put(next) else { return false }
            } catch {
                guard error.code != .stopped else { break }
                report(error)
            }
        }
        // What was left alone after the last packet.
        return queue.put(
            IntakeBatch(source: key, packets: [], progress: reader.progress, skipped: reader.skipped - skipped))
    }
}

package import DataLayout
package import Packets
internal import Synchronization

/// The way from an intake to the pipeline, bounded by bytes.
///
/// Its calls wait for room, and answer `false` once nobody processes what is put in: then the intake returns.
package struct IntakeQueue: Sendable {
    let events: BatchQueue<IntakeEvent>
    let failures = IntakeFailures()

    init(limit: Int) { events = BatchQueue(limit: limit) }

    /// Hands a batch on.
    package func put(_ batch: IntakeBatch) -> Bool { events.put(.batch(batch)) }

    /// Says that another worker has accounted for these packets: their alerts are duplicates when they come again.
    package func put(accountedElsewhere packets: [Packet], of source: SourceKey) -> Bool {
        events.put(.accountedElsewhere(source, packets))
    }

    /// Waits until all that was put in before is durable, or rolled back.
    package func flush() -> Bool {
        guard let isDone = putBarrier() else { return false }
        isDone.wait()
        return true
    }

    /// The barrier itself is the queue's alone, so that it ends the wait also where it is dropped.
    private func putBarrier() -> FlushBarrier.Signal? {
        let barrier = FlushBarrier()
        let signal = barrier.signal
        return events.put(.flush(barrier)) ? signal : nil
    }

    /// Reports that a source could not be read to its end; the run goes on with the next.
    package func report(_ error: SourceError) { failures.add(error) }
}

/// Why intakes could not be read to their end.
final class IntakeFailures: Sendable {
    private let errors = Mutex<[SourceError]>([])
    private let end = Mutex<BrokerError?>(nil)

    func add(_ error: SourceError) { errors.withLock { $0.append(error) } }
    var all: [SourceError] { errors.withLock { $0 } }

    /// Reading has ended with this: what was read before is made durable, and then the run fails.
    func breakOff(_ error: BrokerError) { end.withLock { $0 = error } }
    var broken: BrokerError? { end.withLock { $0 } }
}

package import DataLayout
package import Packets
internal import Synchronization

/// The queue between an intake and the pipeline, bounded by bytes.
///
/// Its calls wait while it is full, and return `false` once it is closed: then the intake returns.
package struct IntakeQueue: Sendable {
    let events: BatchQueue<IntakeEvent>
    let failures = IntakeFailures()

    private let monitor: RunMonitor

    init(limit: Int, monitor: RunMonitor = RunMonitor()) {
        events = BatchQueue(limit: limit)
        self.monitor = monitor
    }

    /// Shows that the intake is alive; called in each round of its loop, at least every few seconds.
    package func beat() { monitor.beat(.read) }

    /// Puts a batch into the queue; `false` once it is closed.
    package func put(_ batch: IntakeBatch) -> Bool {
        put(.batch(batch))
    }

    /// Reports packets that another worker has accounted for: their alerts are duplicates when they are read again.
    package func put(accountedElsewhere packets: [Packet], of source: SourceKey) -> Bool {
        put(.accountedElsewhere(source, packets))
    }

    /// Reports that a source was read to its end, in all of its partitions; until then the ledger marks it as not read whole.
    package func put(endOf source: SourceKey) -> Bool { events.put(.ended(source)) }

    /// Waits until all earlier batches are committed or rolled back; `false` once the queue is closed.
    package func flush() -> Bool {
        guard let isDone = putBarrier() else { return false }
        monitor.waiting(.read, atMost: nil) { isDone.wait() }
        return true
    }

    /// The queue has the only reference to the barrier, so that a dropped barrier ends the wait too.
    private func putBarrier() -> FlushBarrier.Signal? {
        let barrier = FlushBarrier()
        let signal = barrier.signal
        return put(.flush(barrier)) ? signal : nil
    }

    /// A full queue is another thread's slowness.
    private func put(_ event: IntakeEvent) -> Bool { monitor.waiting(.read, atMost: nil) { events.put(event) } }

    /// Reads from a source, which may take so long; the intake counts as alive meanwhile. `nil` has no end.
    ///
    /// - Throws: What the work threw.
    package func waiting<Result, Failure: Error>(
        atMost longest: Duration?, _ work: () throws(Failure) -> Result
    ) throws(Failure) -> Result { try monitor.waiting(.read, atMost: longest, work) }

    /// Reports a source that could not be read to its end; the run continues with the next.
    package func report(_ error: SourceError) { failures.add(error) }
}

/// The errors of intakes that could not be read to their end.
final class IntakeFailures: Sendable {
    private let errors = Mutex<[SourceError]>([])
    private let end = Mutex<BrokerError?>(nil)

    func add(_ error: SourceError) { errors.withLock { $0.append(error) } }
    var all: [SourceError] { errors.withLock { $0 } }

    /// Records the error that ended the reading: what was read before is committed, and then the run fails.
    func breakOff(_ error: BrokerError) { end.withLock { $0 = error } }
    var broken: BrokerError? { end.withLock { $0 } }
}

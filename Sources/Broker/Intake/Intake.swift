package import DataLayout
package import Threads

/// Reads a run's packets from files, a Kafka topic or a Pub/Sub subscription.
///
/// A run reads its intakes one after the other. `read` runs on the reading thread; the other methods are called on the writing
/// thread, before and after each commit. A transaction holds batches of one intake only, so an intake that also commits to its
/// service has one decision for all of them. A new intake is a conforming type in a target of its own; nothing else changes.
package protocol Intake: Sendable {
    /// Whether it is a stream: live packets are committed at once, and packets wait for a missing schema without a limit.
    var isStream: Bool { get }

    /// Whether its sources have an end, which it reports to the queue.
    var hasEnd: Bool { get }

    /// Reads to the end, or until a stop is requested.
    ///
    /// - Parameters:
    ///   - queue: Receives the batches. It is bounded: a slow disk slows the reading.
    ///   - stop: Requests a stop.
    /// - Throws: ``BrokerError`` where reading cannot continue. What was read before is committed, and then the run fails.
    func read(into queue: IntakeQueue, stop: StopSignal) throws(BrokerError)

    /// The partitions of a stream that it reads now. Any thread may ask.
    var partitions: [RunMonitor.Partition] { get }

    /// Called when the data of the open transaction are on the disk, just before it is committed.
    ///
    /// - Returns: Whether it is committed.
    /// - Throws: ``BrokerError``, which rolls the transaction back and ends the run.
    func willCommit() throws(BrokerError) -> CommitDecision

    /// Called after the commit: the intake may acknowledge its packets.
    func didCommit()

    /// Called when the open transaction was rolled back: its packets are read again, by this run or the next.
    func rollBack()

    /// Disconnects from the service, after the last commit.
    func close()
}

/// An intake's decision on a transaction that is about to be committed.
package enum CommitDecision: Sendable {
    case commit
    /// The service refuses: the transaction is rolled back, and the intake reads its packets again.
    case rollBack
    /// A stop is requested and the service does not answer: the transaction is rolled back, and nothing more is written.
    case giveUp
}

/// The description of an intake, before there is a data folder.
package protocol IntakeSource: Sendable {
    /// Makes the intake; nothing is read yet.
    ///
    /// - Throws: ``BrokerError`` where the source is known not to be readable.
    func open(_ context: IntakeContext) throws(BrokerError) -> any Intake
}

/// Defaults for a source without acknowledgements, such as a file.
extension Intake {
    /// `false`: the source has an end.
    package var isStream: Bool { false }
    /// Whether it is no stream.
    package var hasEnd: Bool { !isStream }
    /// None.
    package var partitions: [RunMonitor.Partition] { [] }
    /// Always commits.
    package func willCommit() throws(BrokerError) -> CommitDecision { .commit }
    /// Does nothing: there are no acknowledgements.
    package func didCommit() {}
    /// Does nothing: the next run reads the source again.
    package func rollBack() {}
    /// Does nothing.
    package func close() {}
}

package import DataLayout
package import Threads

/// Where a run's packets come from: files, a Kafka topic, a Pub/Sub subscription.
///
/// A run reads its intakes one after the other. `read` runs on the reading thread; all else is called on the writing thread,
/// around the commit of what was read. A transaction holds batches of one intake only, so an intake that commits at its
/// service too has one answer for all of them. Conform here, in a target of its own, and nothing else changes.
package protocol Intake: Sendable {
    /// Whether it is a stream: what is live in it is made durable at once, and its packets wait for a missing schema for as
    /// long as it takes.
    var isStream: Bool { get }

    /// Reads to the end, or until it is asked to stop.
    ///
    /// - Parameters:
    ///   - queue: Where the batches go. It is bounded: a slow disk slows the reading.
    ///   - stop: Asks to stop.
    /// - Throws: ``BrokerError`` where it cannot go on. What was read before is made durable, and then the run fails.
    func read(into queue: IntakeQueue, stop: StopSignal) throws(BrokerError)

    /// Called when the open transaction is on the disk, and only its commit is missing.
    ///
    /// - Throws: ``BrokerError``, which ends the run; nothing of the transaction counts then.
    func willCommit() throws(BrokerError) -> CommitDecision

    /// Called when the transaction is committed: what it holds can be acknowledged.
    func didCommit()

    /// Called when nothing of the open transaction counts: what it holds is to be read again, by this run or the next.
    func rollBack()

    /// Leaves the service, after the last commit.
    func close()
}

/// What an intake's service says of a transaction that is about to be committed.
package enum CommitDecision: Sendable {
    case commit
    /// The service refuses; nothing of the transaction counts, and the intake reads it again.
    case rollBack
    /// The run is to stop, and the service does not answer: nothing of it counts, and nothing more is written.
    case giveUp
}

/// What a run reads, as it is named before there is a data folder to read it into.
package protocol IntakeSource: Sendable {
    /// Opens it; nothing is read yet.
    ///
    /// - Throws: ``BrokerError`` where it can be seen already that it cannot be read.
    func open(_ context: IntakeContext) throws(BrokerError) -> any Intake
}

/// What suits a source that keeps no account of its own, such as a file.
extension Intake {
    /// It has an end.
    package var isStream: Bool { false }
    /// Nobody has to agree.
    package func willCommit() throws(BrokerError) -> CommitDecision { .commit }
    /// Nothing is to be acknowledged.
    package func didCommit() {}
    /// The next run reads it again.
    package func rollBack() {}
    /// Nothing is to be left.
    package func close() {}
}

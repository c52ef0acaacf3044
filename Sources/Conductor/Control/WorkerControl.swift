/// Starts, watches and stops what processes a night's alerts.
///
/// Each call is idempotent: starting what runs changes nothing, and neither does stopping what is stopped. A call that fails may
/// be made again, and goes on where it was.
package protocol WorkerControl: Sendable {
    /// What is there now: one entry a worker, in an order that stays.
    func workers() throws -> [WorkerStatus]
    /// Starts what is not running.
    ///
    /// - Parameter topic: The night's, where it has one of its own.
    /// - Throws: What an operator is told, with the next step.
    func start(topic: String?) throws
    /// Asks all to finish what they have and end; ``workers()`` tells when they have.
    ///
    /// What can stop only after others, such as a stage that still has messages of a consumer, is refused with what it waits for,
    /// and stopped by a later call.
    func stop() throws
    /// Ends one that hangs, and starts it again.
    ///
    /// - Parameter worker: Its ``WorkerStatus/name``.
    /// - Throws: What an operator is told, with the next step.
    func replace(_ worker: String) throws
}

/// Starts, watches and stops what processes a night's alerts.
///
/// Each call is idempotent: starting what runs changes nothing.
package protocol WorkerControl: Sendable {
    /// What is there now: one entry a worker.
    func workers() throws -> [WorkerStatus]
    /// Starts what is not running.
    ///
    /// - Parameter topic: The night's topic, or a pattern of several nights'; `nil` where one topic has every night.
    func start(topic: String?) throws
    /// Asks all to finish what they have and end; ``workers()`` says when they have.
    func stop() throws
    /// Ends one that hangs, and starts it again.
    func replace(_ worker: String) throws
}

/// A worker, as it was found.
package struct WorkerStatus: Codable, Hashable, Sendable {
    /// What it does.
    package enum State: String, Codable, Sendable {
        case stopped, starting, running, stopping, failed
    }

    /// Its name: `worker-1`.
    package let name: String
    /// What it does.
    package let state: State
    /// More about it, in a few words; empty where there is nothing to say.
    package let detail: String
    /// A counter that moves at least every 5 s while the worker is alive; `nil` where it cannot be read.
    package let heartbeat: Int?

    /// A worker.
    package init(name: String, state: State, detail: String = "", heartbeat: Int? = nil) {
        self.name = name
        self.state = state
        self.detail = detail
        self.heartbeat = heartbeat
    }

    /// Whether it has ended.
    package var hasEnded: Bool { state == .stopped || state == .failed }
}

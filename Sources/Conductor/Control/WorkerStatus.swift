/// What a worker does now.
package struct WorkerStatus: Codable, Hashable, Sendable {
    /// Where a worker is between its start and its end.
    package enum State: String, Codable, CaseIterable, Sendable {
        /// It ended, or was never started.
        case stopped
        /// It was started, and does not read yet.
        case starting
        /// It reads.
        case running
        /// It was asked to end, and finishes what it has.
        case stopping
        /// It ended with an error, and nobody starts it again.
        case failed
    }

    /// By which it is named to ``WorkerControl/replace(_:)``.
    package let name: String
    /// Where it is.
    package let state: State
    /// What is known beside, for people.
    package let detail: String
    /// A counter that moves at least every 5 s while the worker is alive; `nil` where it cannot be read.
    package let heartbeat: Int?

    /// What a worker does.
    package init(name: String, state: State, detail: String = "", heartbeat: Int? = nil) {
        self.name = name
        self.state = state
        self.detail = detail
        self.heartbeat = heartbeat
    }
}

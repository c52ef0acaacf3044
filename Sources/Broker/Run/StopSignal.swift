internal import Synchronization

/// Asks a run to stop after the batch it is at.
package final class StopSignal: Sendable {
    private let flag = Atomic(false)

    package init() {}

    package func set() { flag.store(true, ordering: .relaxed) }
    package var isSet: Bool { flag.load(ordering: .relaxed) }
}

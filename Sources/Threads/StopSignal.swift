internal import Synchronization

/// Asks work to stop where it can be taken up again.
package final class StopSignal: Sendable {
    private let flag = Atomic(false)

    package init() {}

    package func set() { flag.store(true, ordering: .relaxed) }
    package var isSet: Bool { flag.load(ordering: .relaxed) }
}

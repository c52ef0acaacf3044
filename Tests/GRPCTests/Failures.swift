import Synchronization

/// Counts on several threads.
final class Failures: Sendable {
    private let counted = Atomic(0)
    func add() { counted.add(1, ordering: .relaxed) }
    var count: Int { counted.load(ordering: .relaxed) }
}

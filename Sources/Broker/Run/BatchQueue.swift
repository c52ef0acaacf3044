internal import Foundation

/// A queue of at most `limit` values between two threads: the reader ahead waits when the writer behind is slow.
///
/// `@unchecked Sendable` because every access to the state holds `condition`.
final class BatchQueue<Value: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private let limit: Int
    private var waiting: [Value] = []
    private var isFinished = false
    private var isAbandoned = false

    init(limit: Int) {
        precondition(limit > 0)
        self.limit = limit
    }

    /// Waits for room and puts a value in; `false` once the taker has gone.
    func put(_ value: Value) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        while waiting.count >= limit && !isAbandoned { condition.wait() }
        guard !isAbandoned else { return false }
        waiting.append(value)
        condition.broadcast()
        return true
    }

    /// No more values come.
    func finish() {
        condition.lock()
        defer { condition.unlock() }
        isFinished = true
        condition.broadcast()
    }

    enum Taken {
        case value(Value)
        /// None came in time.
        case nothing
        case end
    }

    /// The next value; waits for it until `deadline`, where there is one.
    func take(before deadline: Date? = nil) -> Taken {
        condition.lock()
        defer { condition.unlock() }
        while waiting.isEmpty && !isFinished {
            guard let deadline else {
                condition.wait()
                continue
            }
            guard condition.wait(until: deadline) else { return .nothing }
        }
        guard !waiting.isEmpty else { return .end }
        let value = waiting.removeFirst()
        condition.broadcast()
        return .value(value)
    }

    /// The taker needs no more: a giver that waits goes on and stops.
    func abandon() {
        condition.lock()
        defer { condition.unlock() }
        isAbandoned = true
        waiting.removeAll()
        condition.broadcast()
    }
}

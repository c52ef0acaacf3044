internal import Foundation

/// A value that knows how much memory it holds on to.
protocol Weighed: Sendable {
    var bytes: Int { get }
}

/// A queue between two threads: the reader ahead waits when the writer behind is slow.
///
/// It is bounded by bytes and not by values: a partition's batch may be a few alerts, and two threads that hold each other up
/// every few milliseconds leave the cores idle.
///
/// `@unchecked Sendable` because every access to the state holds `condition`.
final class BatchQueue<Value: Weighed>: @unchecked Sendable {
    /// What a value counts for besides its bytes.
    private static var overhead: Int { 4_096 }

    private let condition = NSCondition()
    private let limit: Int
    private var waiting: [Value] = []
    private var bytes = 0
    private var isFinished = false
    private var isAbandoned = false

    /// - Parameter limit: Once so many bytes wait, no value is put in.
    init(limit: Int) {
        precondition(limit > 0)
        self.limit = limit
    }

    /// Waits for room and puts a value in; `false` once the taker has gone.
    func put(_ value: Value) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        while bytes >= limit && !isAbandoned { condition.wait() }
        guard !isAbandoned else { return false }
        waiting.append(value)
        bytes += value.bytes + Self.overhead
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
        bytes -= value.bytes + Self.overhead
        condition.broadcast()
        return .value(value)
    }

    /// The taker needs no more: a giver that waits goes on and stops.
    func abandon() {
        condition.lock()
        defer { condition.unlock() }
        isAbandoned = true
        waiting.removeAll()
        bytes = 0
        condition.broadcast()
    }
}

internal import DataLayout
internal import Foundation
internal import Threads

/// Writes files on a thread of its own, in the order of the calls, while the caller continues.
///
/// ``finish()`` throws a failure; nothing more is written after one.
final class FileWriter: Sendable {
    typealias Work = @Sendable () throws(BrokerError) -> Void

    private struct State {
        var waiting: [(bytes: Int, work: Work)] = []
        /// Bytes that are queued or being written.
        var bytes = 0
        var isWriting = false
        var isClosed = false
        var failure: BrokerError?

        var isIdle: Bool { waiting.isEmpty && !isWriting }
    }

    /// Bytes above which the queue is full, and callers wait.
    private static let mostBytes = 16 << 20

    private let state = Monitor(State())

    init() {
        let state = state
        let thread = Thread { Self.run(state) }
        thread.name = "write files"
        thread.start()
    }

    /// Waits until all is written: no later process may find a file that is still being written.
    deinit {
        state.change { $0.isClosed = true }
        _ = state.wait { $0.isIdle ? () : nil }
    }

    /// Queues work, and waits while the queue is full.
    ///
    /// - Parameters:
    ///   - bytes: Bytes of memory that it holds.
    ///   - work: Writes the data.
    func add(bytes: Int, _ work: @escaping Work) {
        _ = state.wait { $0.bytes < Self.mostBytes ? () : nil }
        state.change { now in
            guard now.failure == nil else { return }
            now.bytes += bytes
            now.waiting.append((bytes, work))
        }
    }

    /// Waits until all is written.
    ///
    /// - Throws: The first failure; later calls throw it again.
    func finish() throws(BrokerError) {
        if let failure = state.wait(until: { $0.isIdle ? .some($0.failure) : nil }) ?? nil { throw failure }
    }

    private static func run(_ state: Monitor<State>) {
        while true {
            let next = state.wait { now -> [(bytes: Int, work: Work)]? in
                guard !now.waiting.isEmpty else { return now.isClosed ? [] : nil }
                now.isWriting = true
                defer { now.waiting.removeAll() }
                return now.waiting
            }
            guard let next, !next.isEmpty else { return }
            for (bytes, work) in next {
                let isFailed = state.withLock { $0.failure != nil }
                let failure = isFailed ? nil : failure(of: work)
                state.change { now in
                    now.bytes -= bytes
                    if let failure { now.failure = failure }
                }
            }
            state.change { $0.isWriting = false }
        }
    }

    private static func failure(of work: Work) -> BrokerError? {
        do throws(BrokerError) { try work() } catch { return error }
        return nil
    }
}

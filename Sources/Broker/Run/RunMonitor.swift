package import Foundation
internal import Synchronization

/// What a run is doing, for another thread to read while it works.
package final class RunMonitor: Sendable {
    /// A thread of a run.
    package enum Part: String, CaseIterable, Sendable {
        /// Reads the intakes.
        case read
        /// Decodes, and runs the stages.
        case process
        /// Writes and commits.
        case write
    }

    /// How far a run has read one partition of a stream.
    package struct Partition: Sendable, Hashable {
        /// The topic's name.
        package let topic: String
        /// The partition's number.
        package let number: Int
        /// The offset of the next message to read.
        package let position: Int64
        /// The offset after the last message, as the server has said last; `nil` where it has not yet.
        package let end: Int64?

        /// A partition's state.
        package init(topic: String, number: Int, position: Int64, end: Int64?) {
            self.topic = topic
            self.number = number
            self.position = position
            self.end = end
        }
    }

    /// A queue between two threads, in bytes.
    package struct Queue: Sendable, Hashable {
        /// The thread that reads from it.
        package let name: String
        /// Bytes that wait in it.
        package let bytes: Int
        /// Bytes above which it is full.
        package let limit: Int
    }

    /// What a run has done by now.
    package struct Snapshot: Sendable {
        /// The report so far, the open transaction included.
        package internal(set) var report = Report()
        /// Rounds of each thread: each moves at least every few seconds while its thread is alive and not blocked.
        package internal(set) var beats: [Part: Int] = [:]
        /// When the last batch was processed; `nil` for never.
        package internal(set) var lastBatch: Date?
        /// The partitions that it reads now.
        package internal(set) var partitions: [Partition] = []
        /// The queues between its threads.
        package internal(set) var queues: [Queue] = []
    }

    private struct State {
        var report = Report()
        var beats = [Part: Int](uniqueKeysWithValues: Part.allCases.map { ($0, 0) })
        var lastBatch: Date?
        var intake: (any Intake)?
        var queues: [@Sendable () -> Queue] = []
    }

    private let state = Mutex(State())

    /// A monitor of a run that has not begun.
    package init() {}

    /// What the run has done by now.
    package var snapshot: Snapshot {
        let now = state.withLock { $0 }
        return Snapshot(
            report: now.report, beats: now.beats, lastBatch: now.lastBatch, partitions: now.intake?.partitions ?? [],
            queues: now.queues.map { $0() })
    }

    // MARK: - The run

    func beat(_ part: Part) { state.withLock { $0.beats[part, default: 0] += 1 } }

    func begin(_ intake: any Intake) { state.withLock { $0.intake = intake } }

    func watch(_ queues: @escaping @Sendable () -> Queue) { state.withLock { $0.queues.append(queues) } }

    func sawBatch() { state.withLock { $0.lastBatch = .now } }

    /// A round of the writing thread.
    func record(_ report: Report) {
        state.withLock { state in
            state.report = report
            state.beats[.write, default: 0] += 1
        }
    }

    /// The run has ended; what it held is let go.
    func end(_ report: Report) {
        state.withLock { state in
            state.report = report
            state.intake = nil
            state.queues = []
        }
    }
}

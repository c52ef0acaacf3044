package import Foundation
internal import Synchronization
internal import Threads

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
        /// Rounds of each thread: each moves at least every five seconds, also while its thread waits for something that may
        /// take its time. One that stands still for a minute is a thread that hangs.
        package internal(set) var beats: [Part: Int] = [:]
        /// When the last batch was processed; `nil` for never.
        package internal(set) var lastBatch: Date?
        /// The partitions that it reads now.
        package internal(set) var partitions: [Partition] = []
        /// The queues between its threads.
        package internal(set) var queues: [Queue] = []
        /// Bytes of the disk that the run leaves free.
        package internal(set) var reserve: Int64 = 0
        /// Whether a stream waits for room on the disk.
        package internal(set) var waitsForRoom = false
    }

    private struct State {
        var report = Report()
        var pulses = [Part: Heartbeat](uniqueKeysWithValues: Part.allCases.map { ($0, Heartbeat()) })
        /// Threads whose work is done: the writing thread's rounds are theirs.
        var ended: Set<Part> = []
        var isReading = false
        var reserve: Int64 = 0
        var waitsForRoom = false
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
        let time = ContinuousClock.now
        return Snapshot(
            report: now.report, beats: now.pulses.mapValues { $0.count(at: time) }, lastBatch: now.lastBatch,
            partitions: now.intake?.partitions ?? [],
            queues: now.queues.map { $0() }, reserve: now.reserve, waitsForRoom: now.waitsForRoom)
    }

    // MARK: - The run

    /// A round of a thread.
    package func beat(_ part: Part) { state.withLock { $0.pulses[part, default: Heartbeat()].beat() } }

    /// Does work that may take its time, such as asking a server that is away: the thread counts as alive meanwhile.
    ///
    /// - Parameters:
    ///   - part: The thread that calls this, or waits for it.
    ///   - longest: The longest time that the work can take; once it is over, the heartbeat stands still. `nil` for a wait for
    ///     another thread or for a source, which has no end of its own.
    ///   - work: The work.
    /// - Returns: What the work gave.
    /// - Throws: What the work threw.
    package func waiting<Result, Failure: Error>(
        _ part: Part, atMost longest: Duration?, _ work: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let outer = state.withLock { $0.pulses[part, default: Heartbeat()].beginWait(atMost: longest, at: .now) }
        defer { state.withLock { $0.pulses[part, default: Heartbeat()].endWait(in: outer, at: .now) } }
        return try work()
    }

    /// Whether the run reads its sources by now.
    package var isReading: Bool { state.withLock { $0.isReading } }

    func begin(_ intake: any Intake) {
        state.withLock { state in
            state.intake = intake
            state.isReading = true
        }
    }

    /// A thread has done all its work.
    func end(_ part: Part) { state.withLock { _ = $0.ended.insert(part) } }

    func watch(_ queues: @escaping @Sendable () -> Queue) { state.withLock { $0.queues.append(queues) } }

    func sawBatch() { state.withLock { $0.lastBatch = .now } }

    func recordReserve(_ bytes: Int64) { state.withLock { $0.reserve = bytes } }

    func recordWaitForRoom(_ waits: Bool) { state.withLock { $0.waitsForRoom = waits } }

    /// A round of the writing thread.
    func record(_ report: Report) {
        state.withLock { state in
            state.report = report
            for part in state.ended.union([.write]) { state.pulses[part, default: Heartbeat()].beat() }
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

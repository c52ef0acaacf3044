import Broker
import DataLayout
import Packets
import Pipeline
import Synchronization
import TestSupport
import Threads

/// What happened, in order.
final class Recorder: Sendable {
    private let list = Mutex<[String]>([])
    var events: [String] { list.withLock { $0 } }
    func add(_ event: String) { list.withLock { $0.append(event) } }
}

/// An intake whose packets and whose service's answers are given, and that records what it was asked.
final class ListIntake: Intake, IntakeSource {
    typealias Script = @Sendable (ListIntake, IntakeQueue) throws(BrokerError) -> Void

    private struct State {
        /// What its service answers to one transaction after another; then it agrees.
        var decisions: [Result<CommitDecision, BrokerError>]
        var isOpen = false
    }

    private let name: String
    private let state: Mutex<State>
    private let recorder: Recorder
    private let script: Script

    /// - Parameters:
    ///   - name: The source's.
    ///   - decisions: What its service answers.
    ///   - recorder: Gets what it was asked.
    ///   - script: Reads.
    init(
        _ name: String = "list", decisions: [Result<CommitDecision, BrokerError>] = [],
        recorder: Recorder = Recorder(), _ script: @escaping Script
    ) {
        self.name = name
        state = Mutex(State(decisions: decisions))
        self.recorder = recorder
        self.script = script
    }

    var events: [String] { recorder.events }

    /// Alerts whose candids are their numbers in the source.
    func batch(_ candids: ClosedRange<Int>, _ admission: @escaping @Sendable () -> Admission) -> IntakeBatch {
        let packets = candids.map { candid in
            let bytes = (try? SmallPacket(candid: Int64(candid)).container()) ?? []
            return Packet(
                bytes: bytes[...],
                location: PacketLocation(source: name, member: nil, ordinal: candid, byte: Int64(candid)))
        }
        return IntakeBatch(
            source: SourceKey(name: name, fingerprint: "", partition: 0), packets: packets,
            progress: Progress(bytesRead: 0, total: nil), receipt: ListReceipt(intake: self, admission: admission))
    }

    func batch(_ candids: ClosedRange<Int>) -> IntakeBatch { batch(candids) { .admitted() } }

    func open(_ context: IntakeContext) throws(BrokerError) -> any Intake { self }
    func read(into queue: IntakeQueue, stop: StopSignal) throws(BrokerError) { try script(self, queue) }

    func admit(_ positions: ClosedRange<Int>) {
        recorder.add("\(name) \(positions)")
        state.withLock { $0.isOpen = true }
    }

    func willCommit() throws(BrokerError) -> CommitDecision {
        let decision = state.withLock { state in
            state.isOpen && !state.decisions.isEmpty ? state.decisions.removeFirst() : nil
        }
        return try decision?.get() ?? .commit
    }

    func didCommit() { end("committed") }
    func rollBack() { end("rolled back") }
    func close() { recorder.add("\(name) closed") }

    private func end(_ event: String) {
        let wasOpen = state.withLock { state in
            defer { state.isOpen = false }
            return state.isOpen
        }
        if wasOpen { recorder.add("\(name) \(event)") }
    }
}

private struct ListReceipt: Receipt {
    let intake: ListIntake
    let admission: @Sendable () -> Admission

    func admit(_ positions: ClosedRange<Int>) -> Admission {
        intake.admit(positions)
        return admission()
    }
}

/// Remembers the products that were sent.
final class ListStream: MessageStream, Sendable {
    typealias Failure = Never
    private let topics = Mutex<[String]>([])
    var sent: [String] { topics.withLock { $0 } }
    func publish(_ message: Message) { topics.withLock { $0.append(message.topic) } }
}

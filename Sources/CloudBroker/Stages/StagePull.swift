internal import Foundation
package import GoogleAuth
package import PubSub
internal import Synchronization
package import Threads

/// Runs a stage over a subscription: several threads pull, each with a worker of its own, until a stop is requested.
///
/// A message is acknowledged once its products are durable. While a service fails, messages are kept and retried: returning them
/// would count as a delivery each time, and after five the subscription makes a message a dead letter. A permanent error, such
/// as a missing topic or permission, ends the stage.
package struct StagePull: Sendable {
    /// The threads of a stage, and its time limits.
    package struct Settings: Sendable {
        /// Worker threads.
        package var workers = max(2, ProcessInfo.processInfo.activeProcessorCount)
        /// Messages that a worker processes at once.
        package var batchMessages = 64
        /// The stage ends when no message came for this long; `nil` for no end.
        package var idle: Duration?
        /// How long a service may fail before the stage ends with its error.
        package var patience = Duration.seconds(600)

        /// The standard settings.
        package init() {}
    }

    private struct State {
        var counts = StageCounts()
        var lastMessage = ContinuousClock.now
        /// Since when batches fail; `nil` while they succeed.
        var failingSince: ContinuousClock.Instant?
        var failure: GoogleCloudError?
        var busy = 0
        /// Of each worker thread.
        var pulses: [Heartbeat]
    }

    /// What a stage has done by now.
    package struct Progress: Sendable {
        /// Its account.
        package let counts: StageCounts
        /// Rounds of its threads, together; they move at least every second.
        package let rounds: Int
        /// How long a service has been failing; `nil` while none does.
        package let failing: Duration?
    }

    private final class Shared: Sendable {
        let state: Mutex<State>

        init(workers: Int) {
            state = Mutex(State(pulses: [Heartbeat](repeating: Heartbeat(), count: workers)))
        }
    }

    private let subscriber: Subscriber
    private let settings: Settings
    private let stop: StopSignal
    private let log: @Sendable (String) -> Void
    private let shared: Shared

    /// A stage, which pulls in ``run(_:)``.
    ///
    /// - Parameters:
    ///   - subscriber: The subscription, which the stage's instances share.
    ///   - settings: Threads and time limits.
    ///   - stop: Requests a stop: messages in progress are finished and acknowledged, all others are returned.
    ///   - log: Logs each change of state in a line.
    package init(
        _ subscriber: Subscriber, _ settings: Settings, stop: StopSignal, log: @escaping @Sendable (String) -> Void
    ) {
        self.subscriber = subscriber
        self.settings = settings
        shared = Shared(workers: settings.workers)
        self.stop = stop
        self.log = log
    }

    /// What it has done by now; any thread may ask.
    package var progress: Progress {
        let now = shared.state.withLock { $0 }
        let rounds = now.pulses.reduce(0) { $0 + $1.count(at: .now) }
        return Progress(counts: now.counts, rounds: rounds, failing: now.failingSince.map { .now - $0 })
    }

    /// Processes messages until no more come, or until a stop is requested.
    ///
    /// - Parameter worker: Makes the worker of a thread.
    /// - Returns: The counts of the messages.
    /// - Throws: A permanent error of a service; acknowledged messages are done.
    package func run<Stores: StageStores>(
        _ worker: @escaping @Sendable () -> StageWorker<Stores>
    ) throws(GoogleCloudError) -> StageCounts {
        let working = Monitor(settings.workers)
        for number in 0..<settings.workers {
            Thread.detachNewThread {
                var worker = worker()
                while !isOver { step(&worker, number) }
                working.change { $0 -= 1 }
            }
        }
        // After a stop request, messages in progress may still take a while.
        let isWhole = stop.finishing(within: Self.grace) { working.wait { $0 == 0 ? () : nil } != nil } != nil
        if !isWhole { log("some messages were not finished; they are delivered again") }
        subscriber.stop()
        if !subscriber.close(timeout: Self.grace) {
            log("some acknowledgements were not confirmed; their messages are delivered again")
        }
        let (counts, failure) = shared.state.withLock { ($0.counts, $0.failure) }
        if let failure { throw failure }
        return counts
    }

    /// Cloud Run allows ten seconds to stop. Messages that an unavailable service delays beyond it are delivered again.
    private static let grace = Duration.seconds(5)

    private var isOver: Bool {
        stop.isSet
            || shared.state.withLock { state in
                if state.failure != nil { return true }
                guard let idle = settings.idle, state.busy == 0 else { return false }
                return ContinuousClock.now - state.lastMessage > idle
            }
    }

    /// Pulls and processes one batch.
    private func step<Stores: StageStores>(_ worker: inout StageWorker<Stores>, _ number: Int) {
        let deliveries: [Delivery]
        shared.state.withLock { $0.pulses[number].beat() }
        do throws(GoogleCloudError) {
            deliveries = try subscriber.next(timeout: .milliseconds(200), most: settings.batchMessages)
        } catch { return failed(error) }
        guard !deliveries.isEmpty else { return }
        // The clients of the services retry by themselves; what fails longer ends the stage.
        let outer = shared.state.withLock { state in
            state.busy += 1
            return state.pulses[number].beginWait(atMost: settings.patience, at: .now)
        }
        defer {
            shared.state.withLock { state in
                state.pulses[number].endWait(in: outer, at: .now)
                state.busy -= 1
                state.lastMessage = .now
            }
        }
        let messages = deliveries.map { StageMessage($0.message) }
        repeat {
            do throws(GoogleCloudError) {
                let counts = try worker.process(messages)
                subscriber.ack(deliveries)
                return succeeded(counts)
            } catch { failed(error) }
        } while !isOver
        subscriber.nack(deliveries)
    }

    private func succeeded(_ counts: StageCounts) {
        let recovered = shared.state.withLock { state in
            state.counts += counts
            defer { state.failingSince = nil }
            return state.failingSince != nil
        }
        if recovered { log("continues") }
    }

    private func failed(_ error: GoogleCloudError) {
        let isFirst = shared.state.withLock { state in
            let isFirst = state.failingSince == nil
            let since = state.failingSince ?? .now
            state.failingSince = since
            if !error.mayPass || ContinuousClock.now - since > settings.patience { state.failure = error }
            return isFirst && state.failure == nil
        }
        if isFirst { log("waits and retries: \(error)") }
        // The services' clients have retried before; this only limits the load.
        if !isOver { stop.wait(for: .seconds(2)) }
    }
}

extension StageMessage {
    /// A message of Pub/Sub.
    package init(_ message: PubSub.PubsubMessage) {
        self.init(data: message.data[...], attributes: message.attributes, id: message.messageID)
    }
}

extension GoogleCloudError {
    /// Whether the call may succeed later without an operator's action.
    package var mayPass: Bool {
        switch code {
        case .resourceExhausted, .aborted, .internal, .unavailable, .deadlineExceeded, .cancelled, .unknown: true
        case .invalidArgument, .unauthenticated, .permissionDenied, .notFound, .alreadyExists, .failedPrecondition,
            .outOfRange, .unimplemented, .dataLoss, .credentials, .malformedAnswer:
            false
        }
    }
}

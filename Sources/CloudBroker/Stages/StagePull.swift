internal import Foundation
package import GoogleAuth
package import PubSub
internal import Synchronization
package import Threads

/// Runs a stage over a subscription: several threads pull, each with a worker of its own, until asked to stop.
///
/// A message is acknowledged once the stage is done with it. Where a service fails for a while, the messages are kept and
/// tried again: to give them back would count as a delivery each time, and a subscription takes what failed five times for a
/// dead letter. Where a service refuses for good, such as a missing topic or right, the stage ends with that error.
package struct StagePull: Sendable {
    package struct Settings: Sendable {
        /// Threads.
        package var workers = max(2, ProcessInfo.processInfo.activeProcessorCount)
        /// Messages that a worker takes at once.
        package var batchMessages = 64
        /// Ends when no message came for this long; `nil` goes on for ever.
        package var idle: Duration?
        /// A service that fails for longer than this ends the stage.
        package var patience = Duration.seconds(600)

        package init() {}
    }

    private struct State {
        var counts = StageCounts()
        var lastMessage = ContinuousClock.now
        /// Since when no batch succeeded; `nil` while they do.
        var failingSince: ContinuousClock.Instant?
        var failure: GoogleCloudError?
        var busy = 0
    }

    private final class Shared: Sendable {
        let state = Mutex(State())
    }

    private let subscriber: Subscriber
    private let settings: Settings
    private let stop: StopSignal
    private let note: @Sendable (String) -> Void
    private let shared = Shared()

    /// - Parameters:
    ///   - subscriber: The subscription; its copies share it.
    ///   - settings: Threads and patience.
    ///   - stop: Asks to stop: what is at work is finished and acknowledged, the rest goes back.
    ///   - note: Told each change of state in a line.
    package init(
        _ subscriber: Subscriber, _ settings: Settings, stop: StopSignal, note: @escaping @Sendable (String) -> Void
    ) {
        self.subscriber = subscriber
        self.settings = settings
        self.stop = stop
        self.note = note
    }

    /// - Parameter worker: Makes a thread's worker.
    /// - Returns: What became of the messages.
    /// - Throws: What a service refused for good; what was acknowledged before is done.
    package func run<Stores: StageStores>(
        _ worker: @escaping @Sendable () -> StageWorker<Stores>
    ) throws(GoogleCloudError) -> StageCounts {
        let working = Monitor(settings.workers)
        for _ in 0..<settings.workers {
            Thread.detachNewThread {
                var worker = worker()
                while !isOver { step(&worker) }
                working.change { $0 -= 1 }
            }
        }
        // Once asked to stop, what is at work may still take a while.
        let isWhole = stop.finishing(within: Self.grace) { working.wait { $0 == 0 ? () : nil } != nil } != nil
        if !isWhole { note("some messages were not done; they come again") }
        subscriber.stop()
        if !subscriber.close(timeout: Self.grace) { note("some acknowledgements did not arrive; those come again") }
        let (counts, failure) = shared.state.withLock { ($0.counts, $0.failure) }
        if let failure { throw failure }
        return counts
    }

    /// Cloud Run gives ten seconds in all. What a service that is away keeps from its end comes again.
    private static let grace = Duration.seconds(5)

    private var isOver: Bool {
        stop.isSet
            || shared.state.withLock { state in
                if state.failure != nil { return true }
                guard let idle = settings.idle, state.busy == 0 else { return false }
                return ContinuousClock.now - state.lastMessage > idle
            }
    }

    /// One batch.
    private func step<Stores: StageStores>(_ worker: inout StageWorker<Stores>) {
        let deliveries: [Delivery]
        do throws(GoogleCloudError) {
            deliveries = try subscriber.next(timeout: .milliseconds(200), most: settings.batchMessages)
        } catch { return failed(error) }
        guard !deliveries.isEmpty else { return }
        shared.state.withLock { $0.busy += 1 }
        defer {
            shared.state.withLock { state in
                state.busy -= 1
                state.lastMessage = .now
            }
        }
        let messages = deliveries.map { StageMessage($0.message) }
        repeat {
            do throws(GoogleCloudError) {
                let counts = try worker.take(messages)
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
        if recovered { note("goes on") }
    }

    private func failed(_ error: GoogleCloudError) {
        let isFirst = shared.state.withLock { state in
            let isFirst = state.failingSince == nil
            let since = state.failingSince ?? .now
            state.failingSince = since
            if !error.mayPass || ContinuousClock.now - since > settings.patience { state.failure = error }
            return isFirst && state.failure == nil
        }
        if isFirst { note("waits: \(error)") }
        // The services' clients have tried again before; this is only to be no burden.
        if !isOver { stop.wait(for: .seconds(2)) }
    }
}

extension StageMessage {
    package init(_ message: PubSub.PubsubMessage) {
        self.init(data: message.data[...], attributes: message.attributes, id: message.messageID)
    }
}

extension GoogleCloudError {
    /// Whether the same may succeed later without anybody's doing.
    package var mayPass: Bool {
        switch code {
        case .resourceExhausted, .aborted, .internal, .unavailable, .deadlineExceeded, .cancelled, .unknown: true
        case .invalidArgument, .unauthenticated, .permissionDenied, .notFound, .alreadyExists, .failedPrecondition,
            .outOfRange, .unimplemented, .dataLoss, .credentials, .malformedAnswer:
            false
        }
    }
}

package import GoogleAuth
internal import Foundation
internal import GRPC
internal import Threads

/// Messages of one subscription as they come, leased for as long as they are worked on.
///
/// One thread pulls, one acknowledges; any may ask for messages. Let go of without ``close(timeout:)``, it leaves the
/// messages that were not acknowledged to come again when their leases end.
package final class Subscriber: Sendable {
    /// What is read.
    package let subscription: SubscriptionName
    private let settings: SubscriberSettings
    private let state: Monitor<SubscriberState>
    private let clock = ContinuousClock()

    /// Begins to pull; whether the subscription is there shows with the first ``next(timeout:most:)``.
    package init(
        _ client: PubSubClient, to subscription: SubscriptionName, _ settings: SubscriberSettings = SubscriberSettings()
    ) {
        precondition(settings.outstandingMessages > 0 && settings.outstandingBytes > 0)
        self.subscription = subscription
        self.settings = settings
        let state = Monitor(SubscriberState(settings, now: clock.now))
        self.state = state
        let calls = AckCalls(client: client, subscription: subscription.path)
        let puller = Puller(calls: calls, settings: settings, state: state)
        let keeper = LeaseKeeper(calls: calls, settings: settings, state: state)
        for (name, work) in [("pull", puller.run), ("acknowledge", keeper.run)] {
            let thread = Thread { work() }
            thread.name = name
            thread.start()
        }
    }

    deinit { state.change { $0.close() } }

    /// Messages that have come, in their order; waits for the first.
    ///
    /// - Parameters:
    ///   - timeout: The longest wait.
    ///   - most: How many at most.
    /// - Returns: None when none came in time, or after ``stop()``.
    /// - Throws: Why no more come: for good, or for as long as the settings' retries go on.
    package func next(timeout: Duration, most: Int = .max) throws(GoogleCloudError) -> [Delivery] {
        let received = state.wait(for: timeout) { now -> Result<[Delivery], GoogleCloudError>? in
            let part = now.dequeue(most: most, settings)
            if !part.isEmpty { return .success(part) }
            if let failure = now.failure, now.arrived.isEmpty { return .failure(failure) }
            return now.phase == .pulling ? nil : .success([])
        }
        return try received?.get() ?? []
    }

    /// Has messages counted as done. Returns at once; with exactly-once delivery only the ticket says whether they are.
    @discardableResult
    package func ack(_ deliveries: [Delivery]) -> AckTicket { release(deliveries, isAcknowledged: true) }

    /// Gives messages back: they come again, to anyone, as the subscription's retry policy has it.
    @discardableResult
    package func nack(_ deliveries: [Delivery]) -> AckTicket { release(deliveries, isAcknowledged: false) }

    private func release(_ deliveries: [Delivery], isAcknowledged: Bool) -> AckTicket {
        let ticket = AckTicket(count: deliveries.count)
        guard !deliveries.isEmpty else { return ticket }
        state.change { now in
            now.release(deliveries, isAcknowledged: isAcknowledged, ticket: ticket, now: clock.now)
        }
        return ticket
    }

    /// Sends all acknowledgements there are without delay, and waits until the service has answered.
    ///
    /// - Parameter timeout: The longest wait.
    /// - Returns: Whether all were answered in time.
    @discardableResult
    package func flush(timeout: Duration) -> Bool {
        state.change { $0.isFlushing = true }
        defer { state.change { $0.isFlushing = false } }
        return state.wait(for: timeout) { $0.waiting == 0 && $0.inFlight == 0 ? () : nil } != nil
    }

    /// Acknowledgements, and messages given back, that the service would not have until now.
    package var failedReleases: Int { state.withLock { $0.failedReleases } }

    /// Pulls no more, and gives back what came and was not handed out. What was may still be acknowledged.
    package func stop() {
        let stream = state.change { now -> GRPCStream? in
            guard now.phase == .pulling else { return nil }
            now.release(now.arrived, isAcknowledged: false, ticket: nil, now: clock.now)
            now.arrived = []
            return now.stop()
        }
        try? stream?.finishSending()
    }

    /// Stops, sends the acknowledgements there are, gives back what has none, and ends.
    ///
    /// What was handed out and not acknowledged comes again at once, to whoever reads next, and not when its lease ends.
    ///
    /// - Parameter timeout: The longest wait for the service to take them.
    /// - Returns: Whether it took all in time.
    @discardableResult
    package func close(timeout: Duration) -> Bool {
        stop()
        state.change { $0.giveBackAll(now: clock.now) }
        defer { state.change { $0.close() } }
        return flush(timeout: timeout)
    }
}

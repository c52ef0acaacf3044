internal import GoogleAuth
internal import Foundation
internal import GRPC
internal import Protobuf
internal import Threads

/// Keeps a stream open that messages come by, on a thread of its own.
struct Puller {
    let calls: AckCalls
    let settings: SubscriberSettings
    let state: Monitor<SubscriberState>
    private let clientID = UUID().uuidString
    private let clock = ContinuousClock()
    /// How often the service hears that the stream is wanted, as in Google's own clients.
    private static let heartbeat = Duration.seconds(30)
    /// How long a stream may take to end.
    private static let farewell = Duration.seconds(2)

    /// Pulls until the subscriber is stopped, or the service says that nothing will come.
    func run() {
        var pause = settings.retries.firstWait
        var failingSince: ContinuousClock.Instant?
        while isPulling {
            do throws(GoogleCloudError) {
                try pull {
                    pause = settings.retries.firstWait
                    failingSince = nil
                }
            } catch {
                guard isPulling else { return }
                let since = failingSince ?? clock.now
                failingSince = since
                guard settings.retries.codes.contains(error.code),
                    since.duration(to: clock.now) < settings.retries.mostTime
                else {
                    state.change { $0.failure = error }
                    return
                }
                let wait = pause * Double.random(in: 0.5...1)
                _ = state.wait(for: wait) { $0.phase == .pulling ? nil : () }
                pause = min(pause * settings.retries.factor, settings.retries.mostWait)
            }
        }
    }

    private var isPulling: Bool { state.withLock { $0.phase == .pulling } }

    /// Pulls from one stream until it ends or is to be ended.
    private func pull(_ succeeded: () -> Void) throws(GoogleCloudError) {
        let stream = try open()
        guard state.withLock({ $0.begin(stream) }) else { return }
        var heard = clock.now
        while true {
            let mayPull = state.wait(for: Self.heartbeat) { now -> Bool? in
                if now.phase != .pulling { return false }
                let hasRoom =
                    now.leases.count < settings.outstandingMessages && now.leases.bytes < settings.outstandingBytes
                return hasRoom ? true : nil
            }
            if mayPull == false {
                drain(stream)
                return
            }
            let received: GRPCReceived
            do throws(GRPCError) {
                if heard.duration(to: clock.now) >= Self.heartbeat {
                    try stream.send(PubSub.StreamingPullRequest().serialized)
                    heard = clock.now
                }
                received = mayPull == true ? try stream.receive(timeout: Self.heartbeat) : .nothing
            } catch { throw PubSubClient.error(error, calls.subscription) }
            switch received {
            case .nothing: succeeded()  // the stream has stood for a while, if only in silence
            case .message(let bytes):
                succeeded()
                try accept(bytes)
            case .end:
                throw GoogleCloudError(
                    .unavailable, service: GoogleService.pubSub.rawValue, resource: calls.subscription,
                    detail: "the service ended the stream")
            }
        }
    }

    /// Gives back what was on its way when the service heard that nothing more is wanted.
    private func drain(_ stream: GRPCStream) {
        let end = clock.now + Self.farewell
        while case .message(let bytes)? = try? stream.receive(timeout: clock.now.duration(to: end)) {
            try? accept(bytes)
        }
        stream.cancel()
    }

    private func open() throws(GoogleCloudError) -> GRPCStream {
        var request = PubSub.StreamingPullRequest()
        request.subscription = calls.subscription
        request.streamAckDeadlineSeconds = Int32(state.withLock { $0.leases.beginStream() })
        request.clientID = clientID
        request.maxOutstandingMessages = Int64(settings.outstandingMessages)
        request.maxOutstandingBytes = Int64(settings.outstandingBytes)
        let metadata = try calls.client.metadata(calls.subscription, "subscription")
        do throws(GRPCError) {
            let stream = try calls.client.channel.stream(
                PubSubClient.path("Subscriber/StreamingPull"), metadata: metadata, deadline: nil)
            try stream.send(request.serialized)
            return stream
        } catch { throw PubSubClient.error(error, calls.subscription) }
    }

    private func accept(_ bytes: [UInt8]) throws(GoogleCloudError) {
        let response: PubSub.StreamingPullResponse
        do throws(ProtobufError) { response = try PubSub.StreamingPullResponse(serialized: bytes) } catch {
            throw PubSubClient.malformed(error, calls.subscription)
        }
        var deliveries = response.receivedMessages.map { Delivery($0) }
        let isExactlyOnce = state.withLock { now in
            if let properties = response.subscriptionProperties {
                now.leases.isExactlyOnce = properties.exactlyOnceDeliveryEnabled
            }
            return now.leases.isExactlyOnce
        }
        // With exactly-once delivery a message is ours only when the service has confirmed the lease: it may be somebody
        // else's by now.
        if isExactlyOnce { deliveries = confirmed(deliveries) }
        guard !deliveries.isEmpty else { return }
        state.change { now in
            let time = clock.now
            for delivery in deliveries { now.leases.add(delivery, now: time) }
            guard now.phase == .pulling else {
                now.release(deliveries, isAcknowledged: false, ticket: nil, now: time)
                return
            }
            now.arrived += deliveries
        }
    }

    private func confirmed(_ deliveries: [Delivery]) -> [Delivery] {
        let seconds = state.withLock { $0.leases.deadline }
        var done: Set<String> = []
        for pending in calls.start(.lease(seconds: seconds), deliveries.map(\.ackID)) {
            for case (let ackID, .done) in calls.answers(pending, retries: settings.retries) { done.insert(ackID) }
        }
        return deliveries.filter { done.contains($0.ackID) }
    }
}

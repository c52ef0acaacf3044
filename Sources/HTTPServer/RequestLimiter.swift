internal import HTTP
internal import Threads

/// The handler of requests, and how many requests it handles at once.
final class RequestLimiter: Sendable {
    private struct State {
        var busy = 0
        var isDraining = false
        var hasEnded = false
    }

    let settings: HTTPServerSettings
    let senders: Senders
    /// The response to a request that is refused by its header section.
    let refusal: @Sendable (HTTPRequest) -> HTTPResponse?
    let handler: @Sendable (HTTPRequest) -> HTTPResponse
    private let isReady: @Sendable () -> Bool
    private let state = Monitor(State())

    init(
        _ settings: HTTPServerSettings, isReady: @escaping @Sendable () -> Bool,
        refusal: @escaping @Sendable (HTTPRequest) -> HTTPResponse?,
        handler: @escaping @Sendable (HTTPRequest) -> HTTPResponse
    ) {
        self.settings = settings
        self.isReady = isReady
        self.refusal = refusal
        self.handler = handler
        senders = Senders(settings)
    }

    /// Acquires a slot for a request; `false` when none is free, or the server drains.
    func acquireSlot() -> Bool {
        state.withLock { state in
            guard !state.isDraining, state.busy < settings.requests else { return false }
            state.busy += 1
            return true
        }
    }

    func releaseSlot() { state.change { $0.busy -= 1 } }

    /// Refuses new requests and waits for those in progress.
    ///
    /// - Returns: Whether all were answered.
    func drain(within grace: Duration) -> Bool {
        state.withLock { $0.isDraining = true }
        return state.wait(for: grace) { $0.busy == 0 ? () : nil } != nil
    }

    /// Whether the caller is the first to end the server.
    func markEnded() -> Bool {
        state.withLock { state in
            defer { state.hasEnded = true }
            return !state.hasEnded
        }
    }

    /// Whether new requests are accepted: `/readyz`.
    var acceptsRequests: Bool { !state.withLock { $0.isDraining } && isReady() }
}

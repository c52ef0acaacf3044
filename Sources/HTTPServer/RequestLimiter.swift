internal import HTTP
internal import Threads

/// The handler of requests, and how many requests it handles at once.
final class RequestLimiter: Sendable {
    private struct State {
        /// Requests that are handled, or wait for it.
        var busy = 0
        /// Those and the ones whose answer is not sent yet.
        var open = 0
        var isDraining = false
        var hasEnded = false
    }

    let settings: HTTPServerSettings
    let senders: Senders
    /// The response to a request that is refused by its header section.
    let refusal: @Sendable (HTTPRequest) -> HTTPResponse?
    let handler: @Sendable (HTTPRequest) -> HTTPResponse
    /// Is told the status of every answer.
    let answered: @Sendable (Int) -> Void
    private let isReady: @Sendable () -> Bool
    private let state = Monitor(State())
    /// Of an event-driven server.
    let workers: Workers?

    init(
        _ settings: HTTPServerSettings, isReady: @escaping @Sendable () -> Bool,
        answered: @escaping @Sendable (Int) -> Void, refusal: @escaping @Sendable (HTTPRequest) -> HTTPResponse?,
        handler: @escaping @Sendable (HTTPRequest) -> HTTPResponse
    ) {
        self.settings = settings
        self.isReady = isReady
        self.answered = answered
        self.refusal = refusal
        self.handler = handler
        senders = Senders(settings)
        workers = settings.isEventDriven ? Workers(settings.requests) : nil
    }

    /// Acquires a slot for a request; `false` when none is free, or the server drains.
    func acquireSlot() -> Bool {
        state.withLock { state in
            let most = settings.requests + (settings.isEventDriven ? settings.queue : 0)
            guard !state.isDraining, state.busy < most else { return false }
            state.busy += 1
            state.open += 1
            return true
        }
    }

    /// A request was handled: whoever is slow to read the answer holds up no other request.
    func releaseSlot() { state.change { $0.busy -= 1 } }

    /// Its answer was sent, or its client is gone.
    func close() { state.change { $0.open -= 1 } }

    /// Refuses new requests, and waits for those that are handled, without a limit.
    func finish() {
        state.withLock { $0.isDraining = true }
        _ = state.wait { $0.busy == 0 ? () : nil }
    }

    /// Refuses new requests and waits for those in progress.
    ///
    /// - Returns: Whether all were answered.
    func drain(within grace: Duration) -> Bool {
        state.withLock { $0.isDraining = true }
        return state.wait(for: grace) { $0.open == 0 ? () : nil } != nil
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

internal import HTTP
internal import Threads

/// Who answers requests, and how many are being answered.
final class RequestLimiter: Sendable {
    private struct State {
        var busy = 0
        var isDraining = false
        var hasEnded = false
    }

    let settings: HTTPServerSettings
    let senders: Senders
    /// Why a request is not taken, by its head.
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

    /// Takes a place for a request; `false` when all are taken, or no more work is.
    func takePlace() -> Bool {
        state.withLock { state in
            guard !state.isDraining, state.busy < settings.requests else { return false }
            state.busy += 1
            return true
        }
    }

    func leavePlace() { state.change { $0.busy -= 1 } }

    /// Takes no more requests and waits for those under way.
    ///
    /// - Returns: Whether none is left.
    func drain(within grace: Duration) -> Bool {
        state.withLock { $0.isDraining = true }
        return state.wait(for: grace) { $0.busy == 0 ? () : nil } != nil
    }

    /// Whether the caller is the first to end the server.
    func takeEnd() -> Bool {
        state.withLock { state in
            defer { state.hasEnded = true }
            return !state.hasEnded
        }
    }

    var takesWork: Bool { !state.withLock { $0.isDraining } && isReady() }
}

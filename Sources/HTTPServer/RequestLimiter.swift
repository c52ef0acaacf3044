internal import Foundation
internal import HTTP

/// Who answers requests, and how many are being answered.
///
/// `@unchecked Sendable` because every access to the state holds `condition`.
final class RequestLimiter: @unchecked Sendable {
    let settings: HTTPServerSettings
    let senders: Senders
    /// Why a request is not taken, by its head.
    let refusal: @Sendable (HTTPRequest) -> HTTPResponse?
    let handler: @Sendable (HTTPRequest) -> HTTPResponse
    private let isReady: @Sendable () -> Bool
    private let condition = NSCondition()
    private var busy = 0
    private var isDraining = false
    private var hasEnded = false

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
        condition.lock()
        defer { condition.unlock() }
        guard !isDraining, busy < settings.requests else { return false }
        busy += 1
        return true
    }

    func leavePlace() {
        condition.lock()
        defer { condition.unlock() }
        busy -= 1
        if busy == 0 { condition.broadcast() }
    }

    /// Takes no more requests and waits for those under way.
    ///
    /// - Returns: Whether none is left.
    func drain(within grace: Duration) -> Bool {
        let deadline = Date(timeIntervalSinceNow: grace / .seconds(1))
        condition.lock()
        defer { condition.unlock() }
        isDraining = true
        while busy > 0 {
            guard condition.wait(until: deadline) else { return busy == 0 }
        }
        return true
    }

    /// Whether the caller is the first to end the server.
    func takeEnd() -> Bool {
        condition.lock()
        defer { condition.unlock() }
        defer { hasEnded = true }
        return !hasEnded
    }

    var takesWork: Bool {
        condition.lock()
        let isDraining = isDraining
        condition.unlock()
        return !isDraining && isReady()
    }
}

internal import Synchronization

/// A token and when it ends.
package struct AccessToken: Sendable {
    /// The token.
    package let text: String
    /// When it was asked for.
    package let begins: ContinuousClock.Instant
    /// When it expires.
    package let ends: ContinuousClock.Instant

    /// - Parameters:
    ///   - text: The token.
    ///   - life: How long it is valid.
    ///   - begins: When it was asked for.
    package init(_ text: String, life: Duration, from begins: ContinuousClock.Instant = .now) {
        self.text = text
        self.begins = begins
        ends = begins + life
    }

    /// When to renew it: 225 s before its end, as Google's clients do, or for short lives a quarter before.
    var renewal: ContinuousClock.Instant { ends - min(.seconds(225), (ends - begins) / 4) }
}

/// One token for many threads, renewed by one of them before it ends.
package final class TokenCache: Sendable {
    private struct State {
        var token: AccessToken?
        var failure: GoogleCloudError?
        var nextTry: ContinuousClock.Instant?  // after a failure
    }
    private let state = Mutex(State())
    private let renewing = Mutex<Void>(())
    private let now: @Sendable () -> ContinuousClock.Instant
    private let fetch: @Sendable () throws(GoogleCloudError) -> AccessToken
    private static let pauseAfterFailure: Duration = .seconds(5)

    /// - Parameters:
    ///   - now: The clock.
    ///   - fetch: Gets a new token; called by one thread at a time.
    package init(
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        fetch: @escaping @Sendable () throws(GoogleCloudError) -> AccessToken
    ) {
        self.now = now
        self.fetch = fetch
    }

    /// A token that is valid now.
    ///
    /// - Throws: Why none could be fetched, and for 5 s the same again without asking anew.
    package func token() throws(GoogleCloudError) -> String {
        if let token = state.withLock(\.token), now() < token.ends {
            guard now() >= token.renewal else { return token.text }
            // Whoever comes first renews; a failure is of no matter while the old token is valid.
            let newer = renewing.withLockIfAvailable { _ in try? renewed() }
            return (newer ?? nil) ?? token.text
        }
        return try renewing.withLock { _ throws(GoogleCloudError) in try renewed() }
    }

    /// Fetches a token, unless another thread just has, or has just failed to.
    private func renewed() throws(GoogleCloudError) -> String {
        let known = state.withLock { $0 }
        if let token = known.token, now() < token.renewal { return token.text }
        if let failure = known.failure, let nextTry = known.nextTry, now() < nextTry { throw failure }
        do throws(GoogleCloudError) {
            let token = try fetch()
            state.withLock { $0 = State(token: token) }
            return token.text
        } catch {
            let nextTry = now() + Self.pauseAfterFailure
            state.withLock { state in
                state.failure = error
                state.nextTry = nextTry
            }
            throw error
        }
    }
}

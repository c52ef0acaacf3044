package import GoogleAuth
package import HTTP
internal import Synchronization

/// Decides by its headers whether a push request is accepted: only `POST /` with a valid identity token.
///
/// The status of others is 404 for another path, 405 for another method, 401 for a missing or invalid token, and 503 where
/// Google's keys are unavailable, after which Pub/Sub retries.
package final class PushGate: Sendable {
    private struct LogState {
        var last: ContinuousClock.Instant?
        /// Lines that were suppressed since.
        var suppressed = 0
    }

    private static let pause = Duration.seconds(10)

    private let identity: IdentityCheck?
    private let log: @Sendable (String) -> Void
    private let logState = Mutex(LogState())

    /// A gate for push requests.
    ///
    /// - Parameters:
    ///   - identity: Checks tokens; `nil` accepts requests without a token.
    ///   - log: Logs refusals, at most a line every ten seconds.
    package init(_ identity: IdentityCheck?, log: @escaping @Sendable (String) -> Void) {
        self.identity = identity
        self.log = log
    }

    /// The response to a request that is refused; `nil` for one that is accepted.
    package func refusal(of request: HTTPRequest) -> HTTPResponse? {
        guard request.url.prefix(while: { $0 != "?" }) == "/" else {
            return Self.response(404, "POST a Pub/Sub envelope to /, or GET /healthz or /readyz\n")
        }
        guard request.method == .post else {
            return Self.response(405, "POST a Pub/Sub envelope\n", HTTPHeader("Allow", "POST"))
        }
        guard let identity else { return nil }
        let found = request.headers.filter { $0.name.lowercased() == "authorization" }
        do throws(GoogleCloudError) {
            let reason =
                found.count > 1 ? "several tokens" : try identity.refusal(ofAuthorization: found.first?.value)
            guard let reason else { return nil }
            logRefusal("refused a push: \(reason)")
            return Self.response(401, "a push needs its identity token\n", HTTPHeader("WWW-Authenticate", "Bearer"))
        } catch {
            logRefusal("a push is retried, since the keys to check its token are unavailable: \(error)")
            return Self.response(503, "", HTTPHeader("Retry-After", "5"))
        }
    }

    private func logRefusal(_ line: String) {
        let more: Int? = logState.withLock { state in
            if let last = state.last, .now - last < Self.pause {
                state.suppressed += 1
                return nil
            }
            defer { state = LogState(last: .now) }
            return state.suppressed
        }
        if let more { log(more > 0 ? "\(line) (and \(more) more)" : line) }
    }

    private static func response(_ status: Int, _ text: String, _ headers: HTTPHeader...) -> HTTPResponse {
        HTTPResponse(status: status, headers: headers, body: Array(text.utf8))
    }
}

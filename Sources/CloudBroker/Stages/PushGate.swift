package import GoogleAuth
package import HTTP
internal import Synchronization

/// Who may push: only `POST /` with a token that is right is let through, and the body of anything else is not taken.
///
/// 404 for another path, 405 for another method, 401 for a token that is missing or wrong, 503 where Google's keys cannot be
/// had: Pub/Sub sends the push again.
package final class PushGate: Sendable {
    private struct Told {
        var last: ContinuousClock.Instant?
        var since = 0
    }

    private static let pause = Duration.seconds(10)

    private let identity: IdentityCheck?
    private let note: @Sendable (String) -> Void
    private let told = Mutex(Told())

    /// - Parameters:
    ///   - identity: What tokens must say; `nil` lets anybody push.
    ///   - note: Told in a line what was refused, at most every ten seconds.
    package init(_ identity: IdentityCheck?, note: @escaping @Sendable (String) -> Void) {
        self.identity = identity
        self.note = note
    }

    /// Why a request is not taken, by its head.
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
            tell("refused a push: \(reason)")
            return Self.response(401, "a push needs its identity token\n", HTTPHeader("WWW-Authenticate", "Bearer"))
        } catch {
            tell("a push must come again, since no key can be had to check its token: \(error)")
            return Self.response(503, "", HTTPHeader("Retry-After", "5"))
        }
    }

    private func tell(_ line: String) {
        let more: Int? = told.withLock { told in
            if let last = told.last, .now - last < Self.pause {
                told.since += 1
                return nil
            }
            defer { told = Told(last: .now) }
            return told.since
        }
        if let more { note(more > 0 ? "\(line) (and \(more) more)" : line) }
    }

    private static func response(_ status: Int, _ text: String, _ headers: HTTPHeader...) -> HTTPResponse {
        HTTPResponse(status: status, headers: headers, body: Array(text.utf8))
    }
}

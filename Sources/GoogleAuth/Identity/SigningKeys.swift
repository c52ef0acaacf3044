package import HTTP
internal import Hashing
internal import Synchronization

/// The keys with which Google signs identity tokens (a JSON Web Key Set, RFC 7517), kept for as long as their server says.
///
/// Asked for again when they are too old, or when a key is wanted that is not among them; not more often than every five
/// seconds, so that a flood of wrong tokens is no flood of questions. A failure is not an answer: it is thrown, and the next
/// question after those seconds asks again.
package final class SigningKeys: Sendable {
    /// Where Google's are.
    package static let google = "https://www.googleapis.com/oauth2/v3/certs"

    private static let pause = Duration.seconds(5)
    private static let deadline = Duration.seconds(5)
    private static let longestAnswer = 1 << 18  // bytes
    private static let mostKeys = 64
    /// Seconds for which keys are kept where the server says nothing, and bounds on what it says.
    private static let usualAge = 300
    private static let ages = 60...86_400

    private struct State {
        var keys: [String: VerifyingKey] = [:]
        var ends: ContinuousClock.Instant?
        var asked: ContinuousClock.Instant?
        var failure: GoogleCloudError?
    }

    private let address: String
    private let http: HTTPClient
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state = Mutex(State())
    private let asking = Mutex<Void>(())

    /// - Parameters:
    ///   - address: Where the keys are; https, or on this machine.
    ///   - http: What asks for them.
    ///   - now: The clock.
    /// - Throws: ``GoogleCloudError/Code/invalidArgument`` for another address.
    package init(
        at address: String = google, http: HTTPClient = HTTPClient(Credentials.tokenSettings),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) throws(GoogleCloudError) {
        guard isSecureAddress(address) else {
            throw GoogleCloudError(
                .invalidArgument, service: "Google Cloud", resource: "signing keys",
                detail: "their address is neither https nor on this machine")
        }
        self.address = address
        self.http = http
        self.now = now
    }

    /// The key with an id; `nil` where there is none.
    ///
    /// - Throws: ``GoogleCloudError`` where nothing can be said now.
    func key(_ id: String) throws(GoogleCloudError) -> VerifyingKey? {
        if let key = known(id) { return key }
        return try asking.withLock { _ throws(GoogleCloudError) in
            if let key = known(id) { return key }
            let before = state.withLock { $0 }
            if let asked = before.asked, now() < asked + Self.pause {
                if let failure = before.failure { throw failure }
                return nil
            }
            return try fetch()[id]
        }
    }

    private func known(_ id: String) -> VerifyingKey? {
        let now = now()
        return state.withLock { state in
            guard let ends = state.ends, now < ends else { return nil }
            return state.keys[id]
        }
    }

    private func fetch() throws(GoogleCloudError) -> [String: VerifyingKey] {
        let asked = now()
        do throws(GoogleCloudError) {
            let request = TokenRequest("signing keys", HTTPRequest(.get, address))
            let response = try request.answer(over: http, limit: Self.longestAnswer, deadline: Self.deadline)
            let keys = Self.keys(in: response.body)
            guard !keys.isEmpty else { throw request.malformed("no keys of use") }
            let ends = asked + .seconds(Self.age(response.header("Cache-Control") ?? ""))
            state.withLock { $0 = State(keys: keys, ends: ends, asked: asked) }
            return keys
        } catch {
            state.withLock { state in
                state.asked = asked
                state.failure = error
            }
            throw error
        }
    }

    /// The keys for RS256 in a set; others are left out.
    private static func keys(in body: [UInt8]) -> [String: VerifyingKey] {
        var keys: [String: VerifyingKey] = [:]
        guard let set = try? JSONObject(body) else { return keys }
        for object in set.objects("keys").prefix(mostKeys) {
            guard object.text("kty") == "RSA", (object.text("alg") ?? "RS256") == "RS256",
                (object.text("use") ?? "sig") == "sig", let id = object.text("kid"),
                let modulus = Base64URL.bytes(object.text("n") ?? ""),
                let exponent = Base64URL.bytes(object.text("e") ?? "")
            else { continue }
            keys[id] = VerifyingKey(modulus: modulus, exponent: exponent)
        }
        return keys
    }

    /// Seconds, from `max-age` (RFC 9111, 5.2.2.1).
    private static func age(_ cacheControl: String) -> Int {
        for word in cacheControl.lowercased().split(separator: ",") {
            let parts = word.split(separator: "=").map { $0.filter { !$0.isWhitespace } }
            guard parts.count == 2, parts[0] == "max-age", let age = Int(parts[1]) else { continue }
            return min(max(age, ages.lowerBound), ages.upperBound)
        }
        return usualAge
    }
}

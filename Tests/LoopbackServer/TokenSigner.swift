package import Foundation
internal import HTTP

/// Signs identity tokens as Google does, and serves the keys: `identity.py`, started once and shared.
package struct TokenSigner: Sendable {
    private static let server = Result { try LoopbackServer("identity.py") }

    package static let account = "ztf-push@night.iam.gserviceaccount.com"
    package static let audience = "nightjar/night/ztf-archive"

    private let server: LoopbackServer
    private let set = UUID().uuidString

    /// A set of keys of its own, with one key, `one`.
    package init() throws {
        server = try Self.server.get()
        try serve(["keys": ["one"], "age": 3_600])
    }

    /// Where the keys are.
    package var address: String { "\(server.plain)/certs/\(set)" }

    /// Says what is served from now on; see `identity.py`.
    package func serve(_ served: [String: Any]) throws { _ = try ask("serve/\(set)", served) }

    /// How often the keys were asked for.
    package var asked: Int {
        get throws { Int(String(decoding: try ask("asked/\(set)", [:]), as: UTF8.self)) ?? -1 }
    }

    /// A token that is right, but for what is changed; `nil` leaves a field out.
    package func token(
        key: String = "one", head: [String: Any?] = [:], claims: [String: Any?] = [:], now: Date = .now
    ) throws -> String {
        let time = Int(now.timeIntervalSince1970)
        let right: [String: Any?] = [
            "iss": "https://accounts.google.com", "aud": Self.audience, "azp": "113774264463038321964",
            "sub": "113774264463038321964", "email": Self.account, "email_verified": true, "iat": time,
            "exp": time + 3_600,
        ]
        let rightHead: [String: Any?] = ["alg": "RS256", "kid": key, "typ": "JWT"]
        let told: [String: Any] = [
            "key": key, "head": rightHead.merging(head) { $1 }.compactMapValues { $0 },
            "claims": right.merging(claims) { $1 }.compactMapValues { $0 },
        ]
        return String(decoding: try ask("sign", told), as: UTF8.self)
    }

    private func ask(_ path: String, _ told: [String: Any]) throws -> [UInt8] {
        let body = [UInt8](try JSONSerialization.data(withJSONObject: told))
        let request = HTTPRequest(.post, "\(server.plain)/\(path)", body: body)
        return try Self.client.send(request, limit: 1 << 20, deadline: .seconds(60)).body
    }

    private static let client = HTTPClient()
}

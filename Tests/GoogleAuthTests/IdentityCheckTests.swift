import Foundation
import GoogleAuth
import LoopbackServer
import Synchronization
import Testing

/// Tokens signed with keys of our own, by OpenSSL's command. What Pub/Sub puts into a token, and what must be checked of it, is
/// of Google's "Authenticate push requests" and RFC 8725.
@Suite struct IdentityCheckTests {
    private let signer: TokenSigner
    private let check: IdentityCheck

    init() throws {
        signer = try TokenSigner()
        check = try Self.check(signer)
    }

    private static func check(
        _ signer: TokenSigner, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) throws -> IdentityCheck {
        IdentityCheck(
            audience: TokenSigner.audience, account: TokenSigner.account,
            keys: try SigningKeys(at: signer.address, now: now))
    }

    private func refusal(_ token: String, by check: IdentityCheck? = nil) throws -> String? {
        try (check ?? self.check).refusal(ofAuthorization: "Bearer \(token)")
    }

    @Test("a token of the service account for this audience is taken", arguments: ["bearer", "Bearer"])
    func right(scheme: String) throws {
        let token = try signer.token()
        #expect(try check.refusal(ofAuthorization: "\(scheme) \(token)") == nil)
        #expect(try refusal(signer.token(claims: ["iss": "accounts.google.com"])) == nil)
        // Clocks may differ by a minute.
        #expect(try refusal(signer.token(now: .now + 40)) == nil)
        #expect(try refusal(signer.token(now: .now - 3_600 - 40)) == nil)
        #expect(try signer.asked == 1)
    }

    @Test func wrongClaims() throws {
        let wrong: [(String, Any?, String)] = [
            ("iss", "https://accounts.google.com.example.org", "another issuer"), ("iss", nil, "another issuer"),
            ("aud", "nightjar/night/ztf-table", "another audience"), ("aud", nil, "another audience"),
            ("aud", [TokenSigner.audience, "other"], "another audience"), ("aud", "", "another audience"),
            ("email", "ztf-push@other.iam.gserviceaccount.com", "another service account"),
            ("email", TokenSigner.account.uppercased(), "another service account"),
            ("email", nil, "another service account"), ("email_verified", false, "an email that is not verified"),
            ("email_verified", nil, "an email that is not verified"),
            ("email_verified", "true", "an email that is not verified"),
            ("exp", Int(Date.now.timeIntervalSince1970) - 90, "a token that has ended"),
            ("exp", nil, "a token that has ended"),
            ("exp", "9999999999", "a token that has ended"), ("iat", nil, "a token of the future"),
            ("iat", Int(Date.now.timeIntervalSince1970) + 90, "a token of the future"),
        ]
        for (name, value, reason) in wrong {
            #expect(try refusal(signer.token(claims: [name: value])) == reason, "\(name) \(value ?? "none")")
        }
    }

    @Test func wrongHeads() throws {
        for name in ["none", "None", "HS256", "RS384", "RS512", "PS256", "ES256", "rs256", ""] {
            #expect(try refusal(signer.token(head: ["alg": name])) == "another algorithm than RS256", "\(name)")
        }
        #expect(try refusal(signer.token(head: ["alg": nil])) == "another algorithm than RS256")
        #expect(try refusal(signer.token(head: ["kid": nil])) == "no key's id")
        #expect(try refusal(signer.token(head: ["crit": ["exp"]])) == "extensions that are not known")
        // A key that the token itself brings or names is not looked at.
        #expect(try refusal(signer.token(key: "own", head: ["kid": "one"])) == "a wrong signature")
        #expect(try refusal(signer.token(key: "own")) == "a key that is not Google's")
    }

    @Test func damagedTokens() throws {
        let token = try signer.token()
        let parts = token.split(separator: ".").map(String.init)
        let other = try signer.token(claims: ["aud": "nightjar/night/ztf-table"]).split(separator: ".").map(String.init)
        #expect(try refusal("\(parts[0]).\(other[1]).\(parts[2])") == "a wrong signature")
        #expect(try refusal("\(other[0]).\(parts[1]).\(other[2])") == "a wrong signature")
        #expect(try refusal("\(parts[0]).\(parts[1]).") == "a wrong signature")
        #expect(try refusal("\(parts[0]).\(parts[1]).\(parts[2].dropLast(4))") != nil)
        for broken in [
            "", ".", "..", "\(parts[0]).\(parts[1])", "\(token).x", "\(parts[0])=.\(parts[1]).\(parts[2])", "a.b.c",
        ] {
            #expect(try refusal(broken) == "no JSON Web Token", "\(broken)")
        }
        #expect(try refusal(String(repeating: "A", count: 9_000) + ".\(parts[1]).\(parts[2])") == "no JSON Web Token")
        // Each byte of the signature counts.
        for index in [0, 100, 340] {
            var signature = Array(parts[2].utf8)
            signature[index] = signature[index] == UInt8(ascii: "A") ? UInt8(ascii: "E") : UInt8(ascii: "A")
            let damaged = "\(parts[0]).\(parts[1]).\(String(decoding: signature, as: UTF8.self))"
            #expect(try refusal(damaged) == "a wrong signature", "\(index)")
        }
        // 342 digits hold four bits more than 256 bytes, which must be zero.
        #expect(try refusal("\(parts[0]).\(parts[1]).\(parts[2].dropLast())B") == "no JSON Web Token")
        #expect(try check.refusal(ofAuthorization: nil) == "no token")
        for header in ["", "Bearer", "Basic \(token)", token, "Bearer  \(token)", "Bearer \(token) "] {
            #expect(try check.refusal(ofAuthorization: header) == "no bearer token", "\(header.prefix(10))")
        }
    }

    @Test("keys of another kind, too short, or malformed are none") func otherKeys() throws {
        let nothing: [String: Any] = ["kty": "RSA", "kid": "two", "n": "", "e": "AQAB"]
        let curve: [String: Any] = ["kty": "EC", "kid": "three", "crv": "P-256", "x": "AA", "y": "AA"]
        try signer.serve(["keys": [nothing, curve, "small", "one"] as [Any]])
        #expect(try refusal(signer.token(key: "small")) == "a key that is not Google's")
        #expect(try refusal(signer.token(head: ["kid": "two"])) == "a key that is not Google's")
        #expect(try refusal(signer.token()) == nil)
    }

    @Test("keys are kept as long as their server says, and asked for again for one that is not known") func rotation()
        throws
    {
        let clock = Mutex(ContinuousClock.now)
        let check = try Self.check(signer) { clock.withLock { $0 } }
        func pass(_ time: Duration) { clock.withLock { $0 += time } }
        let (old, new) = (try signer.token(), try signer.token(key: "two"))
        #expect(try refusal(old, by: check) == nil)
        try signer.serve(["keys": ["two"], "age": 3_600])
        // A flood of unknown ids asks no more often than every five seconds.
        for _ in 0..<20 { #expect(try refusal(new, by: check) == "a key that is not Google's") }
        #expect(try signer.asked == 1)
        pass(.seconds(6))
        #expect(try refusal(new, by: check) == nil)
        #expect(try refusal(old, by: check) == "a key that is not Google's")
        #expect(try signer.asked == 2)
        pass(.seconds(3_590))
        #expect(try refusal(new, by: check) == nil)
        #expect(try signer.asked == 2)
        pass(.seconds(11))
        #expect(try refusal(new, by: check) == nil)
        #expect(try signer.asked == 3)
    }

    @Test(
        "where the keys cannot be had nothing is said of the token, and that is not remembered",
        arguments: [
            (503, ""), (404, ""), (200, ""), (200, "<html>"), (200, String(repeating: "x", count: 300_000)),
        ])
    func unavailable(status: Int, body: String) throws {
        let clock = Mutex(ContinuousClock.now)
        let check = try Self.check(signer) { clock.withLock { $0 } }
        try signer.serve(["keys": [String](), "status": status, "body": body])
        let token = try signer.token()
        for _ in 0..<10 { #expect(throws: GoogleCloudError.self) { try refusal(token, by: check) } }
        #expect(try signer.asked == 1)
        try signer.serve(["keys": ["one"]])
        clock.withLock { $0 += .seconds(6) }
        #expect(try refusal(token, by: check) == nil)
    }

    @Test("keys are asked for over TLS only, or on this machine") func secureAddress() {
        for address in ["http://www.googleapis.com/oauth2/v3/certs", "ftp://x", "", "http://127.0.0.1.example.org/"] {
            #expect(throws: GoogleCloudError.self, "\(address)") { try SigningKeys(at: address) }
        }
    }
}

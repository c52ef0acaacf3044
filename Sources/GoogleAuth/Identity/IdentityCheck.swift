package import Foundation
internal import Hashing

/// Checks the identity tokens that Google signs for a service account, as Pub/Sub sends one with each push.
///
/// Source: "Authenticate push requests" of Pub/Sub, OpenID Connect Core 1.0 (3.1.3.7), RFC 7519 and RFC 8725. Only RS256 is
/// taken: what the token itself says of its algorithm chooses nothing.
package struct IdentityCheck: Sendable {
    private static let issuers: Set = ["accounts.google.com", "https://accounts.google.com"]
    /// Seconds by which clocks may differ.
    private static let skew = 60.0
    private static let longestToken = 8 << 10  // bytes

    private let audience: String
    private let account: String
    private let keys: SigningKeys
    private let now: @Sendable () -> Date

    /// - Parameters:
    ///   - audience: For whom the tokens are.
    ///   - account: The service account's email.
    ///   - keys: What they are signed with.
    ///   - now: The clock.
    package init(
        audience: String, account: String, keys: SigningKeys, now: @escaping @Sendable () -> Date = { .now }
    ) {
        self.audience = audience
        self.account = account
        self.keys = keys
        self.now = now
    }

    /// Looks at the header `Authorization`.
    ///
    /// - Returns: Why it is refused, which says nothing of the token; `nil` for a token that is right.
    /// - Throws: ``GoogleCloudError`` where the keys cannot be had, so that nothing can be said now.
    package func refusal(ofAuthorization header: String?) throws(GoogleCloudError) -> String? {
        guard let header else { return "no token" }
        let fields = header.split(separator: " ", omittingEmptySubsequences: false)
        guard fields.count == 2, fields[0].lowercased() == "bearer" else { return "no bearer token" }
        let token = fields[1]
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard token.utf8.count <= Self.longestToken, parts.count == 3, let head = Self.object(parts[0]),
            let claims = Self.object(parts[1]), let signature = Base64URL.bytes(parts[2])
        else { return "no JSON Web Token" }
        guard head.text("alg") == "RS256" else { return "another algorithm than RS256" }
        guard !head.names.contains("crit") else { return "extensions that are not known" }
        guard let id = head.text("kid") else { return "no key's id" }
        guard let key = try keys.key(id) else { return "a key that is not Google's" }
        guard key.verifies(signature, of: Array("\(parts[0]).\(parts[1])".utf8)) else { return "a wrong signature" }
        return refusal(of: claims)
    }

    private func refusal(of claims: JSONObject) -> String? {
        guard let issuer = claims.text("iss"), Self.issuers.contains(issuer) else { return "another issuer" }
        guard claims.text("aud") == audience else { return "another audience" }
        guard claims.text("email") == account else { return "another service account" }
        guard claims.flag("email_verified") == true else { return "an email that is not verified" }
        let now = now().timeIntervalSince1970
        guard let ends = claims.seconds("exp"), now < ends + Self.skew else { return "a token that has ended" }
        guard let begins = claims.seconds("iat"), begins <= now + Self.skew else { return "a token of the future" }
        return nil
    }

    private static func object(_ part: Substring) -> JSONObject? {
        Base64URL.bytes(part).flatMap { try? JSONObject($0) }
    }
}

internal import Foundation
internal import HTTP
internal import Hashing

/// A service account with its key: it signs who it is and exchanges that for a token (RFC 7523).
///
/// The exchange rather than the signed statement itself, which some services take too: a token is asked for with one
/// scope for all services, and a key that was withdrawn is refused here, by its name.
struct ServiceAccount: Sendable {
    private let source: String
    private let email: String
    private let keyID: String?
    private let key: SigningKey
    private let server: String
    private static let life = 3_600  // seconds; the longest allowed

    init(_ file: CredentialFile) throws(GoogleCloudError) {
        source = file.path
        email = try file.text("client_email")
        keyID = file.fields.text("private_key_id")
        server = try file.secureAddress("token_uri", standard: "https://oauth2.googleapis.com/token")
        guard let key = SigningKey(pem: try file.text("private_key")) else {
            throw .credentials(file.path, "'private_key' is no RSA key in PEM form")
        }
        self.key = key
    }

    func token(over http: HTTPClient) throws(GoogleCloudError) -> AccessToken {
        guard let statement = signedStatement(at: Int(Date().timeIntervalSince1970)) else {
            throw .credentials(source, "OpenSSL cannot sign with 'private_key'")
        }
        return try TokenRequest(
            source, to: server,
            form: [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", statement)]
        ).token(over: http)
    }

    /// A JSON Web Token (RFC 7519) signed with RS256.
    ///
    /// - Parameter time: Seconds since 1970, UTC.
    /// - Returns: The token; `nil` if OpenSSL fails.
    private func signedStatement(at time: Int) -> String? {
        var head = ["alg": "RS256", "typ": "JWT"]
        head["kid"] = keyID
        let claims: [String: Any] = [
            "iss": email, "scope": TokenSource.scope, "aud": server, "iat": time, "exp": time + Self.life,
        ]
        let text = "\(Base64URL.text(JSONObject.bytes(head))).\(Base64URL.text(JSONObject.bytes(claims)))"
        return key.signature(of: Array(text.utf8)).map { "\(text).\(Base64URL.text($0))" }
    }
}

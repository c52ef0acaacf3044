internal import HTTP

/// A person who logged in with gcloud: a refresh token is exchanged for tokens (RFC 6749, 6).
struct AuthorizedUser: Sendable {
    private let source: String
    private let server: String
    private let client: String
    private let clientSecret: String
    private let refreshToken: String

    init(_ file: CredentialFile) throws(GoogleCloudError) {
        source = file.path
        server = try file.secureAddress("token_uri", standard: "https://oauth2.googleapis.com/token")
        client = try file.text("client_id")
        clientSecret = try file.text("client_secret")
        refreshToken = try file.text("refresh_token")
    }

    func token(over http: HTTPClient) throws(GoogleCloudError) -> AccessToken {
        try TokenRequest(
            source, to: server,
            form: [
                ("grant_type", "refresh_token"), ("client_id", client), ("client_secret", clientSecret),
                ("refresh_token", refreshToken),
            ]
        ).token(over: http)
    }
}

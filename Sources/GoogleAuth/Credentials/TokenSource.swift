internal import HTTP

/// What tokens are had with: each kind of credentials file, and the metadata server.
indirect enum TokenSource: Sendable {
    case serviceAccount(ServiceAccount)
    case user(AuthorizedUser)
    case external(ExternalAccount)
    case impersonated(Impersonation, by: TokenSource)
    case metadataServer(MetadataServer)

    /// What every service takes; what an account may do is a matter of its roles.
    static let scope = "https://www.googleapis.com/auth/cloud-platform"

    /// Token servers that are busy are asked again for some seconds; one that stalls has had its time.
    static let retries = RetryPolicy(
        codes: [.unavailable, .internal, .resourceExhausted], firstWait: .milliseconds(200), mostWait: .seconds(2),
        mostTime: .seconds(8))

    /// - Throws: ``GoogleCloudError/Code/credentials`` for a kind that is not known or not whole.
    init(_ file: CredentialFile) throws(GoogleCloudError) {
        let kind = try file.text("type")
        switch kind {
        case "service_account": self = .serviceAccount(try ServiceAccount(file))
        case "authorized_user": self = .user(try AuthorizedUser(file))
        case "external_account": self = try Self.external(file)
        case "impersonated_service_account":
            let source = try TokenSource(file.object("source_credentials"))
            self = .impersonated(try Impersonation(file), by: source)
        default: throw .credentials(file.path, "credentials of this 'type' are not supported")
        }
    }

    private static func external(_ file: CredentialFile) throws(GoogleCloudError) -> TokenSource {
        let account = TokenSource.external(try ExternalAccount(file))
        guard file.fields.text("service_account_impersonation_url") != nil else { return account }
        return .impersonated(try Impersonation(file), by: account)
    }

    func token(over http: HTTPClient) throws(GoogleCloudError) -> AccessToken {
        switch self {
        case .serviceAccount(let account): try account.token(over: http)
        case .user(let user): try user.token(over: http)
        case .external(let account): try account.token(over: http)
        case .impersonated(let account, let source): try account.token(by: source.token(over: http), over: http)
        case .metadataServer(let server): try server.token(over: http)
        }
    }
}

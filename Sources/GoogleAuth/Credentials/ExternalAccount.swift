internal import HTTP

/// Workload identity federation: another provider's token, from a file or an address, exchanged at Google's security
/// token service (RFC 8693; file format: google.aip.dev/auth/4117).
struct ExternalAccount: Sendable {
    /// Where the other provider's token lies. It is read anew each time, since its keeper renews it.
    private enum TokenLocation { case file(String), address(String, headers: [HTTPHeader]) }

    private let source: String
    private let location: TokenLocation
    private let field: String?  // of the JSON object in which the token lies; nil where it is all there is
    private let server: String
    private let audience: String
    private let tokenType: String
    private let userProject: String?

    init(_ file: CredentialFile) throws(GoogleCloudError) {
        source = file.path
        server = try file.secureAddress("token_url", standard: "https://sts.googleapis.com/v1/token")
        audience = try file.text("audience")
        tokenType = try file.text("subject_token_type")
        userProject = file.fields.text("workforce_pool_user_project")
        let keeper = try file.object("credential_source")
        if keeper.fields.text("file") != nil {
            location = .file(try keeper.text("file"))
        } else if keeper.fields.text("url") != nil {
            let headers = (keeper.fields.object("headers")?.texts ?? [:]).sorted { $0.key < $1.key }
            location = .address(try keeper.text("url"), headers: headers.map { HTTPHeader($0.key, $0.value) })
        } else {
            throw .credentials(file.path, "'credential_source' has neither 'file' nor 'url'; others are not supported")
        }
        let format = keeper.fields.object("format")
        switch format?.text("type") ?? "text" {
        case "text": field = nil
        case "json": field = try keeper.object("format").text("subject_token_field_name")
        default: throw .credentials(file.path, "'credential_source.format.type' is neither text nor json")
        }
    }

    func token(over http: HTTPClient) throws(GoogleCloudError) -> AccessToken {
        var form = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"), ("audience", audience),
            ("scope", TokenSource.scope),
            ("requested_token_type", "urn:ietf:params:oauth:token-type:access_token"),
            ("subject_token", try subjectToken(over: http)), ("subject_token_type", tokenType),
        ]
        if let userProject {
            form.append(("options", String(decoding: JSONObject.bytes(["userProject": userProject]), as: UTF8.self)))
        }
        return try TokenRequest(source, to: server, form: form.map { (name: $0.0, value: $0.1) }).token(over: http)
    }

    private func subjectToken(over http: HTTPClient) throws(GoogleCloudError) -> String {
        let bytes: [UInt8]
        let shown: String
        switch location {
        case .file(let path):
            bytes = try CredentialFile.contents(of: path)
            shown = path
        case .address(let url, let headers):
            bytes = try TokenRequest(source, HTTPRequest(.get, url, headers: headers)).answer(over: http).body
            shown = shownAddress(url) ?? "the address of 'credential_source'"
        }
        if let field {
            guard let text = (try? JSONObject(bytes))?.text(field), !text.isEmpty else {
                throw .credentials(source, "\(shown) has no JSON object with a text field '\(field)'")
            }
            return text
        }
        guard let text = String(validating: bytes, as: UTF8.self), !text.isEmpty else {
            throw .credentials(source, "\(shown) has no text")
        }
        return text
    }
}

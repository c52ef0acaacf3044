internal import Foundation
internal import HTTP

/// A service account that others act as (IAM Service Account Credentials API, `generateAccessToken`).
struct Impersonation: Sendable {
    private let source: String
    private let url: String
    private let delegates: [String]
    private let life: Int64  // seconds

    init(_ file: CredentialFile) throws(GoogleCloudError) {
        source = file.path
        url = try file.secureAddress("service_account_impersonation_url")
        delegates = file.fields.texts("delegates")
        life = file.fields.object("service_account_impersonation")?.number("token_lifetime_seconds") ?? 3_600
        guard (600...43_200).contains(life) else {
            throw .credentials(file.path, "'token_lifetime_seconds' is not within 600 and 43200")
        }
    }

    func token(by other: AccessToken, over http: HTTPClient) throws(GoogleCloudError) -> AccessToken {
        var fields: [String: Any] = ["scope": [TokenSource.scope], "lifetime": "\(life)s"]
        if !delegates.isEmpty { fields["delegates"] = delegates }
        let headers = [
            HTTPHeader("Authorization", "Bearer \(other.text)"), HTTPHeader("Content-Type", "application/json"),
        ]
        let request = TokenRequest(
            source, HTTPRequest(.post, url, headers: headers, body: JSONObject.bytes(fields)))
        let begins = ContinuousClock.now
        let answer = try request.object(over: http)
        guard let text = answer.text("accessToken"), TokenRequest.isToken(text),
            let end = answer.text("expireTime").flatMap({ try? Date($0, strategy: .iso8601) })
        else { throw request.malformed("no token that lives for a while") }
        let life = min(end.timeIntervalSinceNow, 86_400)
        guard life >= 1 else { throw request.malformed("a token that has ended") }
        return AccessToken(text, life: .seconds(life), from: begins)
    }
}

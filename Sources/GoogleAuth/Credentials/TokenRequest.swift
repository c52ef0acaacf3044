internal import Escaping
internal import Foundation
internal import HTTP

/// One question to a server that gives tokens.
struct TokenRequest {
    /// The credentials it is asked with, for errors: a file's path or a server's name.
    let source: String
    var request: HTTPRequest
    private static let longestAnswer = 1 << 18  // bytes
    private static let deadline: Duration = .seconds(5)

    init(_ source: String, _ request: HTTPRequest) {
        self.source = source
        self.request = request
    }

    /// A form sent by POST (RFC 6749, appendix B).
    init(_ source: String, to url: String, form: [(name: String, value: String)]) {
        let body = form.map { "\($0.name)=\(PercentEncoding.escape($0.value))" }.joined(separator: "&")
        let type = HTTPHeader("Content-Type", "application/x-www-form-urlencoded")
        self.init(source, HTTPRequest(.post, url, headers: [type], body: Array(body.utf8)))
    }

    /// Asks, and takes an answer of 2xx.
    ///
    /// - Throws: ``GoogleCloudError``: ``GoogleCloudError/Code/credentials`` where the server refuses.
    func answer(
        over http: HTTPClient, limit: Int = longestAnswer, deadline: Duration = deadline
    ) throws(GoogleCloudError) -> HTTPResponse {
        let response: HTTPResponse
        do throws(HTTPError) { response = try http.send(request, limit: limit, deadline: deadline) } catch {
            throw GoogleCloudError(error, service: "Google Cloud", resource: source)
        }
        guard (200..<300).contains(response.status) else {
            let error = GoogleCloudError(http: response, service: "Google Cloud", resource: source)
            let server = shownAddress(request.url) ?? "the token server"
            let isPassing = response.status >= 500 || TokenSource.retries.codes.contains(error.code)
            throw GoogleCloudError(
                isPassing ? error.code : .credentials, service: error.service, resource: source,
                detail: "\(server): \(error.detail)")
        }
        return response
    }

    /// Asks for a token as OAuth servers give it (RFC 6749, 5.1).
    func token(over http: HTTPClient) throws(GoogleCloudError) -> AccessToken {
        let begins = ContinuousClock.now
        let answer = try object(over: http)
        guard let text = answer.text("access_token"), let seconds = answer.number("expires_in"),
            Self.isToken(text), (1...86_400).contains(seconds)
        else { throw malformed("no token that lives for a while") }
        return AccessToken(text, life: .seconds(seconds), from: begins)
    }

    /// Asks for a JSON object.
    func object(over http: HTTPClient) throws(GoogleCloudError) -> JSONObject {
        let response = try answer(over: http)
        do throws(JSONObject.NoObject) { return try JSONObject(response.body) } catch {
            throw malformed("no JSON object")
        }
    }

    func malformed(_ detail: String) -> GoogleCloudError {
        let server = shownAddress(request.url) ?? "the token server"
        return GoogleCloudError(
            .malformedAnswer, service: "Google Cloud", resource: source, detail: "\(server) answered with \(detail)")
    }

    /// Whether a text can stand in a header.
    static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (33...126).contains($0) }
    }
}

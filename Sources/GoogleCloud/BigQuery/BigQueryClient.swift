internal import Foundation
package import HTTP

/// BigQuery by its REST interface (cloud.google.com/bigquery/docs/reference/rest): datasets, tables, queries and load
/// jobs. Any number of threads may use it at once.
package final class BigQueryClient: Sendable {
    private let http: HTTPClient
    private let credentials: Credentials
    private let endpoint: String
    private let retries: RetryPolicy

    private static let deadline: Duration = .seconds(120)
    private static let longestAnswer = 64 << 20  // bytes: a page of rows

    /// "Error messages" in BigQuery's documentation: what may be tried again.
    package static let standardRetries = RetryPolicy(
        codes: [.deadlineExceeded, .resourceExhausted, .internal, .unavailable], firstWait: .seconds(1),
        mostWait: .seconds(32), mostTime: .seconds(120))

    /// - Parameters:
    ///   - credentials: Who asks.
    ///   - endpoint: `https://bigquery.googleapis.com`, or an emulator's address.
    ///   - retries: When to try again what may be done twice.
    ///   - http: What sends the requests.
    package init(
        credentials: Credentials, endpoint: String = "https://bigquery.googleapis.com",
        retries: RetryPolicy = standardRetries, http: HTTPClient = HTTPClient()
    ) {
        self.credentials = credentials
        self.endpoint = endpoint
        self.retries = retries
        self.http = http
    }

    /// The service, or the emulator that `BIGQUERY_EMULATOR_HOST` names.
    ///
    /// - Parameter environment: The process's environment.
    /// - Throws: What ``Credentials/find(for:environment:http:)`` throws.
    package convenience init(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(GoogleCloudError) {
        let credentials = try Credentials.find(for: .bigQuery, environment: environment)
        guard let emulator = GoogleService.bigQuery.emulator(in: environment) else {
            self.init(credentials: credentials)
            return
        }
        let address = emulator.contains("://") ? emulator : "http://\(emulator)"
        self.init(credentials: credentials, endpoint: address.hasSuffix("/") ? String(address.dropLast()) : address)
    }

    static func error(_ code: GoogleCloudError.Code, _ resource: String, _ detail: String) -> GoogleCloudError {
        GoogleCloudError(code, service: GoogleService.bigQuery.rawValue, resource: resource, detail: detail)
    }

    /// One request.
    struct Call {
        var method: HTTPMethod
        /// After `/bigquery/v2/`; a part that holds other than letters, digits, `_`, `-`, `.` and `:` is refused.
        var path: [String]
        var query: [(name: String, value: String)] = []
        var fields: [String: Any]?
        /// The etag that the resource must still have.
        var ifMatch: String?
        /// Whether doing it twice is the same as once.
        var isIdempotent = true
        /// For errors, such as `project.dataset.table`.
        var resource: String
    }

    /// Sends a call, again where that may help, and takes the body of an answer of 2xx.
    func body(answering call: Call) throws(GoogleCloudError) -> [UInt8] {
        guard call.path.allSatisfy(TableName.isName) else {
            throw Self.error(.invalidArgument, call.resource, "no name of BigQuery's")
        }
        let query = call.query.map { "\($0.name)=\(Self.escaped($0.value))" }.joined(separator: "&")
        var request = HTTPRequest(
            call.method,
            "\(endpoint)/bigquery/v2/\(call.path.joined(separator: "/"))\(query.isEmpty ? "" : "?")\(query)",
            headers: [HTTPHeader("Content-Type", "application/json; charset=UTF-8")])
        if let fields = call.fields { request.body = JSONObject.bytes(fields) }
        if let etag = call.ifMatch { request.headers.append(HTTPHeader("If-Match", etag)) }
        let policy = call.isIdempotent ? retries : .never
        return try policy.run { () throws(GoogleCloudError) in
            let request = try authorized(request)
            let response: HTTPResponse
            do throws(HTTPError) {
                response = try http.send(request, limit: Self.longestAnswer, deadline: Self.deadline)
            } catch {
                throw GoogleCloudError(error, service: GoogleService.bigQuery.rawValue, resource: call.resource)
            }
            guard (200..<300).contains(response.status) else {
                throw GoogleCloudError(
                    http: response, service: GoogleService.bigQuery.rawValue, resource: call.resource)
            }
            return response.body
        }
    }

    /// Sends a call whose answer is a JSON object.
    func object(answering call: Call) throws(GoogleCloudError) -> JSONObject {
        let body = try body(answering: call)
        do throws(JSONObject.NoObject) { return try JSONObject(body) } catch {
            throw Self.error(.malformedAnswer, call.resource, "no JSON object")
        }
    }

    private func authorized(_ request: HTTPRequest) throws(GoogleCloudError) -> HTTPRequest {
        var request = request
        if let authorization = try credentials.authorization() {
            request.headers.append(HTTPHeader("Authorization", authorization))
        }
        if let payer = credentials.quotaProject { request.headers.append(HTTPHeader("x-goog-user-project", payer)) }
        return request
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}

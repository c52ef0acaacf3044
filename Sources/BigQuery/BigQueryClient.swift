package import GoogleAuth
internal import Escaping
internal import Foundation
package import HTTP

/// A client of BigQuery's REST interface (cloud.google.com/bigquery/docs/reference/rest): datasets, tables and queries. Any
/// number of threads may use it at once.
package final class BigQueryClient: Sendable {
    let rest: RESTService

    private static let standardEndpoint = "https://bigquery.googleapis.com"
    private static let longestAnswer = 64 << 20  // bytes: a page of rows

    /// The errors that are retried, after "Error messages" in BigQuery's documentation.
    package static let standardRetries = RetryPolicy(
        codes: [.deadlineExceeded, .resourceExhausted, .internal, .unavailable], firstWait: .seconds(1),
        mostWait: .seconds(32), mostTime: .seconds(120))

    /// - Parameters:
    ///   - credentials: The credentials.
    ///   - endpoint: `https://bigquery.googleapis.com`, or an emulator's address.
    ///   - retries: The retries of idempotent calls.
    ///   - http: The HTTP client.
    package init(
        credentials: Credentials, endpoint: String = "https://bigquery.googleapis.com",
        retries: RetryPolicy = standardRetries, http: HTTPClient = HTTPClient()
    ) {
        rest = RESTService(
            .bigQuery, credentials: credentials, endpoint: endpoint, retries: retries, http: http)
    }

    /// The service, or the emulator that `BIGQUERY_EMULATOR_HOST` names.
    ///
    /// - Parameter environment: The process's environment.
    /// - Throws: What ``Credentials/find(for:environment:http:)`` throws.
    package convenience init(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(GoogleCloudError) {
        self.init(
            credentials: try Credentials.find(for: .bigQuery, environment: environment),
            endpoint: RESTService.endpoint(of: .bigQuery, standard: Self.standardEndpoint, environment: environment))
    }

    static func error(_ code: GoogleCloudError.Code, _ resource: String, _ detail: String) -> GoogleCloudError {
        GoogleCloudError(code, service: GoogleService.bigQuery.rawValue, resource: resource, detail: detail)
    }

    /// One request.
    struct Call {
        var method: HTTPMethod
        /// The path after `/bigquery/v2/`; parts with characters other than letters, digits, `_`, `-`, `.` and `:` are refused.
        var path: [String]
        var query: [(name: String, value: String)] = []
        var fields: [String: Any]?
        /// The etag that the resource must still have.
        var ifMatch: String?
        /// Whether the call may be repeated.
        var isIdempotent = true
        /// The resource in errors, such as `project.dataset.table`.
        var resource: String
    }

    /// Sends a call with retries, and returns the body of a 2xx response.
    func body(answering call: Call) throws(GoogleCloudError) -> [UInt8] {
        guard call.path.allSatisfy(TableName.isName) else {
            throw Self.error(.invalidArgument, call.resource, "not a valid name in BigQuery")
        }
        let query = call.query.map { "\($0.name)=\(PercentEncoding.escape($0.value))" }.joined(separator: "&")
        var request = HTTPRequest(
            call.method,
            "\(rest.endpoint)/bigquery/v2/\(call.path.joined(separator: "/"))\(query.isEmpty ? "" : "?")\(query)",
            headers: [HTTPHeader("Content-Type", "application/json; charset=UTF-8")])
        if let fields = call.fields { request.body = JSONObject.bytes(fields) }
        if let etag = call.ifMatch { request.headers.append(HTTPHeader("If-Match", etag)) }
        return try rest.answer(
            to: request, isIdempotent: call.isIdempotent, limit: Self.longestAnswer, resource: call.resource
        ).body
    }

    /// Sends a call whose response is a JSON object.
    func object(answering call: Call) throws(GoogleCloudError) -> JSONObject {
        try rest.object(in: body(answering: call), resource: call.resource)
    }
}

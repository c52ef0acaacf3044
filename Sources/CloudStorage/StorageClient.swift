package import GoogleAuth
internal import Escaping
internal import Foundation
package import HTTP

/// Cloud Storage by its JSON API (cloud.google.com/storage/docs/json_api). Any number of threads may use it at once,
/// each over a connection of its own.
package final class StorageClient: Sendable {
    let rest: RESTService
    /// Bytes sent in one piece; longer objects go up in pieces of this length.
    let chunk: Int

    private static let standardEndpoint = "https://storage.googleapis.com"
    static let longestAnswer = 32 << 20  // bytes: a page of a listing

    /// "Retry strategy" in Cloud Storage's documentation: 408, 429, 5xx and broken connections.
    package static let standardRetries = RetryPolicy(
        codes: [.deadlineExceeded, .resourceExhausted, .internal, .unavailable], firstWait: .seconds(1),
        mostWait: .seconds(32), mostTime: .seconds(120))

    /// - Parameters:
    ///   - credentials: Who asks.
    ///   - endpoint: `https://storage.googleapis.com`, or an emulator's address.
    ///   - retries: When to try again what may be done twice.
    ///   - chunk: Longest piece of an upload, bytes; a multiple of 262,144.
    ///   - http: What sends the requests.
    package init(
        credentials: Credentials, endpoint: String = "https://storage.googleapis.com",
        retries: RetryPolicy = standardRetries, chunk: Int = 8 << 20, http: HTTPClient = HTTPClient()
    ) {
        precondition(chunk > 0 && chunk % 262_144 == 0, "Cloud Storage takes pieces of so many times 256 KiB")
        rest = RESTService(
            .storage, credentials: credentials, endpoint: endpoint, retries: retries, http: http)
        self.chunk = chunk
    }

    /// The service, or the emulator that `STORAGE_EMULATOR_HOST` names.
    ///
    /// - Parameter environment: The process's environment.
    /// - Throws: What ``Credentials/find(for:environment:http:)`` throws.
    package convenience init(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(GoogleCloudError) {
        self.init(
            credentials: try Credentials.find(for: .storage, environment: environment),
            endpoint: RESTService.endpoint(of: .storage, standard: Self.standardEndpoint, environment: environment))
    }

    /// Whether something stands for the service, which may not do all that the service does.
    package var isEmulator: Bool { rest.endpoint != Self.standardEndpoint }

    static func error(_ code: GoogleCloudError.Code, _ resource: String, _ detail: String) -> GoogleCloudError {
        GoogleCloudError(code, service: GoogleService.storage.rawValue, resource: resource, detail: detail)
    }

    /// One request to the JSON API.
    struct Call {
        var method: HTTPMethod
        var path: String  // escaped, after `/storage/v1/`
        var query: [(name: String, value: String)] = []
        var headers: [HTTPHeader] = []
        var body: [UInt8] = []
        var root = "storage/v1"
        /// Whether doing it twice is the same as once.
        var isIdempotent = true
        var limit = longestAnswer
        /// For errors, such as `gs://bucket`.
        var resource: String
    }

    /// Sends a call, again where that may help, and takes an answer of 2xx.
    func answer(to call: Call) throws(GoogleCloudError) -> HTTPResponse {
        let query = call.query.map { "\($0.name)=\(PercentEncoding.escape($0.value))" }.joined(separator: "&")
        let url = "\(rest.endpoint)/\(call.root)/\(call.path)\(query.isEmpty ? "" : "?")\(query)"
        return try rest.answer(
            to: HTTPRequest(call.method, url, headers: call.headers, body: call.body),
            isIdempotent: call.isIdempotent, limit: call.limit, resource: call.resource)
    }

    /// Sends a call whose answer is a JSON object.
    func object(answering call: Call) throws(GoogleCloudError) -> JSONObject {
        try rest.object(in: answer(to: call).body, resource: call.resource)
    }
}

internal import Foundation
package import HTTP

/// Cloud Storage by its JSON API (cloud.google.com/storage/docs/json_api). Any number of threads may use it at once,
/// each over a connection of its own.
package final class StorageClient: Sendable {
    private let http: HTTPClient
    private let credentials: Credentials
    private let endpoint: String
    let retries: RetryPolicy
    /// Bytes sent in one piece; longer objects go up in pieces of this length.
    let chunk: Int

    private static let service = GoogleService.storage.rawValue
    private static let deadline: Duration = .seconds(120)
    private static let longestAnswer = 32 << 20  // bytes: a page of a listing

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
        self.credentials = credentials
        self.endpoint = endpoint
        self.retries = retries
        self.chunk = chunk
        self.http = http
    }

    /// The service, or the emulator that `STORAGE_EMULATOR_HOST` names.
    ///
    /// - Parameter environment: The process's environment.
    /// - Throws: What ``Credentials/find(for:environment:http:)`` throws.
    package convenience init(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(GoogleCloudError) {
        let credentials = try Credentials.find(for: .storage, environment: environment)
        guard let emulator = GoogleService.storage.emulator(in: environment) else {
            self.init(credentials: credentials)
            return
        }
        let address = emulator.contains("://") ? emulator : "http://\(emulator)"
        self.init(credentials: credentials, endpoint: address.hasSuffix("/") ? String(address.dropLast()) : address)
    }

    /// Whether something stands for the service, which may not do all that the service does.
    package var isEmulator: Bool { endpoint != "https://storage.googleapis.com" }

    static func error(_ code: GoogleCloudError.Code, _ resource: String, _ detail: String) -> GoogleCloudError {
        GoogleCloudError(code, service: service, resource: resource, detail: detail)
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
        let query = call.query.map { "\($0.name)=\(StoragePath.escaped($0.value))" }.joined(separator: "&")
        let url = "\(endpoint)/\(call.root)/\(call.path)\(query.isEmpty ? "" : "?")\(query)"
        let request = HTTPRequest(call.method, url, headers: call.headers, body: call.body)
        let policy = call.isIdempotent ? retries : .never
        return try policy.run { () throws(GoogleCloudError) in
            let response = try send(authorized(request), limit: call.limit, resource: call.resource)
            guard (200..<300).contains(response.status) else { throw error(response, call.resource) }
            return response
        }
    }

    /// Sends a call whose answer is a JSON object.
    func object(answering call: Call) throws(GoogleCloudError) -> JSONObject {
        try object(in: answer(to: call), resource: call.resource)
    }

    func object(in response: HTTPResponse, resource: String) throws(GoogleCloudError) -> JSONObject {
        do throws(JSONObject.NoObject) { return try JSONObject(response.body) } catch {
            throw Self.error(.malformedAnswer, resource, "no JSON object")
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

    /// Sends a request once, as it is; any status is an answer.
    func send(
        _ request: HTTPRequest, limit: Int = longestAnswer, resource: String
    ) throws(GoogleCloudError) -> HTTPResponse {
        do throws(HTTPError) { return try http.send(request, limit: limit, deadline: Self.deadline) } catch {
            throw GoogleCloudError(error, service: Self.service, resource: resource)
        }
    }

    func error(_ response: HTTPResponse, _ resource: String) -> GoogleCloudError {
        GoogleCloudError(http: response, service: Self.service, resource: resource)
    }
}

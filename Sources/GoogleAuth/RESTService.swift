internal import Foundation
package import HTTP

/// One of Google's services by its REST interface: sends requests as whoever asks, and again where that may help.
package struct RESTService: Sendable {
    private static let deadline: Duration = .seconds(120)

    /// Which service it is.
    package let service: GoogleService
    /// `https://HOST`, without a slash at its end.
    package let endpoint: String
    private let credentials: Credentials
    private let http: HTTPClient
    /// When a call is tried again.
    package let retries: RetryPolicy

    /// A service that is asked with these credentials, at this address.
    package init(
        _ service: GoogleService, credentials: Credentials, endpoint: String, retries: RetryPolicy, http: HTTPClient
    ) {
        self.service = service
        self.credentials = credentials
        self.endpoint = endpoint
        self.retries = retries
        self.http = http
    }

    /// The address of a service, or of the emulator that its variable names.
    package static func endpoint(
        of service: GoogleService, standard: String, environment: [String: String]
    ) -> String {
        guard let emulator = service.emulator(in: environment) else { return standard }
        let address = emulator.contains("://") ? emulator : "http://\(emulator)"
        return address.hasSuffix("/") ? String(address.dropLast()) : address
    }

    /// An error of the service about a resource.
    package func error(_ code: GoogleCloudError.Code, _ resource: String, _ detail: String) -> GoogleCloudError {
        GoogleCloudError(code, service: service.rawValue, resource: resource, detail: detail)
    }

    /// Sends a request as whoever asks, and takes an answer of 2xx.
    ///
    /// - Parameters:
    ///   - request: Without its authorization.
    ///   - isIdempotent: Whether doing it twice is the same as once: only then it is tried again.
    ///   - limit: Bytes of the longest answer.
    ///   - resource: For errors, such as `gs://bucket`.
    /// - Returns: The answer.
    /// - Throws: ``GoogleCloudError``, with the service's own words.
    package func answer(
        to request: HTTPRequest, isIdempotent: Bool, limit: Int, resource: String
    ) throws(GoogleCloudError) -> HTTPResponse {
        let policy = isIdempotent ? retries : .never
        return try policy.run { () throws(GoogleCloudError) in
            let response = try send(authorized(request), limit: limit, resource: resource)
            guard (200..<300).contains(response.status) else { throw refusal(response, resource) }
            return response
        }
    }

    /// Sends a request once, as it is; any status is an answer.
    package func send(_ request: HTTPRequest, limit: Int, resource: String) throws(GoogleCloudError) -> HTTPResponse {
        do throws(HTTPError) { return try http.send(request, limit: limit, deadline: Self.deadline) } catch {
            throw GoogleCloudError(error, service: service.rawValue, resource: resource)
        }
    }

    /// The error that an answer other than 2xx stands for.
    package func refusal(_ response: HTTPResponse, _ resource: String) -> GoogleCloudError {
        GoogleCloudError(http: response, service: service.rawValue, resource: resource)
    }

    /// The JSON object of an answer.
    ///
    /// - Throws: ``GoogleCloudError`` with code `malformedAnswer` for anything else.
    package func object(in body: [UInt8], resource: String) throws(GoogleCloudError) -> JSONObject {
        do throws(JSONObject.NoObject) { return try JSONObject(body) } catch {
            throw self.error(.malformedAnswer, resource, "no JSON object")
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
}

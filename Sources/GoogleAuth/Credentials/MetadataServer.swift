internal import HTTP

/// The server beside every machine, container and function of Google Cloud that knows its service account.
///
/// Source: Compute Engine, "About VM metadata"; variables as Google's clients read them.
struct MetadataServer: Sendable {
    private let host: String
    private let isKnown: Bool  // named by the environment, so waited for longer
    private static let longestProject = 1 << 10  // bytes

    init(_ environment: [String: String]) {
        let named = environment["GCE_METADATA_HOST"].flatMap { $0.isEmpty ? nil : $0 }
        host = named ?? "169.254.169.254"  // by number: elsewhere the name would be looked up in vain
        isKnown = named != nil
    }

    /// The project that the machine belongs to; also tells whether the server is there at all.
    func project(over http: HTTPClient) throws(GoogleCloudError) -> String {
        let request = question("project/project-id")
        let response: HTTPResponse
        do throws(GoogleCloudError) {
            response = try request.answer(
                over: http, limit: Self.longestProject, deadline: isKnown ? .seconds(5) : .seconds(2))
        } catch {
            throw .credentials("", "the metadata server does not answer (\(error.detail))")
        }
        // Any web server may answer at this address on a network that is not Google's.
        guard response.header("Metadata-Flavor") == "Google",
            let project = String(validating: response.body, as: UTF8.self), TokenRequest.isToken(project)
        else { throw .credentials("", "what answers at \(host) is no metadata server") }
        return project
    }

    func token(over http: HTTPClient) throws(GoogleCloudError) -> AccessToken {
        try question("instance/service-accounts/default/token").token(over: http)
    }

    /// A short text about this machine, such as `instance/name`.
    func text(_ path: String, over http: HTTPClient) throws(GoogleCloudError) -> String {
        let request = question(path)
        let response = try request.answer(over: http, limit: Self.longestProject)
        guard response.header("Metadata-Flavor") == "Google",
            let text = String(validating: response.body, as: UTF8.self), TokenRequest.isToken(text)
        else { throw request.malformed("no \(path)") }
        return text
    }

    private func question(_ path: String) -> TokenRequest {
        TokenRequest(
            "metadata server",
            HTTPRequest(
                .get, "http://\(host)/computeMetadata/v1/\(path)", headers: [HTTPHeader("Metadata-Flavor", "Google")]))
    }
}

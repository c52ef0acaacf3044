package import GoogleAuth
internal import Escaping
internal import GRPC
internal import Protobuf

/// Calls of Pub/Sub, by anyone's threads, over one connection.
package final class PubSubClient: Sendable {
    let channel: GRPCChannel
    private let credentials: Credentials

    /// - Parameters:
    ///   - credentials: Whose calls they are.
    ///   - emulator: `HOST:PORT` of Google's emulator instead of the service, unencrypted; `nil` for the service.
    ///   - endpoint: The service's, or a region's such as `us-central1-pubsub.googleapis.com:443`.
    /// - Throws: ``GoogleCloudError/Code/invalidArgument`` for an address that is none.
    package init(
        credentials: Credentials, emulator: String? = nil, endpoint: String = "pubsub.googleapis.com:443"
    ) throws(GoogleCloudError) {
        self.credentials = credentials
        var settings = GRPCSettings()
        // A pulled answer may hold several messages of 10 MB.
        settings.largestReceived = 256 << 20
        do throws(GRPCError) {
            channel = try GRPCChannel(
                emulator ?? endpoint, security: emulator == nil ? .tls(roots: nil) : .plaintext, settings: settings)
        } catch {
            throw GoogleCloudError(error, service: GoogleService.pubSub.rawValue, resource: emulator ?? endpoint)
        }
    }

    /// What the service may do again by itself when it fails (https://cloud.google.com/pubsub/docs/retry-requests): the
    /// codes are those of Google's own clients for calls that change something, and for those that do not.
    enum Retries {
        static let changing = RetryPolicy(
            codes: [.unavailable], firstWait: .milliseconds(100), mostWait: .seconds(60), factor: 1.3,
            mostTime: .seconds(60))
        static let reading = RetryPolicy(
            codes: [.aborted, .unavailable, .unknown], firstWait: .milliseconds(100), mostWait: .seconds(60),
            factor: 1.3, mostTime: .seconds(60))
    }

    /// Calls a method, again where `retries` says so.
    ///
    /// - Parameters:
    ///   - method: Such as `Publisher/GetTopic`.
    ///   - request: The message sent.
    ///   - resource: What it is about: the service routes by it, and an error names it.
    ///   - parameter: What the request calls the resource, such as `topic`.
    ///   - retries: When it is tried again.
    ///   - deadline: Of each try.
    /// - Returns: The answer.
    /// - Throws: The service's error.
    func call<Answer: ProtobufMessage>(
        _ method: String, _ request: some ProtobufMessage, of resource: String, _ parameter: String,
        retries: RetryPolicy, deadline: Duration = .seconds(60)
    ) throws(GoogleCloudError) -> Answer {
        try call(method, request.serialized, of: resource, parameter, retries: retries, deadline: deadline)
    }

    /// The same with a request that is serialized already.
    func call<Answer: ProtobufMessage>(
        _ method: String, _ request: [UInt8], of resource: String, _ parameter: String, retries: RetryPolicy,
        deadline: Duration
    ) throws(GoogleCloudError) -> Answer {
        let answer = try retries.run { () throws(GoogleCloudError) in
            let metadata = try metadata(resource, parameter)
            do throws(GRPCError) {
                return try channel.unary(Self.path(method), request, metadata: metadata, deadline: deadline)
            } catch { throw Self.error(error, resource) }
        }
        do throws(ProtobufError) { return try Answer(serialized: answer) } catch {
            throw Self.malformed(error, resource)
        }
    }

    /// What goes with each call: who calls, and where the service is to route it.
    func metadata(_ resource: String, _ parameter: String) throws(GoogleCloudError) -> [(String, String)] {
        var metadata = [("x-goog-request-params", "\(parameter)=\(PercentEncoding.escape(resource))")]
        if let authorization = try credentials.authorization() { metadata.append(("authorization", authorization)) }
        if let project = credentials.quotaProject { metadata.append(("x-goog-user-project", project)) }
        return metadata
    }

    static func path(_ method: String) -> String { "/google.pubsub.v1.\(method)" }

    static func error(_ error: GRPCError, _ resource: String) -> GoogleCloudError {
        GoogleCloudError(error, service: GoogleService.pubSub.rawValue, resource: resource)
    }

    static func malformed(_ error: ProtobufError, _ resource: String) -> GoogleCloudError {
        GoogleCloudError(
            .malformedAnswer, service: GoogleService.pubSub.rawValue, resource: resource, detail: "\(error)")
    }
}

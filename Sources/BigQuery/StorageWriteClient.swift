package import GoogleAuth
internal import Escaping
internal import Foundation
internal import GRPC
internal import Protobuf

/// A client of BigQuery's Storage Write API over gRPC (cloud.google.com/bigquery/docs/write-api): any number of threads share
/// one connection. ``TableWriter`` writes with it.
package final class StorageWriteClient: Sendable {
    private let channel: GRPCChannel
    private let credentials: Credentials

    /// The variable that names an emulator's gRPC interface. It is Nightjar's own: Google's clients have none.
    package static let emulatorVariable = "BIGQUERY_STORAGE_EMULATOR_HOST"

    /// - Parameters:
    ///   - credentials: The credentials.
    ///   - emulator: `HOST:PORT` of an emulator, which is used without TLS instead of the service.
    ///   - endpoint: `HOST:PORT` of the service.
    /// - Throws: ``GoogleCloudError/Code/invalidArgument`` for an invalid address.
    package init(
        credentials: Credentials, emulator: String? = nil, endpoint: String = "bigquerystorage.googleapis.com:443"
    ) throws(GoogleCloudError) {
        self.credentials = credentials
        do throws(GRPCError) {
            channel = try GRPCChannel(
                emulator ?? endpoint, security: emulator == nil ? .tls(roots: nil) : .plaintext)
        } catch { throw Self.error(error, emulator ?? endpoint) }
    }

    /// The service, or the emulator that `BIGQUERY_STORAGE_EMULATOR_HOST` names.
    ///
    /// - Parameter environment: The process's environment.
    /// - Throws: What ``Credentials/find(for:environment:http:)`` throws; `invalidArgument` where only the REST
    ///   interface's emulator is named.
    package convenience init(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(GoogleCloudError) {
        let emulator = environment[Self.emulatorVariable].flatMap { $0.isEmpty ? nil : $0 }
        let rest = GoogleService.bigQuery.emulator(in: environment)
        guard (emulator == nil) == (rest == nil) else {
            throw GoogleCloudError(
                .invalidArgument, service: GoogleService.bigQuery.rawValue, resource: "",
                detail: "one of BIGQUERY_EMULATOR_HOST and \(Self.emulatorVariable) is set without the other")
        }
        let credentials = try Credentials.find(for: .bigQuery, environment: environment)
        try self.init(credentials: credentials, emulator: emulator)
    }

    /// The errors that are retried: those of Google's own clients for these calls.
    package static let standardRetries = RetryPolicy(
        codes: [.unavailable, .aborted, .internal, .cancelled, .deadlineExceeded, .resourceExhausted],
        firstWait: .milliseconds(100), mostWait: .seconds(30), factor: 2, mostTime: .seconds(300))

    // MARK: - Streams

    /// Creates a stream whose rows are in the table as soon as an append is confirmed.
    ///
    /// - Returns: Its name.
    func createStream(of table: TableName) throws(GoogleCloudError) -> String {
        var writer = ProtobufWriter()
        writer.string(1, table.path)
        writer.message(2) { $0.varint(2, 1) }  // COMMITTED
        let answer: StreamReference = try call(
            "CreateWriteStream", writer.bytes, table.description, "parent", table.path)
        return answer.name
    }

    /// Finalizes a stream: it accepts no more rows.
    ///
    /// - Returns: The number of its rows.
    func finalize(_ stream: String) throws(GoogleCloudError) -> Int64 {
        let answer: RowCount = try call(
            "FinalizeWriteStream", StreamReference(name: stream).serialized, stream, "name", stream)
        return answer.rows
    }

    /// Opens a connection over which rows are appended to one stream.
    func connect(to stream: String) throws(GoogleCloudError) -> GRPCStream {
        let metadata = try metadata("write_stream", stream)
        do throws(GRPCError) {
            return try channel.stream(Self.path("AppendRows"), metadata: metadata, deadline: nil)
        } catch { throw Self.error(error, stream) }
    }

    private func call<Answer: ProtobufMessage>(
        _ method: String, _ request: [UInt8], _ resource: String, _ parameter: String, _ routed: String
    ) throws(GoogleCloudError) -> Answer {
        let answer = try Self.standardRetries.run { () throws(GoogleCloudError) in
            let metadata = try metadata(parameter, routed)
            do throws(GRPCError) {
                return try channel.unary(Self.path(method), request, metadata: metadata, deadline: .seconds(60))
            } catch { throw Self.error(error, resource) }
        }
        do throws(ProtobufError) { return try Answer(serialized: answer) } catch {
            throw GoogleCloudError(
                .malformedAnswer, service: GoogleService.bigQuery.rawValue, resource: resource, detail: "\(error)")
        }
    }

    /// The metadata of a call: authorization, billed project and routing.
    private func metadata(_ parameter: String, _ routed: String) throws(GoogleCloudError) -> [(String, String)] {
        let escaped = PercentEncoding.escape(routed)
        var metadata = [("x-goog-request-params", "\(parameter)=\(escaped)")]
        if let authorization = try credentials.authorization() { metadata.append(("authorization", authorization)) }
        if let project = credentials.quotaProject { metadata.append(("x-goog-user-project", project)) }
        return metadata
    }

    private static func path(_ method: String) -> String {
        "/google.cloud.bigquery.storage.v1.BigQueryWrite/\(method)"
    }

    static func error(_ error: GRPCError, _ resource: String) -> GoogleCloudError {
        GoogleCloudError(error, service: GoogleService.bigQuery.rawValue, resource: resource)
    }
}

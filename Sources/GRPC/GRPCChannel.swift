internal import CGRPC
internal import Glibc

/// A connection to a gRPC server, made when first used and again when it is lost; any thread may call at any time.
///
/// Nothing is tried twice in here: who calls knows what may be.
package final class GRPCChannel: Sendable {
    /// The server as gRPC names it, such as `pubsub.googleapis.com:443`.
    package let target: String
    // "grpc_channel" is thread-safe.
    nonisolated(unsafe) let handle: OpaquePointer
    let queue: CompletionQueue

    /// Begun once, and never ended: its own threads may still run when the process exits, which they survive.
    private static let library: Void = {
        // What fails says why in its status, so that nothing need go to the command's error output.
        if getenv("GRPC_VERBOSITY") == nil { gpr_set_log_function(grpc_shim_log) }
        grpc_init()
    }()

    /// - Parameters:
    ///   - target: `HOST:PORT`.
    ///   - security: Encrypted or not.
    ///   - settings: Limits and habits.
    /// - Throws: Code `invalidArgument` for a target or roots that are none.
    package init(
        _ target: String, security: GRPCSecurity, settings: GRPCSettings = GRPCSettings()
    ) throws(GRPCError) {
        _ = Self.library
        self.target = target
        if case .tls(let roots?) = security, !roots.contains("-----BEGIN CERTIFICATE-----") {
            throw GRPCError(.invalidArgument, "the roots hold no certificate", method: "connect", target: target)
        }
        let credentials =
            switch security {
            case .plaintext: grpc_insecure_credentials_create()
            case .tls(let roots): grpc_ssl_credentials_create(roots, nil, nil, nil)
            }
        defer { if let credentials { grpc_channel_credentials_release(credentials) } }
        var handle: OpaquePointer?
        if let credentials {
            handle = settings.userAgent.withCString { agent in
                grpc_shim_channel(
                    target, credentials, UnsafeMutablePointer(mutating: agent), Int32(clamping: settings.largestSent),
                    Int32(clamping: settings.largestReceived), settings.keepAlive.milliseconds,
                    settings.keepAliveTimeout.milliseconds)
            }
        }
        guard let handle else {
            throw GRPCError(.invalidArgument, "no channel can be made", method: "connect", target: target)
        }
        self.handle = handle
        queue = CompletionQueue()
    }

    deinit {
        // Every call holds the channel: there is none any more.
        grpc_channel_destroy(handle)
        queue.shutDown()
    }

    /// Sends a request and waits for its answer.
    ///
    /// - Parameters:
    ///   - method: Such as `/google.pubsub.v1.Publisher/Publish`.
    ///   - request: A serialized message.
    ///   - metadata: Names in lower case, such as `authorization`.
    ///   - deadline: From now.
    /// - Returns: A serialized message.
    /// - Throws: The server's status, or the library's where no server answered.
    package func unary(
        _ method: String, _ request: [UInt8], metadata: [(String, String)] = [], deadline: Duration
    ) throws(GRPCError) -> [UInt8] {
        try start(method, request, metadata: metadata, deadline: deadline).wait()
    }

    /// Sends a request; its answer is waited for later, so that several can be under way.
    package func start(
        _ method: String, _ request: [UInt8], metadata: [(String, String)] = [], deadline: Duration
    ) throws(GRPCError) -> GRPCUnaryCall {
        try GRPCUnaryCall(NativeCall(self, method, deadline: deadline), request, metadata)
    }

    /// Opens a stream of messages in both directions. For server streaming: send one, then ``GRPCStream/finishSending()``.
    ///
    /// - Parameters:
    ///   - method: As for ``unary(_:_:metadata:deadline:)``.
    ///   - metadata: The same.
    ///   - deadline: When the stream ends whatever happens, from now; `nil` for never.
    /// - Returns: The stream; whether the server takes it shows with its first message.
    /// - Throws: Code `invalidArgument` for metadata that are none.
    package func stream(
        _ method: String, metadata: [(String, String)] = [], deadline: Duration?
    ) throws(GRPCError) -> GRPCStream {
        try GRPCStream(NativeCall(self, method, deadline: deadline), metadata)
    }
}

extension Duration {
    fileprivate var milliseconds: Int32 {
        Int32(clamping: components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000)
    }
}

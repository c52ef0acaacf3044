internal import CMicrohttpd
internal import HTTP

/// One request in progress.
///
/// `@unchecked Sendable` because one thread at a time has it: libmicrohttpd calls in the connection's own thread or in that of all
/// connections, and not while the connection is suspended, when a worker has it.
final class Exchange: @unchecked Sendable {
    private let limiter: RequestLimiter
    private let target: String  // path and query
    private var method: HTTPMethod?
    private var body: [UInt8] = []
    private var isOpen = false
    private var isAnswered = false
    /// What a worker has answered.
    private var made: HTTPResponse?

    private init(_ limiter: RequestLimiter, target: String) {
        self.limiter = limiter
        self.target = target
    }

    deinit { if isOpen { limiter.close() } }

    // MARK: - Callbacks of libmicrohttpd

    static let begin:
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?)
            -> UnsafeMutableRawPointer? = { context, target, _ in
                guard let context, let target else { return nil }
                let limiter = Unmanaged<RequestLimiter>.fromOpaque(context).takeUnretainedValue()
                return Unmanaged.passRetained(Exchange(limiter, target: String(cString: target))).toOpaque()
            }

    static let handle: MHD_AccessHandlerCallback = { _, connection, _, method, _, data, count, context in
        guard let connection, let method, let count, let exchange = context?.pointee else { return .NO }
        return Unmanaged<Exchange>.fromOpaque(exchange).takeUnretainedValue()
            .receive(
                connection, method: String(cString: method), UnsafeRawBufferPointer(start: data, count: count.pointee)
            ) {
                count.pointee = 0
            }
    }

    static let end: MHD_RequestCompletedCallback = { context, connection, exchange, _ in
        guard let found = exchange?.pointee else { return }
        Unmanaged<Exchange>.fromOpaque(found).release()
        exchange?.pointee = nil
        guard let context, let connection else { return }
        Unmanaged<RequestLimiter>.fromOpaque(context).takeUnretainedValue().senders.answered(
            UInt(bitPattern: connection))
    }

    static let connection: MHD_NotifyConnectionCallback = { context, connection, _, what in
        guard let context, let connection else { return }
        let senders = Unmanaged<RequestLimiter>.fromOpaque(context).takeUnretainedValue().senders
        if what == .CONNECTION_NOTIFY_STARTED {
            senders.begin(UInt(bitPattern: connection), socket: mhd_shim_socket(connection))
        } else {
            senders.end(UInt(bitPattern: connection))
        }
    }

    // MARK: - Request

    /// Called first with the header section, then with each piece of the body, then once more.
    private func receive(
        _ connection: OpaquePointer, method name: String, _ piece: UnsafeRawBufferPointer, consumed: () -> Void
    ) -> MHD_Result {
        if method == nil {
            guard let method = HTTPMethod(rawValue: name) else {
                return answer(connection, 501, "no request of this method is known here\n")
            }
            self.method = method
            limiter.senders.headReceived(UInt(bitPattern: connection))
            return answerHead(connection, method)
        }
        if isAnswered {
            consumed()  // the rest of a body that was refused
            return .YES
        }
        guard piece.isEmpty else {
            // The body is longer than its Content-Length, or has none: the connection is closed.
            guard piece.count <= limiter.settings.bodyLimit - body.count else { return .NO }
            body.append(contentsOf: piece)
            limiter.senders.bodyReceived(UInt(bitPattern: connection), bytes: body.count)
            consumed()
            return .YES
        }
        return handleRequest(connection)
    }

    /// Answers what the header section alone decides: health checks, refusals, bodies that are too long.
    private func answerHead(_ connection: OpaquePointer, _ method: HTTPMethod) -> MHD_Result {
        let path = target.prefix { $0 != "?" }
        if method == .get || method == .head {
            if path == "/healthz" { return answer(connection, 200, "alive\n") }
            if path == "/readyz" {
                return limiter.acceptsRequests
                    ? answer(connection, 200, "ready\n") : answer(connection, 503, "not ready\n")
            }
        }
        let head = HTTPRequest(method, target, headers: headers(of: connection))
        if let refused = refusal(of: head, connection) { return answer(connection, refused) }
        let length = MHD_lookup_connection_value(connection, .HEADER_KIND, "Content-Length")
        if let length, let bytes = Int(String(cString: length)), bytes > limiter.settings.bodyLimit {
            return answer(connection, 413, "the body is longer than \(limiter.settings.bodyLimit) bytes\n")
        }
        return .YES
    }

    private func refusal(of head: HTTPRequest, _ connection: OpaquePointer) -> HTTPResponse? {
        limiter.workers == nil ? withoutTimeout(connection) { limiter.refusal(head) } : limiter.refusal(head)
    }

    /// Handles a request that was received whole; of a suspended connection called again once it is handled. A slot is acquired only now, so that slow senders hold none.
    private func handleRequest(_ connection: OpaquePointer) -> MHD_Result {
        if let made {
            self.made = nil
            return answer(connection, made)
        }
        limiter.senders.requestReceived(UInt(bitPattern: connection))
        isOpen = limiter.acquireSlot()
        guard isOpen else { return answer(connection, 503, "busy\n", [HTTPHeader("Retry-After", "1")]) }
        let request = HTTPRequest(method ?? .get, target, headers: headers(of: connection), body: body)
        body = []
        guard let workers = limiter.workers else {
            let response = withoutTimeout(connection) { limiter.handler(request) }
            limiter.releaseSlot()
            return answer(connection, response)
        }
        // A suspended connection has no idle time.
        MHD_suspend_connection(connection)
        let name = UInt(bitPattern: connection)
        workers.add { [self] in
            made = limiter.handler(request)
            MHD_resume_connection(OpaquePointer(bitPattern: name))
            limiter.releaseSlot()
        }
        return .YES
    }

    /// Suspends the idle timeout: a connection counts as idle while its handler works, and would be closed before the response.
    private func withoutTimeout<Result>(_ connection: OpaquePointer, _ work: () -> Result) -> Result {
        _ = mhd_shim_set_idle(connection, 0)
        defer { _ = mhd_shim_set_idle(connection, limiter.settings.idleSeconds) }
        return work()
    }

    private func headers(of connection: OpaquePointer) -> [HTTPHeader] {
        var headers: [HTTPHeader] = []
        withUnsafeMutablePointer(to: &headers) { pointer in
            _ = MHD_get_connection_values(
                connection, .HEADER_KIND,
                { context, _, name, value in
                    guard let context, let name else { return .YES }
                    context.assumingMemoryBound(to: [HTTPHeader].self).pointee
                        .append(HTTPHeader(String(cString: name), value.map { String(cString: $0) } ?? ""))
                    return .YES
                }, pointer)
        }
        return headers
    }

    private func answer(
        _ connection: OpaquePointer, _ status: Int, _ text: String = "", _ headers: [HTTPHeader] = []
    ) -> MHD_Result {
        answer(
            connection,
            HTTPResponse(status: status, headers: headers + limiter.settings.headers, body: Array(text.utf8)))
    }

    private func answer(_ connection: OpaquePointer, _ response: HTTPResponse) -> MHD_Result {
        isAnswered = true
        limiter.answered(response.status)
        limiter.senders.answerBegun(UInt(bitPattern: connection), bytes: response.body.count)
        guard let made = nativeResponse(response, connection) else { return .NO }
        defer { MHD_destroy_response(made) }
        for header in response.headers { _ = MHD_add_response_header(made, header.name, header.value) }
        return MHD_queue_response(connection, UInt32(clamping: response.status), made)
    }

    private func nativeResponse(_ response: HTTPResponse, _ connection: OpaquePointer) -> OpaquePointer? {
        // Only a connection that can be suspended may wait for a stream.
        if let stream = response.stream, limiter.workers != nil, method != .head {
            return StreamedBody.response(stream, connection)
        }
        return response.body.withUnsafeBytes { bytes in
            MHD_create_response_from_buffer(
                bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
        }
    }
}

internal import CMicrohttpd
internal import HTTP

/// One request under way; libmicrohttpd calls in the connection's own thread.
final class Exchange {
    private let desk: RequestLimiter
    private let target: String  // path and query
    private var method: HTTPMethod?
    private var body: [UInt8] = []
    private var hasPlace = false
    private var isAnswered = false

    private init(_ desk: RequestLimiter, target: String) {
        self.desk = desk
        self.target = target
    }

    deinit { if hasPlace { desk.leavePlace() } }

    // MARK: what libmicrohttpd calls

    static let begin:
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?)
            -> UnsafeMutableRawPointer? = { context, target, _ in
                guard let context, let target else { return nil }
                let desk = Unmanaged<RequestLimiter>.fromOpaque(context).takeUnretainedValue()
                return Unmanaged.passRetained(Exchange(desk, target: String(cString: target))).toOpaque()
            }

    static let handle: MHD_AccessHandlerCallback = { _, connection, _, method, _, data, count, context in
        guard let connection, let method, let count, let exchange = context?.pointee else { return .NO }
        return Unmanaged<Exchange>.fromOpaque(exchange).takeUnretainedValue()
            .take(
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

    // MARK: -

    /// Called first with the head, then with each piece of the body, then once more.
    private func take(
        _ connection: OpaquePointer, method name: String, _ piece: UnsafeRawBufferPointer, taken: () -> Void
    ) -> MHD_Result {
        if method == nil {
            guard let method = HTTPMethod(rawValue: name) else { return answer(connection, 405) }
            self.method = method
            desk.senders.headCame(UInt(bitPattern: connection))
            return greet(connection, method)
        }
        if isAnswered {
            taken()  // the rest of a body that was refused
            return .YES
        }
        guard piece.isEmpty else {
            // It said that less would come, or nothing: the connection is closed.
            guard piece.count <= desk.settings.bodyLimit - body.count else { return .NO }
            body.append(contentsOf: piece)
            desk.senders.bodyCame(UInt(bitPattern: connection), bytes: body.count)
            taken()
            return .YES
        }
        return work(connection)
    }

    /// Answers to the head alone what needs no body, or is not taken.
    private func greet(_ connection: OpaquePointer, _ method: HTTPMethod) -> MHD_Result {
        let path = target.prefix { $0 != "?" }
        if method == .get || method == .head {
            if path == "/healthz" { return answer(connection, 200, "alive\n") }
            if path == "/readyz" {
                return desk.takesWork ? answer(connection, 200, "ready\n") : answer(connection, 503, "not ready\n")
            }
        }
        let head = HTTPRequest(method, target, headers: headers(of: connection))
        if let refused = atWork(connection, { desk.refusal(head) }) { return answer(connection, refused) }
        let length = MHD_lookup_connection_value(connection, .HEADER_KIND, "Content-Length")
        if let length, let bytes = Int(String(cString: length)), bytes > desk.settings.bodyLimit {
            return answer(connection, 413, "the body is longer than \(desk.settings.bodyLimit) bytes\n")
        }
        return .YES
    }

    /// All has come. A place is taken only now, so that a slow sender holds none.
    private func work(_ connection: OpaquePointer) -> MHD_Result {
        desk.senders.allCame(UInt(bitPattern: connection))
        hasPlace = desk.takePlace()
        guard hasPlace else { return answer(connection, 503, "busy\n", [HTTPHeader("Retry-After", "1")]) }
        let request = HTTPRequest(method ?? .get, target, headers: headers(of: connection), body: body)
        body = []
        return answer(connection, atWork(connection) { desk.handler(request) })
    }

    /// A connection counts as idle while its handler works: it would be closed before the answer.
    private func atWork<Result>(_ connection: OpaquePointer, _ work: () -> Result) -> Result {
        _ = mhd_shim_set_idle(connection, 0)
        defer { _ = mhd_shim_set_idle(connection, desk.settings.idleSeconds) }
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
        answer(connection, HTTPResponse(status: status, headers: headers, body: Array(text.utf8)))
    }

    private func answer(_ connection: OpaquePointer, _ response: HTTPResponse) -> MHD_Result {
        isAnswered = true
        let made = response.body.withUnsafeBytes { bytes in
            MHD_create_response_from_buffer(
                bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
        }
        guard let made else { return .NO }
        defer { MHD_destroy_response(made) }
        for header in response.headers { _ = MHD_add_response_header(made, header.name, header.value) }
        return MHD_queue_response(connection, UInt32(clamping: response.status), made)
    }
}

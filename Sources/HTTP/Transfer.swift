internal import CCurl

/// One request and its response, received only as fast as it is read: the reader's thread drives libcurl.
///
/// Not `Sendable`: "You must never share the same handle in multiple threads" (libcurl-thread(3)).
final class Transfer {
    let easy: UnsafeMutableRawPointer
    let reason: UnsafeMutablePointer<CChar>
    let address: Address
    private let connections: Connections
    var lines: UnsafeMutablePointer<curl_slist>?

    let body: [UInt8]
    var bodySent = 0

    private var target = UnsafeMutableRawBufferPointer(start: nil, count: 0)  // valid while `read` runs
    private var filled = 0
    private var pending: [UInt8] = []  // received beyond the target
    private var pendingStart = 0
    private var isPaused = false
    private var result: CURLcode?
    private static let pendingLimit = 1 << 20

    /// Prepares a request; nothing is sent before ``read(into:)``.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - address: Its address, checked.
    ///   - connections: Open connections that may be used, and are kept; no other transfer may use them meanwhile.
    ///   - settings: Timeouts, trust and additional headers.
    ///   - deadline: The time allowed for the whole transfer; `nil` for no limit as long as data are received.
    /// - Throws: ``HTTPError/Code/refused``.
    init(
        _ request: HTTPRequest, to address: Address, over connections: Connections, settings: HTTPSettings,
        deadline: Duration?
    ) throws(HTTPError) {
        guard let easy = curl_easy_init() else {
            throw HTTPError(code: .refused, address: address.shown, offset: 0, detail: "libcurl has no memory")
        }
        self.easy = easy
        self.address = address
        self.connections = connections
        body = request.body
        reason = .allocate(capacity: Int(CURL_ERROR_SIZE))
        reason.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        for header in settings.headers + request.headers { try add(header) }
        try set(settings, deadline: deadline, redirects: request.followsRedirects ? settings.redirects : nil)
        try set(request.method)
        curl_multi_add_handle(connections.multi, easy)
    }

    deinit {
        curl_multi_remove_handle(connections.multi, easy)
        curl_easy_cleanup(easy)
        curl_slist_free_all(lines)
        reason.deallocate()
    }

    /// Status of the response; 0 before it was received.
    var status: Int { curl_shim_status(easy) }

    /// Length of this response's body as the server states it, bytes.
    var length: Int64? {
        let length = curl_shim_length(easy)
        return length >= 0 ? Int64(length) : nil
    }

    /// A header of the last response.
    func header(_ name: String) -> String? {
        var found: UnsafeMutablePointer<curl_header>?
        guard curl_easy_header(easy, name, 0, UInt32(CURLH_HEADER), -1, &found) == CURLHE_OK,
            let value = found?.pointee.value
        else { return nil }
        return String(cString: value)
    }

    /// The headers of the last response, in its order.
    var headers: [HTTPHeader] {
        var headers: [HTTPHeader] = []
        var last: UnsafeMutablePointer<curl_header>?
        while let next = curl_easy_nextheader(easy, UInt32(CURLH_HEADER), -1, last) {
            headers.append(HTTPHeader(String(cString: next.pointee.name), String(cString: next.pointee.value)))
            last = next
        }
        return headers
    }

    /// Waits for bytes of the body.
    ///
    /// - Returns: Bytes written to `output`; 0 at the end of the body.
    /// - Throws: ``HTTPError`` when the transfer failed; its offset is 0.
    func read(into output: UnsafeMutableRawBufferPointer) throws(HTTPError) -> Int {
        target = output
        filled = 0
        defer { target = UnsafeMutableRawBufferPointer(start: nil, count: 0) }
        drainPending()
        if filled == 0 && isPaused {
            isPaused = false
            try check(curl_easy_pause(easy, CURLPAUSE_CONT))
        }
        while filled == 0 && result == nil {
            var running: Int32 = 0
            guard curl_multi_perform(connections.multi, &running) == CURLM_OK else {
                throw failure(CURLE_FAILED_INIT)
            }
            collectResult()
            if filled == 0 && result == nil { curl_multi_poll(connections.multi, nil, 0, 1_000, nil) }
        }
        if filled == 0, let result, result != CURLE_OK { throw failure(result) }
        return filled
    }

    private func collectResult() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(connections.multi, &left) {
            if message.pointee.msg == CURLMSG_DONE { result = curl_shim_result(message) }
        }
    }

    private func drainPending() {
        let count = min(pending.count - pendingStart, target.count)
        guard count > 0 else { return }
        pending[pendingStart..<(pendingStart + count)].withUnsafeBytes { target.copyMemory(from: $0) }
        filled = count
        pendingStart += count
        if pendingStart == pending.count {
            pending.removeAll(keepingCapacity: true)
            pendingStart = 0
        }
    }

    /// Accepts bytes from libcurl: into the reader's buffer first, then up to ``pendingLimit`` more, then pauses.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
        let direct = min(bytes.count, target.count - filled)
        let rest = bytes.count - direct
        guard rest == 0 || pending.count + rest <= Self.pendingLimit else {
            isPaused = true
            return Int(CURL_WRITEFUNC_PAUSE)
        }
        if direct > 0 {
            UnsafeMutableRawBufferPointer(rebasing: target[filled...])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<direct]))
            filled += direct
        }
        pending.append(contentsOf: bytes[direct...])
        return bytes.count
    }

    /// Copies the next bytes of the request's body to libcurl's buffer.
    func sendBody(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(body.count - bodySent, buffer.count)
        body[bodySent..<(bodySent + count)].withUnsafeBytes { buffer.copyMemory(from: $0) }
        bodySent += count
        return count
    }

    func check(_ code: CURLcode) throws(HTTPError) {
        if code != CURLE_OK { throw failure(code) }
    }
}

extension Duration {
    /// Whole milliseconds, within what a C `long` holds.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(clamping: seconds.multipliedReportingOverflow(by: 1_000).partialValue)
            + Int(attoseconds / 1_000_000_000_000_000)
    }
}

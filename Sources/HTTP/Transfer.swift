internal import CCurl

/// One request and its answer, received only as far as the reader asks: the reader's thread drives libcurl.
///
/// Not `Sendable`: "You must never share the same handle in multiple threads" (libcurl-thread(3)).
final class Transfer {
    private let easy: UnsafeMutableRawPointer
    private let multi: UnsafeMutableRawPointer
    private let reason: UnsafeMutablePointer<CChar>
    private var headers: UnsafeMutablePointer<curl_slist>?
    private let address: Address

    private var target = UnsafeMutableRawBufferPointer(start: nil, count: 0)  // valid while `read` runs
    private var filled = 0
    private var pending: [UInt8] = []  // what came beyond the target
    private var pendingStart = 0
    private var isPaused = false
    private var result: CURLcode?
    private static let pendingLimit = 1 << 20

    /// Prepares a GET; nothing is sent before ``read(into:)``.
    ///
    /// - Parameters:
    ///   - address: What to get.
    ///   - settings: Timeouts and trust.
    ///   - resume: Where to take up the body again, and the ETag or date it must still have.
    /// - Throws: ``HTTPError/Code/refused``.
    init(
        _ address: Address, settings: HTTPSettings, resume: (offset: Int64, validator: String)?
    ) throws(HTTPError) {
        guard Self.isReady, let easy = curl_easy_init(), let multi = curl_multi_init() else {
            // Only when memory has ended; a handle got before it did is then of no matter.
            throw HTTPError(code: .refused, address: address.shown, offset: 0, detail: "libcurl does not start")
        }
        self.easy = easy
        self.multi = multi
        self.address = address
        reason = .allocate(capacity: Int(CURL_ERROR_SIZE))
        reason.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        var lines = settings.headers
        if let resume { lines += ["Range: bytes=\(resume.offset)-", "If-Range: \(resume.validator)"] }
        for line in lines { headers = curl_slist_append(headers, line) }
        try set(settings)
        curl_multi_add_handle(multi, easy)
    }

    deinit {
        curl_multi_remove_handle(multi, easy)
        curl_easy_cleanup(easy)
        curl_multi_cleanup(multi)
        curl_slist_free_all(headers)
        reason.deallocate()
    }

    /// Status of the answer, 0 before it came.
    var status: Int { curl_shim_status(easy) }

    /// Length of this answer's body as the server states it, bytes.
    var length: Int64? {
        let length = curl_shim_length(easy)
        return length >= 0 ? Int64(length) : nil
    }

    /// A header of the last answer.
    func header(_ name: String) -> String? {
        var found: UnsafeMutablePointer<curl_header>?
        guard curl_easy_header(easy, name, 0, UInt32(CURLH_HEADER), -1, &found) == CURLHE_OK,
            let value = found?.pointee.value
        else { return nil }
        return String(cString: value)
    }

    /// Waits for bytes of the body.
    ///
    /// - Returns: Bytes written to `output`; 0 at the body's end.
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
            guard curl_multi_perform(multi, &running) == CURLM_OK else { throw failure(CURLE_FAILED_INIT) }
            collectResult()
            if filled == 0 && result == nil { curl_multi_poll(multi, nil, 0, 1_000, nil) }
        }
        if filled == 0, let result, result != CURLE_OK { throw failure(result) }
        return filled
    }

    private func collectResult() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
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

    /// Takes what libcurl received: into the reader's buffer first, a little beyond it, then no more until it is read.
    private func take(_ bytes: UnsafeRawBufferPointer) -> Int {
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

    private func set(_ settings: HTTPSettings) throws(HTTPError) {
        let writer: curl_shim_writer = { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            return transfer.take(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        let protocols = address.isSecure ? "https" : "http,https"  // a redirect never gives up TLS
        try check(curl_shim_set_writer(easy, writer, Unmanaged.passUnretained(self).toOpaque()))
        try check(curl_shim_set_error_text(easy, reason))
        try check(curl_shim_set_text(easy, CURLOPT_URL, address.text))
        try check(curl_shim_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https"))
        try check(curl_shim_set_text(easy, CURLOPT_REDIR_PROTOCOLS_STR, protocols))
        try check(curl_shim_set_text(easy, CURLOPT_USERAGENT, "nightjar"))
        if let file = settings.certificateFile { try check(curl_shim_set_text(easy, CURLOPT_CAINFO, file)) }
        if headers != nil { try check(curl_shim_set_list(easy, CURLOPT_HTTPHEADER, headers)) }
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_FOLLOWLOCATION, 1), (CURLOPT_MAXREDIRS, settings.redirects), (CURLOPT_FAILONERROR, 1),
            (CURLOPT_NOSIGNAL, 1), (CURLOPT_BUFFERSIZE, 1 << 18), (CURLOPT_LOW_SPEED_LIMIT, 100),
            (CURLOPT_LOW_SPEED_TIME, max(1, Int(settings.stallTimeout.components.seconds))),
            (CURLOPT_CONNECTTIMEOUT_MS, max(1, settings.connectTimeout.milliseconds)),
        ]
        for (option, value) in numbers { try check(curl_shim_set_long(easy, option, value)) }
    }

    private func check(_ code: CURLcode) throws(HTTPError) {
        if code != CURLE_OK { throw failure(code) }
    }

    private func failure(_ result: CURLcode) -> HTTPError {
        let said = String(cString: reason)
        let plain = String(cString: curl_easy_strerror(result))
        let code: HTTPError.Code
        switch result {
        case CURLE_HTTP_RETURNED_ERROR:
            return HTTPError(
                code: .status(status), address: address.shown, offset: 0,
                detail: "the server answered with status \(status)")
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT: code = .unreachable
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
            code = .untrusted
        case CURLE_OPERATION_TIMEDOUT: code = .timedOut
        case CURLE_TOO_MANY_REDIRECTS: code = .tooManyRedirects
        case CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING, CURLE_HTTP2,
            CURLE_HTTP2_STREAM:
            code = .interrupted
        default: code = .refused
        }
        return HTTPError(code: code, address: address.shown, offset: 0, detail: said.isEmpty ? plain : said)
    }

    /// libcurl's global state, set up once; since 7.84 that is safe beside other threads.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}

extension Duration {
    /// Whole milliseconds, within what a C `long` holds.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(clamping: seconds.multipliedReportingOverflow(by: 1_000).partialValue)
            + Int(attoseconds / 1_000_000_000_000_000)
    }
}

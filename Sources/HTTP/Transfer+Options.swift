internal import CCurl

/// libcurl's options of a transfer, and its errors.
extension Transfer {
    /// Adds a line to the request's head.
    func add(_ header: HTTPHeader) throws(HTTPError) {
        let isWhole = !(header.name + header.value).utf8.contains { $0 < 32 || $0 == 127 }
        guard isWhole, !header.name.isEmpty, !header.name.contains(":") else {
            throw HTTPError(
                code: .refused, address: address.shown, offset: 0,
                detail: "a header has no name, or holds a control character")
        }
        // libcurl drops a header without a value, unless a semicolon follows its name.
        let line = header.value.isEmpty ? "\(header.name);" : "\(header.name): \(header.value)"
        try add(line)
    }

    private func add(_ line: String) throws(HTTPError) {
        guard let longer = curl_slist_append(lines, line) else { throw failure(CURLE_OUT_OF_MEMORY) }
        lines = longer
    }

    func set(_ method: HTTPMethod) throws(HTTPError) {
        if !body.isEmpty || [.post, .put, .patch].contains(method) {
            try setBody()
            try add("Expect:")  // no Expect: 100-continue
        }
        if method == .head { try check(curl_shim_set_long(easy, CURLOPT_NOBODY, 1)) }
        if method != .get && method != .head {
            try check(curl_shim_set_text(easy, CURLOPT_CUSTOMREQUEST, method.rawValue))
        }
        if lines != nil { try check(curl_shim_set_list(easy, CURLOPT_HTTPHEADER, lines)) }
    }

    private func setBody() throws(HTTPError) {
        let reader: curl_shim_reader = { bytes, size, count, context in
            guard let bytes, let context else { return Int(CURL_READFUNC_ABORT) }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            return transfer.sendBody(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
        }
        // A kept connection may turn out to be closed: the body is then sent from its start on another.
        let seeker: curl_shim_seeker = { context, offset, origin in
            guard let context, origin == SEEK_SET else { return Int32(CURL_SEEKFUNC_CANTSEEK) }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            guard let position = Int(exactly: offset), (0...transfer.body.count).contains(position) else {
                return Int32(CURL_SEEKFUNC_FAIL)
            }
            transfer.bodySent = position
            return Int32(CURL_SEEKFUNC_OK)
        }
        try check(curl_shim_set_long(easy, CURLOPT_UPLOAD, 1))
        try check(curl_shim_set_body(easy, reader, seeker, Unmanaged.passUnretained(self).toOpaque(), body.count))
    }

    func set(_ settings: HTTPSettings, deadline: Duration?, redirects: Int?) throws(HTTPError) {
        let writer: curl_shim_writer = { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            return transfer.receive(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        let protocols = address.isSecure ? "https" : "http,https"  // a redirect never leaves TLS
        try check(curl_shim_set_writer(easy, writer, Unmanaged.passUnretained(self).toOpaque()))
        try check(curl_shim_set_error_text(easy, reason))
        try check(curl_shim_set_text(easy, CURLOPT_URL, address.text))
        try check(curl_shim_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https"))
        try check(curl_shim_set_text(easy, CURLOPT_REDIR_PROTOCOLS_STR, protocols))
        try check(curl_shim_set_text(easy, CURLOPT_USERAGENT, "nightjar"))
        if let file = settings.certificateFile { try check(curl_shim_set_text(easy, CURLOPT_CAINFO, file)) }
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_FOLLOWLOCATION, redirects == nil ? 0 : 1), (CURLOPT_MAXREDIRS, redirects ?? 0),
            (CURLOPT_NOSIGNAL, 1), (CURLOPT_BUFFERSIZE, 1 << 18), (CURLOPT_LOW_SPEED_LIMIT, 100),
            (CURLOPT_LOW_SPEED_TIME, max(1, Int(settings.stallTimeout.components.seconds))),
            (CURLOPT_CONNECTTIMEOUT_MS, max(1, settings.connectTimeout.milliseconds)),
            (CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS)),
            (CURLOPT_TIMEOUT_MS, deadline.map { max(1, $0.milliseconds) } ?? 0),
        ]
        for (option, value) in numbers { try check(curl_shim_set_long(easy, option, value)) }
    }

    /// The error of a failed transfer, with libcurl's message.
    func failure(_ result: CURLcode) -> HTTPError {
        let message = String(cString: reason)
        let standard = String(cString: curl_easy_strerror(result))
        let code: HTTPError.Code
        switch result {
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
        return HTTPError(code: code, address: address.shown, offset: 0, detail: message.isEmpty ? standard : message)
    }
}

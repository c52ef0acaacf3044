internal import CCurl

/// An http or https address, checked, with a form that can be shown.
struct Address {
    /// As given: may hold a password or a signed query.
    let text: String
    /// Scheme, host, port and path.
    let shown: String
    let isSecure: Bool

    init(_ text: String) throws(HTTPError) {
        let scheme = text.prefix { $0 != ":" }.lowercased()
        guard let parts = curl_url() else { throw Self.error("no memory for an address") }
        defer { curl_url_cleanup(parts) }
        guard scheme == "https" || scheme == "http", !text.utf8.contains(0),
            curl_url_set(parts, CURLUPART_URL, text, 0) == CURLUE_OK
        else { throw Self.error("not an http:// or https:// address") }
        self.text = text
        isSecure = scheme == "https"
        let host = Self.part(CURLUPART_HOST, of: parts) ?? ""
        let port = Self.part(CURLUPART_PORT, of: parts).map { ":\($0)" } ?? ""
        let path = Self.part(CURLUPART_PATH, of: parts) ?? ""
        shown = "\(scheme)://\(host)\(port)\(path)"
    }

    private static func part(_ name: CURLUPart, of parts: OpaquePointer) -> String? {
        var value: UnsafeMutablePointer<CChar>?
        guard curl_url_get(parts, name, &value, 0) == CURLUE_OK, let value else { return nil }
        defer { curl_free(value) }
        return String(cString: value)
    }

    private static func error(_ detail: String) -> HTTPError {
        HTTPError(code: .invalidAddress, address: "address", offset: 0, detail: detail)
    }
}

/// An address as it may be shown: without user, password and query; `nil` if it is not http or https.
package func shownAddress(_ text: String) -> String? {
    do throws(HTTPError) { return try Address(text).shown } catch { return nil }
}

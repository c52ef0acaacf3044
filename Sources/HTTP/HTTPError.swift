/// Why something could not be fetched over HTTP, and from where.
package struct HTTPError: Error, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: Hashable, Sendable {
        case invalidAddress
        case unreachable  // the host has no address or accepts no connection
        case untrusted  // TLS failed, or the certificate is not trusted
        case timedOut  // no connection, or too few data, in the time allowed
        case status(Int)  // the server responded with this status, 400 or more
        case tooManyRedirects
        case interrupted  // the connection broke, and the transfer could not be resumed
        case changed  // the connection broke, and the content has changed since
        case tooLong  // longer than the caller's limit
        case refused  // libcurl could not do it
    }
    /// What kind of failure it is.
    package let code: Code
    /// The address, without user, password and query, which may hold secrets.
    package let address: String
    /// Bytes of the body that were received before.
    package let offset: Int64
    /// The reason.
    package let detail: String

    package var description: String {
        let progress = offset > 0 ? " after \(offset) bytes" : ""
        return "\(address)\(progress): \(detail)"
    }

    /// Whether the same request may succeed a little later.
    var isTransient: Bool {
        switch code {
        case .unreachable, .timedOut, .interrupted: true
        case .status(let status): [408, 429, 500, 502, 503, 504].contains(status)
        case .invalidAddress, .untrusted, .tooManyRedirects, .changed, .tooLong, .refused: false
        }
    }
}

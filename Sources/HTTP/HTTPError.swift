/// Why something could not be fetched over HTTP, and from where.
package struct HTTPError: Error, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: Hashable, Sendable {
        case invalidAddress
        case unreachable  // the host has no address or takes no connection
        case untrusted  // TLS failed, or the certificate is not to be trusted
        case timedOut  // no connection, or too little data, in the time allowed
        case status(Int)  // the server answered with this status, 400 or more
        case tooManyRedirects
        case interrupted  // the connection broke, and could not be taken up again
        case changed  // the connection broke, and the server has something else there now
        case tooLong  // longer than the caller's limit
        case refused  // libcurl could not do it
    }
    /// What kind of failure it is.
    package let code: Code
    /// The address that was asked.
    package let address: String  // without user, password and query, which may hold secrets
    /// How much had come.
    package let offset: Int64  // bytes of the body received before
    /// What went wrong.
    package let detail: String

    package var description: String {
        let place = offset > 0 ? " after \(offset) bytes" : ""
        return "\(address)\(place): \(detail)"
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

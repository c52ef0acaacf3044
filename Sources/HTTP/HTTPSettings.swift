/// Timeouts, retries and trusted certificates.
package struct HTTPSettings: Hashable, Sendable {
    /// Time for name resolution, connection and TLS together.
    package var connectTimeout: Duration = .seconds(20)
    /// A transfer slower than 100 bytes a second for this long has stalled.
    package var stallTimeout: Duration = .seconds(60)
    /// Retries of a download each time its connection breaks: the count restarts when data are received.
    package var retries = 4
    /// Wait before the first retry; it doubles each time.
    package var firstWait: Duration = .seconds(1)
    /// Redirects that are followed at most.
    package var redirects = 5
    /// A PEM file of certificates to trust instead of the system's.
    package var certificateFile: String?
    /// Additional headers of every request.
    package var headers: [HTTPHeader] = []

    /// The standard settings.
    package init() {}
}

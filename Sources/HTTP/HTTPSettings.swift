/// How long to wait, how often to try, whom to trust.
package struct HTTPSettings: Hashable, Sendable {
    /// Time for name, connection and TLS together.
    package var connectTimeout: Duration = .seconds(20)
    /// A transfer slower than 100 bytes a second for this long has stalled.
    package var stallTimeout: Duration = .seconds(60)
    /// A download's tries after the first, each time the connection breaks: the count starts anew when data have come.
    package var retries = 4
    /// Wait before the first further try; it doubles each time.
    package var firstWait: Duration = .seconds(1)
    /// Redirects followed, where they are.
    package var redirects = 5
    /// A PEM file of certificates to trust instead of the system's.
    package var certificateFile: String?
    /// Further headers of every request.
    package var headers: [HTTPHeader] = []

    /// The standard settings.
    package init() {}
}

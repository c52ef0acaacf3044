internal import Synchronization

/// Sends requests and takes whole answers, from any number of threads at once.
///
/// Each call has a connection to itself while it lasts; the connections stay open for later calls. An answer is an
/// answer whatever its status, and nothing is tried twice: who asks knows whether the thing may be done again.
package final class HTTPClient: Sendable {
    private let settings: HTTPSettings
    private let idle = Mutex<[Connections]>([])
    private static let idleLimit = 64

    /// - Parameter settings: Timeouts and trust; ``HTTPSettings/retries`` are for downloads.
    package init(_ settings: HTTPSettings = HTTPSettings()) {
        self.settings = settings
    }

    /// Sends a request and waits for the whole answer.
    ///
    /// - Parameters:
    ///   - request: What to ask.
    ///   - limit: The longest body allowed, bytes.
    ///   - deadline: Time for all of it, from the connection to the body's end.
    /// - Returns: The answer, also where its status says that something failed.
    /// - Throws: ``HTTPError`` when no whole answer came, among them ``HTTPError/Code/tooLong`` and
    ///   ``HTTPError/Code/timedOut``.
    package func send(
        _ request: HTTPRequest, limit: Int, deadline: Duration
    ) throws(HTTPError) -> HTTPResponse {
        let address = try Address(request.url)
        let kept = idle.withLock { $0.popLast() }
        let connections = if let kept { kept } else { try Connections(for: address) }
        defer {
            idle.withLock { idle in
                if idle.count < Self.idleLimit { idle.append(connections) }
            }
        }
        return try answer(to: request, at: address, limit: limit, deadline: deadline, over: connections)
    }

    /// A function of its own, so that the transfer has let go of the connections when it returns.
    private func answer(
        to request: HTTPRequest, at address: Address, limit: Int, deadline: Duration, over connections: Connections
    ) throws(HTTPError) -> HTTPResponse {
        let transfer = try Transfer(
            request, to: address, over: connections, settings: settings, deadline: deadline)
        let body = try wholeBody(limit: limit, from: address, read: transfer.read)
        return HTTPResponse(status: transfer.status, headers: transfer.headers, body: body)
    }
}

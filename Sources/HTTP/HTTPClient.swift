internal import Synchronization

/// Sends requests and receives whole responses, from any number of threads at once.
///
/// Each call uses one connection; connections stay open for later calls. A response is returned whatever its status, and
/// nothing is retried: the caller knows whether the request may be repeated.
package final class HTTPClient: Sendable {
    private let settings: HTTPSettings
    private let idle = Mutex<[Connections]>([])
    private static let idleLimit = 64

    /// - Parameter settings: Timeouts and trust; ``HTTPSettings/retries`` are for downloads.
    package init(_ settings: HTTPSettings = HTTPSettings()) {
        self.settings = settings
    }

    /// Sends a request and waits for the whole response.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - limit: The longest body allowed, bytes.
    ///   - deadline: The time allowed from the connection to the end of the body.
    /// - Returns: The response, also one with an error status.
    /// - Throws: ``HTTPError`` when no whole response was received, among them ``HTTPError/Code/tooLong`` and
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

    /// A function of its own, so that the transfer has released the connections when it returns.
    private func answer(
        to request: HTTPRequest, at address: Address, limit: Int, deadline: Duration, over connections: Connections
    ) throws(HTTPError) -> HTTPResponse {
        let transfer = try Transfer(
            request, to: address, over: connections, settings: settings, deadline: deadline)
        let body = try wholeBody(limit: limit, from: address, read: transfer.read)
        return HTTPResponse(status: transfer.status, headers: transfer.headers, body: body)
    }
}

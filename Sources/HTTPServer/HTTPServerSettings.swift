package import HTTP

/// Where a server listens, and its limits.
package struct HTTPServerSettings: Hashable, Sendable {
    /// An IPv4 or IPv6 address of this machine; the default is reachable from this machine alone, `::` from everywhere.
    package var address = "127.0.0.1"
    /// A port; 0 for any free one.
    package var port: UInt16
    /// Requests handled at once, each in a thread of its own, once it was received whole. One more gets status 503, so that
    /// the sender retries later.
    package var requests = 16
    /// Whether one thread waits for all connections (epoll), and as many threads as ``requests`` handle what was received
    /// whole: thousands of slow or idle clients cost a descriptor each. What refuses requests by their header sections must
    /// then be quick. Otherwise each connection has a thread of its own.
    package var isEventDriven = false
    /// Requests that wait for one of these threads; one more gets status 503.
    package var queue = 0
    /// Added to what the server itself answers: health checks and refusals.
    package var headers: [HTTPHeader] = []
    /// Connections open at once. From three quarters of them on, a new one closes the one that has been waited for longest.
    package var connections: UInt32 = 256
    /// The longest header section of a request, bytes; a longer one gets status 431.
    package var headLimit = 16 << 10
    /// The longest body of a request, bytes. Pub/Sub's longest message, 10 MB, is longer as base64 in its envelope.
    package var bodyLimit = 14 << 20
    /// Bytes of all bodies received in part, and of all answers that were not read yet. Beyond it the connection that has been waited for longest is closed.
    package var bodiesLimit = 128 << 20
    /// Seconds after which a connection is closed that has sent no whole header section, or is idle.
    package var idleSeconds: UInt32 = 60
    /// Seconds after its header section within which a request's body must be received whole; if not, the connection is
    /// closed. The handler has no time limit.
    package var bodySeconds: UInt32 = 30

    /// Settings of a server on this port; 0 for any free one.
    package init(port: UInt16) {
        self.port = port
    }

    /// Whether it answers this machine alone.
    package var isLoopback: Bool {
        address == "::1" || address.hasPrefix("127.") && address.split(separator: ".").count == 4
    }

    /// The address with a port, as in the address of a page.
    package func shown(port: UInt16) -> String { address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)" }
}

/// Why a server could not listen.
package struct HTTPServerError: Error, Hashable, CustomStringConvertible {
    /// Where the server was to listen.
    package let address: String
    /// The system's reason.
    package let detail: String

    package var description: String { "cannot listen at \(address): \(detail)" }
}

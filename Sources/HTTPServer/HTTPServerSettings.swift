/// Where a server listens, and its limits.
package struct HTTPServerSettings: Hashable, Sendable {
    /// An IPv4 address of this machine; all of them as it stands.
    package var address = "0.0.0.0"
    /// A port; 0 takes one that is free.
    package var port: UInt16
    /// Requests worked on at once, each in a thread of its own. One more is refused with 503 at once, before its body:
    /// the sender slows down and comes again.
    package var requests = 16
    /// Connections open at once.
    package var connections: UInt32 = 256
    /// The longest body of a request, bytes. Pub/Sub's longest message, 10 MB, is longer as base64 in its envelope.
    package var bodyLimit = 14 << 20
    /// An idle connection is closed after this many seconds; a request may take as long as it takes.
    package var idleSeconds: UInt32 = 60

    package init(port: UInt16) {
        self.port = port
    }
}

/// Why a server could not listen.
package struct HTTPServerError: Error, Hashable, CustomStringConvertible {
    package let address: String
    package let detail: String

    package var description: String { "cannot listen at \(address): \(detail)" }
}

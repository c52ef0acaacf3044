/// Where a server listens, and its limits.
package struct HTTPServerSettings: Hashable, Sendable {
    /// An IPv4 address of this machine; only this machine reaches the one that stands here.
    package var address = "127.0.0.1"
    /// A port; 0 takes one that is free.
    package var port: UInt16
    /// Requests worked on at once, each in a thread of its own, once all of it has come. One more is answered with 503:
    /// the sender slows down and comes again.
    package var requests = 16
    /// Connections open at once. From three quarters of them on, a new one closes the one that has kept us waiting longest.
    package var connections: UInt32 = 256
    /// The longest head of a request, bytes; one that is longer is answered with 431.
    package var headLimit = 16 << 10
    /// The longest body of a request, bytes. Pub/Sub's longest message, 10 MB, is longer as base64 in its envelope.
    package var bodyLimit = 14 << 20
    /// Bytes of all bodies that have come in part. One more byte closes the connection that has kept us waiting longest.
    package var bodiesLimit = 128 << 20
    /// A connection is closed that has brought no whole head for this many seconds, or on which nothing moves for so long.
    package var idleSeconds: UInt32 = 60
    /// A connection is closed whose body has not come whole this many seconds after its head. The work takes as long as
    /// it takes.
    package var bodySeconds: UInt32 = 30

    /// Settings of a server on this port; 0 stands for any that is free.
    package init(port: UInt16) {
        self.port = port
    }
}

/// Why a server could not listen.
package struct HTTPServerError: Error, Hashable, CustomStringConvertible {
    /// Where the server was to listen.
    package let address: String
    /// The system's reason.
    package let detail: String

    package var description: String { "cannot listen at \(address): \(detail)" }
}

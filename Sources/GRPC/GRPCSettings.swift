/// Whether a channel is encrypted.
package enum GRPCSecurity: Hashable, Sendable {
    /// Neither encrypted nor checked: for an emulator on this machine.
    case plaintext
    /// Encrypted, the server's certificate checked against these roots (PEM); `nil` for the system's.
    case tls(roots: String?)
}

/// Limits and habits of a channel.
package struct GRPCSettings: Sendable {
    /// The largest message sent, bytes.
    package var largestSent = 64 << 20
    /// The largest message received, bytes.
    package var largestReceived = 64 << 20
    /// After so long without a word from the server while a call waits, it is asked whether it is there.
    package var keepAlive = Duration.seconds(30)
    /// How long it may take to answer that; then the connection counts as lost.
    package var keepAliveTimeout = Duration.seconds(20)
    /// What the server is told of who calls.
    package var userAgent = "nightjar"

    /// The standard settings.
    package init() {}
}

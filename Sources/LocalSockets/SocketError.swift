internal import Glibc

/// Why a socket of this machine cannot be used.
package struct SocketError: Error, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: Hashable, Sendable {
        /// No program listens at the address.
        case nobody
        /// The other side closed the connection.
        case closed
        /// The other side said nothing for too long.
        case timedOut
        /// The other side sent something that is not allowed.
        case refused
        /// The system refused a call.
        case system
    }

    /// What kind of failure it is.
    package let code: Code
    /// The path of the socket, or an abstract name behind `@`.
    package let address: String
    /// What happened.
    package let detail: String

    /// An error about a socket.
    package init(_ code: Code, _ address: String, _ detail: String) {
        (self.code, self.address, self.detail) = (code, address, detail)
    }

    /// The error of the system call that has just failed.
    static func system(_ address: String, _ action: String) -> SocketError {
        let number = errno
        let code: Code =
            switch number {
            case ENOENT, ECONNREFUSED: .nobody
            case EPIPE, ECONNRESET: .closed
            default: .system
            }
        return SocketError(code, address, "\(action): \(String(cString: strerror(number)))")
    }

    package var description: String { "\(address): \(detail)" }
}

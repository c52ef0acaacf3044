internal import Glibc

/// Sends datagrams to one socket of this machine.
package final class DatagramSocket: Sendable {
    private let descriptor: CInt
    private let text: String

    /// Makes the socket; nothing is sent yet.
    ///
    /// - Parameter address: A path, or `@` and an abstract name.
    /// - Throws: ``SocketError`` where it is no address, or the system has no more sockets.
    package init(to address: String) throws(SocketError) {
        text = address
        _ = try UnixAddress(address)
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .system(address, "no socket") }
    }

    deinit { close(descriptor) }

    /// Sends a datagram; waits for nobody.
    ///
    /// - Throws: ``SocketError`` where nobody listens, or the receiver's queue is full.
    package func send(_ message: String) throws(SocketError) {
        let address = try UnixAddress(text)
        let bytes = Array(message.utf8)
        let status = address { pointer, length in
            let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
            return sendto(descriptor, bytes, bytes.count, flags, pointer, length) == bytes.count ? 0 : -1
        }
        guard status == 0 else { throw .system(text, "cannot send") }
    }
}

internal import Glibc

/// A connection between two programs of this machine that exchange frames: four bytes of length, the highest first, and so many
/// bytes.
package final class FrameConnection: Sendable {
    private let descriptor: CInt
    private let address: String

    /// Connects to a program that listens.
    ///
    /// - Parameter address: A path, or `@` and an abstract name.
    /// - Throws: ``SocketError``, with code `nobody` where no program listens there.
    package convenience init(to address: String) throws(SocketError) {
        let name = try UnixAddress(address)
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .system(address, "no socket") }
        guard name({ connect(descriptor, $0, $1) }) == 0 else {
            let error = SocketError.system(address, "cannot connect")
            close(descriptor)
            throw error
        }
        self.init(owning: descriptor, address: address)
    }

    init(owning descriptor: CInt, address: String) {
        self.descriptor = descriptor
        self.address = address
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    deinit { close(descriptor) }

    /// Whether the other side has closed the connection.
    package var isClosed: Bool {
        var byte: UInt8 = 0
        let count = recv(descriptor, &byte, 1, Int32(MSG_PEEK))
        return count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)
    }

    /// Sends a frame.
    ///
    /// - Parameters:
    ///   - frame: At most 4 GB.
    ///   - timeout: How long the other side may take in all.
    /// - Throws: ``SocketError`` where the other side has gone, or takes nothing.
    package func send(_ frame: [UInt8], within timeout: Duration) throws(SocketError) {
        let deadline = ContinuousClock.now + timeout
        let bytes = withUnsafeBytes(of: UInt32(frame.count).bigEndian) { Array($0) } + frame
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                done += count
            } else {
                guard errno == EAGAIN || errno == EINTR else { throw .system(address, "cannot send") }
                try wait(for: POLLOUT, until: deadline)
            }
        }
    }

    /// Receives a frame.
    ///
    /// - Parameters:
    ///   - limit: The most bytes that it may have.
    ///   - timeout: How long the other side may take in all.
    /// - Returns: Its bytes.
    /// - Throws: ``SocketError`` where the other side closes the connection, takes too long, or announces more than `limit`.
    package func receive(limit: Int, within timeout: Duration) throws(SocketError) -> [UInt8] {
        let deadline = ContinuousClock.now + timeout
        let length = try receive(4, until: deadline).reduce(0) { $0 << 8 | Int($1) }
        guard length <= limit else {
            throw SocketError(.refused, address, "a message of \(length) bytes; \(limit) are allowed")
        }
        return try receive(length, until: deadline)
    }

    private func receive(_ count: Int, until deadline: ContinuousClock.Instant) throws(SocketError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = bytes.withUnsafeMutableBytes {
                recv(descriptor, $0.baseAddress?.advanced(by: done), count - done, 0)
            }
            if got > 0 {
                done += got
            } else if got == 0 {
                throw SocketError(.closed, address, "the other side closed the connection")
            } else {
                guard errno == EAGAIN || errno == EINTR else { throw .system(address, "cannot receive") }
                try wait(for: POLLIN, until: deadline)
            }
        }
        return bytes
    }

    private func wait(for events: Int32, until deadline: ContinuousClock.Instant) throws(SocketError) {
        let left = deadline - .now
        guard left > .zero else { throw SocketError(.timedOut, address, "the other side does not answer") }
        var state = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        _ = poll(&state, 1, Int32(min(left / .milliseconds(1), 1e6)) + 1)
    }
}

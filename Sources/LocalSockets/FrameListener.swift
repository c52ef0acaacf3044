internal import Glibc
internal import Threads

/// Listens at a path for programs of the same user.
package final class FrameListener: Sendable {
    private let descriptor: CInt
    private let address: String

    /// Listens; a socket that a dead program left at the path is replaced.
    ///
    /// - Parameter path: Where; the caller sees to it that no other program listens there, as by a lock.
    /// - Throws: ``SocketError`` where something else lies there, or the file system has no sockets.
    package init(at path: String) throws(SocketError) {
        address = path
        let name = try UnixAddress(path)
        var status = stat()
        if lstat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFSOCK else {
                throw SocketError(.refused, path, "this is no socket; move it away")
            }
            unlink(path)
        }
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .system(path, "no socket") }
        // Nobody can connect before it listens, and by then it is the user's own.
        guard name({ bind(descriptor, $0, $1) }) == 0, chmod(path, 0o600) == 0, listen(descriptor, 16) == 0 else {
            let error = SocketError.system(path, "cannot listen")
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    /// The next program that connects; `nil` where none does in so much time.
    package func accept(within timeout: Duration) -> FrameConnection? {
        var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&state, 1, Int32(timeout / .milliseconds(1))) > 0 else { return nil }
        let client = Glibc.accept(descriptor, nil, nil)
        guard client >= 0 else {
            // Out of descriptors, it would go round without a pause.
            if errno != ECONNABORTED { Threads.pause(for: .milliseconds(100)) }
            return nil
        }
        _ = fcntl(client, F_SETFD, FD_CLOEXEC)
        return FrameConnection(owning: client, address: address)
    }

    /// Removes the socket; who connects from now on finds nobody.
    package func remove() { unlink(address) }
}

internal import Glibc

/// Opens files that can be read at any place, which a pipe, a folder or a device cannot.
package enum RegularFile {
    /// Opens a file to read it, and never waits for it.
    ///
    /// - Returns: The descriptor; -1, with `errno`, where there is no such file.
    /// - Throws: ``BrokerError``, of code `damagedArchive` where something else has this name.
    static func open(_ path: String) throws(BrokerError) -> CInt {
        // A pipe without a writer would be waited for.
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            // A loop of links, a socket, or a file where a folder should be.
            guard [ELOOP, ENXIO, ENOTDIR].contains(errno) else { return -1 }
            throw BrokerError(
                .damagedArchive, path: path, detail: "this is no regular file: \(String(cString: strerror(errno)))")
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw BrokerError(.damagedArchive, path: path, detail: "this is no regular file")
        }
        return descriptor
    }

    /// Whether a regular file has this name.
    package static func exists(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }
}

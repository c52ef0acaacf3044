internal import Glibc

/// Files that are there whole or not at all.
package enum WholeFile {
    /// Writes a file under another name and gives it its own when it is whole.
    ///
    /// - Parameters:
    ///   - bytes: What the file holds.
    ///   - path: Its name; what was there is replaced.
    ///   - partial: The name of it while it is written, in the same file system. It is always the same one: what a kill leaves
    ///     is replaced by the next file.
    ///   - isSynced: Whether it is on the disk, under its name, when this returns.
    /// - Throws: ``BrokerError`` where it cannot be written.
    package static func write(
        _ bytes: [UInt8], to path: String, by partial: String, isSynced: Bool = false
    ) throws(BrokerError) {
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .system(.cannotWrite, path: partial) }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .system(.cannotWrite, path: path) }
            rest = rest.dropFirst(count)
        }
        guard !isSynced || fsync(descriptor) == 0, rename(partial, path) == 0 else {
            throw .system(.cannotWrite, path: path)
        }
        guard isSynced else { return }
        let place = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let folder = open(place, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw .system(.cannotWrite, path: path) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw .system(.cannotWrite, path: path) }
    }
}

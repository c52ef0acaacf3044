internal import DataLayout
internal import Glibc

/// A file that this process writes to, identified by device and inode: its path must keep naming the same file.
///
/// Data written to a file that was removed or replaced are lost when the process ends, though no write fails.
struct HeldFile: Sendable {
    let path: String
    private let device: dev_t
    private let inode: ino_t

    init(path: String, status: stat) {
        self.path = path
        (device, inode) = (status.st_dev, status.st_ino)
    }

    /// - Throws: ``BrokerError`` where the file does not exist.
    init(_ path: String) throws(BrokerError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .system(.cannotOpen, path: path) }
        self.init(path: path, status: status)
    }

    init(_ path: String, descriptor: CInt) throws(BrokerError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(.cannotOpen, path: path) }
        self.init(path: path, status: status)
    }

    /// Checks that the path still names the file.
    ///
    /// - Parameter size: Bytes that the file must have; `nil` for any number.
    /// - Throws: ``BrokerError`` where the file was removed or replaced, or has another size.
    func check(size: Int64? = nil) throws(BrokerError) {
        var status = stat()
        guard stat(path, &status) == 0, (status.st_dev, status.st_ino) == (device, inode) else {
            throw BrokerError(
                .lostFile, path: path, detail: "this file was removed or replaced while Nightjar was writing to it")
        }
        guard let size, Int64(status.st_size) != size else { return }
        throw BrokerError(
            .lostFile, path: path,
            detail: "this file has \(status.st_size) bytes instead of \(size): another program changed it while "
                + "Nightjar was writing to it")
    }
}

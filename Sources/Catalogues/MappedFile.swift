internal import Glibc

/// A file in memory, of which the system reads what is looked at. Who cuts it meanwhile ends the process: ``BusErrors``.
final class MappedFile: Sendable {
    nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

    init(_ path: String) throws(CatalogueError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CatalogueError(path, String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else {
            throw CatalogueError(path, "is no file with anything in it")
        }
        let start = mmap(nil, Int(status.st_size), PROT_READ, MAP_SHARED, descriptor, 0)
        guard let start, start != MAP_FAILED else { throw CatalogueError(path, String(cString: strerror(errno))) }
        // What is looked at next is anywhere.
        madvise(start, Int(status.st_size), MADV_RANDOM)
        bytes = UnsafeRawBufferPointer(start: start, count: Int(status.st_size))
        BusErrors.watch(bytes, path)
    }

    deinit {
        BusErrors.forget(bytes)
        munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }
}

internal import Glibc

/// A new file in memory, written anywhere.
final class WritableMap {
    private let path: String
    private let descriptor: CInt
    private let memory: UnsafeMutableRawPointer
    private let count: Int

    init(_ path: String, bytes: Int) throws(CatalogueError) {
        (self.path, count) = (path, bytes)
        descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw CatalogueError(path, String(cString: strerror(errno))) }
        // A disk without room must say so here, and not when a page is written.
        let status = posix_fallocate(descriptor, 0, bytes)
        guard status == 0, let start = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
            start != MAP_FAILED
        else {
            let reason = String(cString: strerror(status == 0 ? errno : status))
            close(descriptor)
            unlink(path)
            throw CatalogueError(path, reason)
        }
        memory = start
    }

    deinit {
        munmap(memory, count)
        close(descriptor)
    }

    func store<Value: BitwiseCopyable>(_ value: Value, at place: Int) {
        precondition(place >= 0 && place + MemoryLayout<Value>.size <= count, "beyond the file")
        memory.storeBytes(of: value, toByteOffset: place, as: Value.self)
    }

    func load<Value: BitwiseCopyable>(at place: Int, as type: Value.Type) -> Value {
        precondition(place >= 0 && place + MemoryLayout<Value>.size <= count, "beyond the file")
        return memory.loadUnaligned(fromByteOffset: place, as: type)
    }

    /// Cuts the file to its length, and waits until it is on the disk.
    func finish(bytes: Int) throws(CatalogueError) {
        guard msync(memory, count, MS_SYNC) == 0, ftruncate(descriptor, bytes) == 0, fsync(descriptor) == 0 else {
            throw CatalogueError(path, String(cString: strerror(errno)))
        }
    }
}

internal import CLinux
internal import Glibc

/// An Avro container that grows at its end, one block for each record.
///
/// While it grows it is called `NAME.avro.open` and every byte up to the committed length is a sound container; closed,
/// it is `NAME.avro` and never changes again. A crash leaves at most an uncommitted tail, which ``init(reopen:committed:)``
/// cuts off.
final class SegmentFile {
    static let openSuffix = ".open"

    /// Where the closed file will be.
    let path: String
    /// Bytes so far, committed or not.
    private(set) var length: Int64
    private let descriptor: CInt
    private var isDirty: Bool
    /// Bytes that the disk was told to begin with.
    private var started: Int64 = 0
    /// Bytes that the kernel keeps no copy of in memory.
    private var released: Int64 = 0
    private static let releasedAtOnce: Int64 = 8 << 20
    private static let keptInMemory: Int64 = 32 << 20

    /// Makes a new file that holds only the container's header.
    init(create path: String, header: [UInt8]) throws(BrokerError) {
        self.path = path
        let openPath = path + Self.openSuffix
        descriptor = open(openPath, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .system(.cannotCreate, path: openPath) }
        length = 0
        isDirty = true
        _ = try append(header, [], [])
    }

    /// Opens a file that a run before this one left growing, and cuts off what was never committed.
    init(reopen path: String, committed: Int64) throws(BrokerError) {
        self.path = path
        let openPath = path + Self.openSuffix
        descriptor = open(openPath, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(.cannotOpen, path: openPath) }
        length = committed
        isDirty = true
        let actual = lseek(descriptor, 0, SEEK_END)
        guard actual >= committed else {
            throw BrokerError(
                .damagedArchive, path: openPath,
                detail: "\(actual) bytes, but \(committed) had been committed: the file was cut from outside")
        }
        guard ftruncate(descriptor, Int(committed)) == 0,
            lseek(descriptor, Int(committed), SEEK_SET) == committed
        else {
            throw .system(.cannotWrite, path: openPath)
        }
    }

    deinit { Glibc.close(descriptor) }

    /// Writes the three parts one after the other, straight from where they lie, and gives the first one's position.
    func append(_ prefix: [UInt8], _ body: ArraySlice<UInt8>, _ trailer: [UInt8]) throws(BrokerError) -> Int64 {
        let position = length
        let total = prefix.count + body.count + trailer.count
        isDirty = true
        let written = prefix.withUnsafeBytes { prefix in
            body.withUnsafeBytes { body in
                trailer.withUnsafeBytes { trailer in write([prefix, body, trailer], total: total) }
            }
        }
        guard written == total else { throw .system(.cannotWrite, path: path + Self.openSuffix) }
        length += Int64(total)
        return position
    }

    /// Writes all parts, going on after a partial write; gives the bytes written, fewer than `total` on an error.
    private func write(_ parts: [UnsafeRawBufferPointer], total: Int) -> Int {
        var done = 0
        while done < total {
            var vectors: [iovec] = []
            var skip = done
            for part in parts {
                if skip >= part.count {
                    skip -= part.count
                    continue
                }
                let rest = UnsafeMutableRawPointer(mutating: part.baseAddress?.advanced(by: skip))
                vectors.append(iovec(iov_base: rest, iov_len: part.count - skip))
                skip = 0
            }
            let count = writev(descriptor, vectors, CInt(vectors.count))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return done }
            done += count
        }
        return done
    }

    /// Has the disk begin with what is not on its way yet. A hint: only ``sync()`` makes bytes durable.
    func startWriting() {
        guard length > started else { return }
        _ = sync_file_range(descriptor, Int(started), Int(length - started), UInt32(NIGHTJAR_SYNC_FILE_RANGE_WRITE))
        started = length
    }

    /// Makes every byte so far durable.
    func sync() throws(BrokerError) {
        guard isDirty else { return }
        guard fdatasync(descriptor) == 0 else { throw .system(.cannotWrite, path: path + Self.openSuffix) }
        isDirty = false
        release()
    }

    /// Lets the kernel reuse the memory of what is on the disk, but for the end, which subscribers may be about to read. A
    /// night is larger than the memory, and taking fresh memory for each of its pages costs more than writing it.
    private func release() {
        let old = length - Self.keptInMemory
        guard old - released >= Self.releasedAtOnce else { return }
        _ = posix_fadvise(descriptor, Int(released), Int(old - released), POSIX_FADV_DONTNEED)
        released = old
    }

    /// Gives the file its closed name. Renaming a file that already has it is not an error: a crash may fall in between.
    static func close(path: String) throws(BrokerError) {
        if rename(path + openSuffix, path) != 0 {
            guard errno == ENOENT, access(path, F_OK) == 0 else { throw .system(.cannotWrite, path: path) }
        }
        try syncFolder(of: path)
    }

    /// Makes a new or changed name in a folder durable.
    static func syncFolder(of path: String) throws(BrokerError) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(.cannotOpen, path: folder) }
        defer { Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system(.cannotWrite, path: folder) }
    }
}

internal import CLinux
internal import DataLayout
internal import Glibc

/// An Avro container that grows at its end, one block for each record.
///
/// While it grows its name is `NAME.avro.open`, and its bytes up to the committed length are a valid container; closed, it is
/// `NAME.avro` and never changes again. A crash leaves at most an uncommitted tail, which ``init(reopen:committed:)`` cuts off.
final class SegmentFile {
    /// Path of the closed file.
    let path: String
    /// Length in bytes, including uncommitted ones.
    private(set) var length: Int64
    private let descriptor: Descriptor
    private let held: HeldFile
    private let writer: FileWriter
    /// Appended bytes that are not passed to the writer yet, in order.
    private var waiting: [ArraySlice<UInt8>] = []
    private var waitingBytes = 0
    private var isDirty: Bool
    /// Length up to which writing to the disk was started.
    private var started: Int64 = 0
    /// Length up to which the kernel's page cache was released.
    private var released: Int64 = 0
    private static let releasedAtOnce: Int64 = 8 << 20
    private static let keptInMemory: Int64 = 32 << 20
    /// Bytes that are passed to the writer together.
    private static let writtenAtOnce = 1 << 20

    /// A descriptor that is closed with its last reference.
    private final class Descriptor: Sendable {
        let number: CInt

        init(_ number: CInt) { self.number = number }

        deinit { Glibc.close(number) }
    }

    /// Creates a file with the container's header.
    init(create path: String, header: [UInt8], writer: FileWriter) throws(BrokerError) {
        self.path = path
        self.writer = writer
        let openPath = path + SegmentName.openSuffix
        let number = open(openPath, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o644)
        guard number >= 0 else { throw .system(.cannotCreate, path: openPath) }
        descriptor = Descriptor(number)
        held = try HeldFile(openPath, descriptor: number)
        length = 0
        isDirty = true
        _ = append(header, [], [])
        flush()
    }

    /// Opens a growing file of an earlier run, and cuts off its uncommitted tail.
    ///
    /// - Throws: ``BrokerError``, with code `lostFile` where committed bytes are missing.
    init(reopen path: String, committed: Int64, writer: FileWriter) throws(BrokerError) {
        self.path = path
        self.writer = writer
        let openPath = path + SegmentName.openSuffix
        let number = open(openPath, O_RDWR | O_APPEND | O_CLOEXEC)
        guard number >= 0 else {
            guard errno == ENOENT else { throw .system(.cannotOpen, path: openPath) }
            throw Self.lost("the file is missing", path)
        }
        descriptor = Descriptor(number)
        held = try HeldFile(openPath, descriptor: number)
        length = committed
        isDirty = true
        let actual = lseek(number, 0, SEEK_END)
        guard actual >= committed else {
            throw Self.lost("\(actual) bytes, but \(committed) were committed: another program has cut the file", path)
        }
        guard ftruncate(number, Int(committed)) == 0 else { throw .system(.cannotWrite, path: openPath) }
    }

    private static func lost(_ what: String, _ path: String) -> BrokerError {
        BrokerError(
            .lostFile, path: path + SegmentName.openSuffix,
            detail: "\(what). Restore it from a copy. To continue without it, create an empty file \(path): "
                + "'topic' and 'alert' then report each lost record")
    }

    /// Appends three parts without copying them, and returns the position of the first.
    func append(_ prefix: [UInt8], _ body: ArraySlice<UInt8>, _ trailer: [UInt8]) -> Int64 {
        let position = length
        let total = prefix.count + body.count + trailer.count
        isDirty = true
        for part in [prefix[...], body, trailer[...]] where !part.isEmpty { waiting.append(part) }
        waitingBytes += total
        length += Int64(total)
        if waitingBytes >= Self.writtenAtOnce { flush() }
        return position
    }

    /// Passes the appended bytes to the writer.
    func flush() {
        guard !waiting.isEmpty else { return }
        let (parts, total, descriptor, path) = (waiting, waitingBytes, descriptor, path)
        writer.add(bytes: total) { () throws(BrokerError) in
            guard Self.write(parts, total, to: descriptor.number) else {
                throw .system(.cannotWrite, path: path + SegmentName.openSuffix)
            }
        }
        waiting.removeAll(keepingCapacity: true)
        waitingBytes = 0
    }

    /// Writes all parts, and continues after a partial write.
    ///
    /// - Returns: Whether all bytes were written; if not, `errno` has the reason.
    private static func write(_ parts: [ArraySlice<UInt8>], _ total: Int, to descriptor: CInt) -> Bool {
        var vectors: [iovec] = []
        vectors.reserveCapacity(parts.count)
        for part in parts {
            // The parts keep their memory alive until the end of this function.
            part.withUnsafeBytes { bytes in
                vectors.append(
                    iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count))
            }
        }
        return withExtendedLifetime(parts) {
            var (next, done) = (0, 0)
            while done < total {
                let count = vectors.withUnsafeBufferPointer { vectors in
                    writev(
                        descriptor, vectors.baseAddress?.advanced(by: next), CInt(min(vectors.count - next, mostParts)))
                }
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return false }
                done += count
                var written = count
                while next < vectors.count, written >= vectors[next].iov_len {
                    written -= vectors[next].iov_len
                    next += 1
                }
                if written > 0 {
                    vectors[next].iov_base = vectors[next].iov_base?.advanced(by: written)
                    vectors[next].iov_len -= written
                }
            }
            return true
        }
    }

    /// Parts of one call of `writev` on Linux.
    private static let mostParts = 1_024

    /// Starts writing the appended bytes to the disk. A hint: only ``sync()`` makes bytes durable.
    func startWriting() {
        guard length > started else { return }
        flush()
        let (start, count, descriptor) = (Int(started), Int(length - started), descriptor)
        writer.add(bytes: 0) {
            _ = sync_file_range(descriptor.number, start, count, UInt32(NIGHTJAR_SYNC_FILE_RANGE_WRITE))
        }
        started = length
    }

    /// Makes all bytes durable, once the writer has finished what ``flush()`` passed to it.
    ///
    /// Each write goes to the file's end, so a file that another program has cut is too short, which is detected here.
    func sync() throws(BrokerError) {
        guard isDirty else { return }
        precondition(waiting.isEmpty, "a segment is flushed before it is synced")
        guard fdatasync(descriptor.number) == 0 else {
            throw .system(.cannotWrite, path: path + SegmentName.openSuffix)
        }
        try held.check(size: length)
        isDirty = false
        release()
    }

    /// Releases the page cache of synced bytes, except the end, which subscribers may read next. A night is larger than the
    /// memory, and allocating each of its pages costs more than writing it.
    private func release() {
        let old = length - Self.keptInMemory
        guard old - released >= Self.releasedAtOnce else { return }
        let (start, count, descriptor) = (Int(released), Int(old - released), descriptor)
        writer.add(bytes: 0) { _ = posix_fadvise(descriptor.number, start, count, POSIX_FADV_DONTNEED) }
        released = old
    }

    /// Renames the file to its closed name. A file that has it already is not an error: a crash may have happened in between.
    static func close(path: String) throws(BrokerError) {
        if rename(path + SegmentName.openSuffix, path) != 0 {
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

internal import CLinux
internal import DataLayout
internal import Glibc

/// An Avro container that grows at its end, one block for each record.
///
/// While it grows it is called `NAME.avro.open` and every byte up to the committed length is a sound container; closed,
/// it is `NAME.avro` and never changes again. A crash leaves at most an uncommitted tail, which ``init(reopen:committed:)``
/// cuts off.
final class SegmentFile {
    /// Where the closed file will be.
    let path: String
    /// Bytes so far, committed or not.
    private(set) var length: Int64
    private let descriptor: Descriptor
    private let held: HeldFile
    private let writer: FileWriter
    /// What was appended and the writer does not have yet, in order.
    private var waiting: [ArraySlice<UInt8>] = []
    private var waitingBytes = 0
    private var isDirty: Bool
    /// Bytes that the disk was told to begin with.
    private var started: Int64 = 0
    /// Bytes that the kernel keeps no copy of in memory.
    private var released: Int64 = 0
    private static let releasedAtOnce: Int64 = 8 << 20
    private static let keptInMemory: Int64 = 32 << 20
    /// Bytes that are handed to the writer together.
    private static let writtenAtOnce = 1 << 20

    /// Closed when nobody writes to the file any more.
    private final class Descriptor: Sendable {
        let number: CInt

        init(_ number: CInt) { self.number = number }

        deinit { Glibc.close(number) }
    }

    /// Makes a new file that holds only the container's header.
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

    /// Opens a file that a run before this one left growing, and cuts off what was never committed.
    ///
    /// - Throws: ``BrokerError``, of code `lostFile` where committed bytes are gone.
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
            throw Self.lost("\(actual) bytes, but \(committed) had been committed: the file was cut from outside", path)
        }
        guard ftruncate(number, Int(committed)) == 0 else { throw .system(.cannotWrite, path: openPath) }
    }

    private static func lost(_ what: String, _ path: String) -> BrokerError {
        BrokerError(
            .lostFile, path: path + SegmentName.openSuffix,
            detail: "\(what). Put it back from a copy. To go on without it, make an empty file \(path): "
                + "'topic' and 'alert' then name each record that is gone")
    }

    /// Has the three parts written one after the other, straight from where they lie, and gives the first one's position.
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

    /// Hands the writer what was appended.
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

    /// Writes all parts, going on after a partial write.
    ///
    /// - Returns: Whether all bytes were written; else `errno` says why not.
    private static func write(_ parts: [ArraySlice<UInt8>], _ total: Int, to descriptor: CInt) -> Bool {
        var vectors: [iovec] = []
        vectors.reserveCapacity(parts.count)
        for part in parts {
            // The parts hold their memory for as long as this lasts.
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

    /// What Linux takes in one call.
    private static let mostParts = 1_024

    /// Has the disk begin with what is not on its way yet. A hint: only ``sync()`` makes bytes durable.
    func startWriting() {
        guard length > started else { return }
        flush()
        let (start, count, descriptor) = (Int(started), Int(length - started), descriptor)
        writer.add(bytes: 0) {
            _ = sync_file_range(descriptor.number, start, count, UInt32(NIGHTJAR_SYNC_FILE_RANGE_WRITE))
        }
        started = length
    }

    /// Makes every byte so far durable, once the writer has finished what it got by ``flush()``.
    ///
    /// Each write goes to the file's end, so that a file that another program cuts is too short, and found so here.
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

    /// Lets the kernel reuse the memory of what is on the disk, but for the end, which subscribers may be about to read. A
    /// night is larger than the memory, and taking fresh memory for each of its pages costs more than writing it.
    private func release() {
        let old = length - Self.keptInMemory
        guard old - released >= Self.releasedAtOnce else { return }
        _ = posix_fadvise(descriptor.number, Int(released), Int(old - released), POSIX_FADV_DONTNEED)
        released = old
    }

    /// Gives the file its closed name. Renaming a file that already has it is not an error: a crash may fall in between.
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

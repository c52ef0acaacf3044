internal import Glibc

/// The bytes of a source as it stores them, in order: a file, a pipe, or a download.
final class ByteInput {
    private enum Origin {
        case descriptor(Int32, isOwned: Bool, isRegular: Bool)
        case remote(any RemoteBytes)
    }
    /// The source's name in errors.
    let name: String
    private let origin: Origin
    private let size: Int64?
    private(set) var bytesRead: Int64 = 0

    /// Length of the source, bytes; `nil` where it is unknown.
    var total: Int64? {
        switch origin {
        case .descriptor: size
        case .remote(let remote): remote.length
        }
    }

    /// - Throws: ``SourceError/Code/notFound`` and ``SourceError/Code/unreadable``.
    convenience init(file path: String, name: String) throws(SourceError) {
        try self.init(file: path.utf8CString, name: name)
    }

    /// - Parameters:
    ///   - path: The bytes of the path, which need not be UTF-8, and a zero.
    ///   - name: The name in errors.
    /// - Throws: ``SourceError/Code/notFound`` and ``SourceError/Code/unreadable``.
    init(file path: ContiguousArray<CChar>, name: String) throws(SourceError) {
        let descriptor = path.withUnsafeBufferPointer { path in
            path.baseAddress.map { open($0, O_RDONLY | O_CLOEXEC) } ?? -1
        }
        guard descriptor >= 0 else { throw .system(name, "cannot be opened", errno) }
        var status = stat()
        var fault = fstat(descriptor, &status) == 0 ? 0 : errno
        if fault == 0 && status.st_mode & S_IFMT == S_IFDIR { fault = EISDIR }
        guard fault == 0 else {
            close(descriptor)
            throw .system(name, "cannot be read", fault)
        }
        let isRegular = status.st_mode & S_IFMT == S_IFREG
        if isRegular { posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL) }
        self.name = name
        origin = .descriptor(descriptor, isOwned: true, isRegular: isRegular)
        size = isRegular ? Int64(status.st_size) : nil
    }

    init(standardInput name: String) {
        self.name = name
        origin = .descriptor(STDIN_FILENO, isOwned: false, isRegular: false)
        size = nil
    }

    init(_ remote: any RemoteBytes, name: String) {
        self.name = name
        origin = .remote(remote)
        size = nil
    }

    deinit {
        if case .descriptor(let descriptor, isOwned: true, _) = origin { close(descriptor) }
    }

    private static let sampleCount: Int64 = 16
    private static let sampleBytes = 4 << 10

    /// Samples of a file at evenly spaced offsets, the last bytes among them; the read position does not change.
    ///
    /// - Parameter start: Offset of the range that is sampled, bytes.
    /// - Returns: The bytes; empty for a source that is not a regular file, or ends before `start`.
    func samples(behind start: Int) -> [UInt8] {
        guard case .descriptor(let descriptor, _, isRegular: true) = origin, let size, size > start else { return [] }
        let reach = size - Int64(start)
        var bytes: [UInt8] = []
        for number in 1...Self.sampleCount {
            let end =
                Int64(start) + reach / Self.sampleCount * number + reach % Self.sampleCount * number / Self.sampleCount
            let count = Int(min(Int64(Self.sampleBytes), end - Int64(start)))
            bytes += [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                filled = max(0, pread(descriptor, buffer.baseAddress, count, Int(end) - count))
            }
        }
        return bytes
    }

    /// Waits for bytes; 0 at the end.
    func read(into output: UnsafeMutableRawBufferPointer) throws(SourceError) -> Int {
        let count: Int
        switch origin {
        case .descriptor(let descriptor, _, _):
            var result = Glibc.read(descriptor, output.baseAddress, output.count)
            while result < 0 && errno == EINTR { result = Glibc.read(descriptor, output.baseAddress, output.count) }
            guard result >= 0 else { throw .system(name, "cannot be read", errno) }
            count = result
        case .remote(let remote): count = try remote.read(into: output)
        }
        bytesRead += Int64(count)
        return count
    }

    /// Whether the next read returns at once: a batch is not held back for a pipe that would block.
    var hasMoreAtOnce: Bool {
        guard case .descriptor(let descriptor, _, isRegular: false) = origin else { return true }
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, 0) > 0
    }
}

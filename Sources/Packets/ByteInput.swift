internal import Glibc
internal import HTTP

extension SourceError {
    /// What went wrong on the web.
    static func web(_ source: String, _ error: HTTPError) -> SourceError {
        var status: Int?
        if case .status(let number) = error.code { status = number }
        let place = error.offset > 0 ? " (after \(error.offset) bytes)" : ""
        return SourceError(.notFetched(status: status), source, error.detail + place)
    }
}

/// Bytes as a source keeps them, one after the other: a file, a pipe, or a download.
final class ByteInput {
    private enum Origin {
        case descriptor(Int32, isOwned: Bool, isRegular: Bool)
        case download(HTTPDownload)
    }
    /// The source's name in errors.
    let name: String
    private let origin: Origin
    private let size: Int64?
    private(set) var bytesRead: Int64 = 0

    /// Bytes in all, where known.
    var total: Int64? {
        switch origin {
        case .descriptor: size
        case .download(let download): download.length
        }
    }

    /// - Throws: ``SourceError/Code/notFound`` and ``SourceError/Code/unreadable``.
    convenience init(file path: String, name: String) throws(SourceError) {
        try self.init(file: path.utf8CString, name: name)
    }

    /// - Parameters:
    ///   - path: The bytes of the path, which may be no text, and a zero.
    ///   - name: What errors call it.
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

    init(_ download: HTTPDownload, name: String) {
        self.name = name
        origin = .download(download)
        size = nil
    }

    deinit {
        if case .descriptor(let descriptor, isOwned: true, _) = origin { close(descriptor) }
    }

    private static let sampleCount: Int64 = 16
    private static let sampleBytes = 4 << 10

    /// Bytes of a file at places that are evenly spread, the last ones among them; the reading goes on where it was.
    ///
    /// - Parameter start: Where the places begin, bytes.
    /// - Returns: Nothing for what is no file, or ends before `start`.
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
        case .download(let download):
            do throws(HTTPError) { count = try download.read(into: output) } catch {
                throw .web(name, error)
            }
        }
        bytesRead += Int64(count)
        return count
    }

    /// Whether reading on is worth it for a fuller batch: a pipe that would block is not waited for.
    var hasMoreAtOnce: Bool {
        guard case .descriptor(let descriptor, _, isRegular: false) = origin else { return true }
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, 0) > 0
    }
}

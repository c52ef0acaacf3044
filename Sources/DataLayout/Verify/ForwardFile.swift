internal import Glibc

/// A file that is read forward, in large pieces.
struct ForwardFile {
    /// Read at a time.
    private static let piece = 4 << 20

    private let descriptor: CInt
    private var buffer = [UInt8](repeating: 0, count: Self.piece)
    /// Where in the file the buffer begins.
    private var start: Int64 = 0
    private var filled = 0

    init(_ descriptor: CInt) {
        self.descriptor = descriptor
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
    }

    /// The file's length.
    var length: Int64 {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int64(status.st_size) : 0
    }

    /// Bytes of the file; `nil` where it ends before or cannot be read.
    mutating func bytes(at position: Int64, count: Int) -> ArraySlice<UInt8>? {
        if position < start || position + Int64(count) > start + Int64(filled) { fill(from: position, least: count) }
        guard position >= start, position + Int64(count) <= start + Int64(filled) else { return nil }
        let low = Int(position - start)
        return buffer[low..<low + count]
    }

    private mutating func fill(from position: Int64, least count: Int) {
        if buffer.count < count { buffer = [UInt8](repeating: 0, count: count) }
        start = position
        filled = 0
        let descriptor = descriptor
        filled = buffer.withUnsafeMutableBytes { buffer in
            var filled = 0
            while filled < buffer.count {
                let got = pread(
                    descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled, Int(position) + filled)
                if got < 0 && errno == EINTR { continue }
                guard got > 0 else { break }
                filled += got
            }
            return filled
        }
    }
}

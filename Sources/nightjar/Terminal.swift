internal import Glibc

/// The reader of standard output has gone; there is no one left to tell.
struct ClosedOutput: Error {}

/// What the command says: results on standard output, all else on standard error.
enum Terminal {
    /// Whether a person watches standard error.
    static let isInteractive = isatty(STDERR_FILENO) == 1

    static func complain(_ message: String) { write("nightjar: \(message)\n", to: STDERR_FILENO) }

    static func note(_ message: String) { write(message + "\n", to: STDERR_FILENO) }

    /// Draws over the last line.
    static func draw(_ line: String) { write("\r\u{1B}[K\(line)", to: STDERR_FILENO) }

    static func say(_ line: String) throws(ClosedOutput) { try put(ArraySlice((line + "\n").utf8)) }

    /// Bytes to standard output, all of them.
    static func put(_ bytes: ArraySlice<UInt8>) throws(ClosedOutput) {
        guard write(bytes, to: STDOUT_FILENO) else { throw ClosedOutput() }
    }

    private static func write(_ text: String, to descriptor: CInt) { _ = write(ArraySlice(text.utf8), to: descriptor) }

    private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: CInt) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let count = Glibc.write(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return false }
                done += count
            }
            return true
        }
    }
}

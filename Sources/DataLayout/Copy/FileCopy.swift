internal import Glibc

/// Makes a part of a file the same as in another.
struct FileCopy {
    private static let piece = 1 << 20

    private let (input, output): (CInt, CInt)
    private let (inputPath, outputPath): (String, String)

    init(_ input: CInt, _ inputPath: String, _ output: CInt, _ outputPath: String) {
        (self.input, self.output) = (input, output)
        (self.inputPath, self.outputPath) = (inputPath, outputPath)
    }

    /// Copies a part, except for pieces that are the same already.
    ///
    /// - Parameters:
    ///   - part: The bytes.
    ///   - present: The output's length.
    /// - Returns: How many bytes were written.
    /// - Throws: ``BrokerError`` where one of them cannot be read or written, or the input ends before.
    func run(_ part: Range<Int64>, present: Int64) throws(BrokerError) -> Int64 {
        var position = part.lowerBound
        var written: Int64 = 0
        while position < part.upperBound {
            let wanted = Int(min(Int64(Self.piece), part.upperBound - position))
            let bytes = try Self.read(input, inputPath, at: position, wanted)
            guard !bytes.isEmpty else {
                throw BrokerError(
                    .damagedArchive, path: inputPath,
                    detail: "the file ends at byte \(position), and \(part.upperBound) were committed")
            }
            let isSame: Bool =
                if position < present { try Self.read(output, outputPath, at: position, bytes.count) == bytes } else {
                    false
                }
            if !isSame {
                try write(bytes, at: position)
                written += Int64(bytes.count)
            }
            position += Int64(bytes.count)
        }
        return written
    }

    private static func read(
        _ file: CInt, _ path: String, at position: Int64, _ count: Int
    ) throws(BrokerError) -> ArraySlice<UInt8> {
        var buffer = [UInt8](repeating: 0, count: count)
        while true {
            let got = pread(file, &buffer, count, off_t(position))
            if got < 0 && errno == EINTR { continue }
            guard got >= 0 else { throw .system(.cannotRead, path: path) }
            return buffer.prefix(got)
        }
    }

    private func write(_ bytes: ArraySlice<UInt8>, at position: Int64) throws(BrokerError) {
        var (rest, position) = (bytes, position)
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { pwrite(output, $0.baseAddress, $0.count, off_t(position)) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .system(.cannotWrite, path: outputPath) }
            rest = rest.dropFirst(count)
            position += Int64(count)
        }
    }
}

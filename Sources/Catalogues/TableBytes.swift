internal import Compression
internal import Foundation

/// The bytes of a table's file, in pieces; of a gzip file what it holds.
struct TableBytes: ~Copyable {
    private let path: String
    private let file: FileHandle
    /// Whether the file is gzip.
    let isGzip: Bool
    private var gunzip = GunzipStream()
    private var input: [UInt8]
    private var isAtEnd = false

    /// Bytes that are read at once.
    private static let piece = 1 << 18

    init(_ path: String) throws(CatalogueError) {
        // It is opened more than once; a pipe would be empty by then.
        var status = stat()
        guard stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG else {
            throw CatalogueError(path, "is no regular file, and a table is read twice: write it to a file first")
        }
        guard let file = try? FileHandle(forReadingFrom: URL(filePath: path)) else {
            throw CatalogueError(path, "cannot be read")
        }
        let start = try Self.more(of: file, path)
        (self.path, self.file, input, isGzip) = (path, file, start, start.starts(with: [0x1f, 0x8b]))
    }

    /// The next bytes; empty at the end.
    mutating func next() throws(CatalogueError) -> [UInt8] {
        guard isGzip else {
            let bytes = input.isEmpty ? try Self.more(of: file, path) : input
            input = []
            return bytes
        }
        while true {
            if input.isEmpty {
                input = try Self.more(of: file, path)
                isAtEnd = input.isEmpty
            }
            let bytes = try inflated()
            if !bytes.isEmpty || isAtEnd { return bytes }
        }
    }

    private mutating func inflated() throws(CatalogueError) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: Self.piece)
        do throws(CompressionError) {
            let step = try Self.step(&gunzip, input, &output)
            input.removeFirst(step.consumed)
            output.removeLast(output.count - step.written)
            if isAtEnd, step.written == 0 { try gunzip.finish() }
            return output
        } catch { throw CatalogueError(path, "\(error)") }
    }

    private static func step(
        _ gunzip: inout GunzipStream, _ input: [UInt8], _ output: inout [UInt8]
    ) throws(CompressionError) -> (consumed: Int, written: Int) {
        let result = input.withUnsafeBytes { input in
            output.withUnsafeMutableBytes { output in
                Result { () throws(CompressionError) in
                    try gunzip.inflate(input, into: output)
                }
            }
        }
        return try result.get()
    }

    private static func more(of file: FileHandle, _ path: String) throws(CatalogueError) -> [UInt8] {
        // Nothing more is no data, not empty data.
        do { return [UInt8](try file.read(upToCount: piece) ?? Data()) } catch {
            throw CatalogueError(path, "cannot be read")
        }
    }
}

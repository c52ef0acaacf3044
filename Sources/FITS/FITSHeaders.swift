internal import Glibc

/// The headers of a FITS file on the disk, looked at before cfitsio makes room for what they claim.
enum FITSHeaders {
    /// Bytes of a header, and parts of a file, at most; columns of a table, as FITS has it.
    private static let (longest, mostParts, mostFields) = (1 << 22, 1_000, 999)

    /// Checks the headers of all parts.
    ///
    /// - Throws: ``FITSError`` for a file that cannot be read, and for a header that claims more than a file can have.
    static func check(_ path: String) throws(FITSError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FITSError(.notFITS, detail: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw FITSError(.notFITS, detail: "no file with anything in it")
        }
        let size = Int(status.st_size)
        var (place, parts) = (0, 0)
        // Bytes behind the last part are none of them.
        while let bytes = try header(descriptor, at: place, isFirst: parts == 0) {
            let header = try FITSHeader(bytes[...])
            guard let length = header.dataLength(limit: size) else {
                throw FITSError(.notFITS, detail: "part \(parts + 1) claims more than the file's \(size) bytes")
            }
            // cfitsio takes A3DTABLE for a binary table too.
            if header.kind.hasSuffix("TABLE") {
                guard let fields = header.fields, (0...mostFields).contains(fields) else {
                    throw FITSError(.tooLarge, detail: "part \(parts + 1) has no number of columns up to \(mostFields)")
                }
            }
            parts += 1
            guard parts < mostParts else { throw FITSError(.tooLarge, detail: "more than \(mostParts) parts") }
            place += header.end + FITSHeader.padded(length)
        }
        guard parts > 0 else { throw FITSError(.notFITS, detail: "no FITS file: it does not begin with SIMPLE") }
    }

    /// The blocks of the header at a place; `nil` where none begins.
    private static func header(_ file: CInt, at place: Int, isFirst: Bool) throws(FITSError) -> [UInt8]? {
        var bytes: [UInt8] = []
        let end = Array("END     ".utf8)
        while bytes.count < longest {
            var block = [UInt8](repeating: 0, count: FITSHeader.block)
            let count = pread(file, &block, block.count, off_t(place + bytes.count))
            if bytes.isEmpty {
                guard count > 0, block.starts(with: Array((isFirst ? "SIMPLE  =" : "XTENSION=").utf8)) else {
                    return nil
                }
            }
            guard count == block.count else { break }
            bytes += block
            for card in stride(from: 0, to: block.count, by: FITSHeader.card)
            where block[card..<card + 8].elementsEqual(end) {
                return bytes
            }
        }
        throw FITSError(.notFITS, detail: "the file has a header without an end, or one of more than \(longest) bytes")
    }
}

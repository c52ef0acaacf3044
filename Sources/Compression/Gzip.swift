/// Gzip in one piece.
package enum Gzip {
    /// Packs bytes into one gzip member; the same bytes and level always give the same member (no time, no name).
    ///
    /// - Parameters:
    ///   - bytes: What to pack.
    ///   - level: zlib's level, 0 (stored) to 9 (smallest).
    /// - Returns: The member.
    /// - Throws: ``CompressionError/Code/refused`` for a level zlib does not know or when memory ends.
    package static func compress(_ bytes: ArraySlice<UInt8>, level: Int = 6) throws(CompressionError) -> [UInt8] {
        var output: [UInt8] = []
        try Deflater(.gzip, level: level).append(bytes, to: &output, finish: true)
        return output
    }

    /// Unpacks all members of `bytes`, checking each CRC and length.
    ///
    /// - Parameters:
    ///   - bytes: One or more whole gzip members.
    ///   - limit: The longest output allowed, bytes.
    /// - Returns: The unpacked bytes.
    /// - Throws: ``CompressionError``, among them ``CompressionError/Code/tooLong``.
    package static func decompress(_ bytes: ArraySlice<UInt8>, limit: Int) throws(CompressionError) -> [UInt8] {
        try bytes.span.bytes.withUnsafeBytes { (input) throws(CompressionError) in
            var stream = GunzipStream()
            var start = 0
            return try growOutput(limit: limit, first: firstCapacity(input.count), format: .gzip) {
                (output) throws(CompressionError) in
                let step = try stream.inflate(UnsafeRawBufferPointer(rebasing: input[start...]), into: output)
                start += step.consumed
                guard step.written < output.count else { return (step.written, false) }
                try stream.finish()
                return (step.written, true)
            }
        }
    }
}

/// Packs a stream as one gzip member, chunk by chunk; deterministic like ``Gzip/compress(_:level:)``.
package struct GzipWriter: ~Copyable {
    private let deflater: Deflater

    /// - Throws: ``CompressionError/Code/refused`` for a level zlib does not know (0 to 9) or when memory ends.
    package init(level: Int = 6) throws(CompressionError) { deflater = try Deflater(.gzip, level: level) }

    /// Takes the next bytes and appends to `output` what is ready of the member, which may be nothing yet.
    package mutating func append(
        _ bytes: ArraySlice<UInt8>, to output: inout [UInt8]
    ) throws(CompressionError) {
        guard !bytes.isEmpty else { return }
        try deflater.append(bytes, to: &output, finish: false)
    }

    /// Appends the rest of the member and its trailer to `output`.
    package consuming func finish(to output: inout [UInt8]) throws(CompressionError) {
        try deflater.append([], to: &output, finish: true)
    }
}

/// A first guess at unpacked size that a lying input cannot drive up: a small multiple of what came in.
func firstCapacity(_ compressed: Int) -> Int { min(compressed, 1 << 40) * 3 + 1_024 }

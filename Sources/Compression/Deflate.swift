/// Raw deflate without a wrapper, as in Avro's `deflate` codec (RFC 1951).
package enum Deflate {
    /// - Parameters:
    ///   - bytes: One whole deflate stream. Up to four bytes may follow: some writers (Python's fastavro among
    ///     them) cut a zlib stream too short and leave part of its Adler-32.
    ///   - limit: The longest output allowed, bytes.
    /// - Returns: The unpacked bytes.
    /// - Throws: ``CompressionError``, among them ``CompressionError/Code/tooLong``.
    package static func decompress(_ bytes: ArraySlice<UInt8>, limit: Int) throws(CompressionError) -> [UInt8] {
        try bytes.span.bytes.withUnsafeBytes { (input) throws(CompressionError) in
            let state = InflateState()
            state.reset(.none)
            var start = 0
            return try growOutput(limit: limit, first: firstCapacity(input.count), format: .deflate) {
                (output) throws(CompressionError) in
                let step = state.inflate(UnsafeRawBufferPointer(rebasing: input[start...]), into: output)
                start += step.consumed
                guard step.status == .fine || step.status == .more else {
                    throw CompressionError(.damaged, .deflate, at: Int64(start), "no valid deflate data")
                }
                if state.isFinished {
                    start -= state.unreadBytes
                    guard input.count - start <= 4 else {
                        throw CompressionError(.trailingBytes, .deflate, at: Int64(start), "bytes after the stream")
                    }
                    return (step.written, true)
                }
                guard step.written > 0 || step.consumed > 0 else {
                    throw CompressionError(.truncated, .deflate, at: Int64(start), "the stream is cut off")
                }
                return (step.written, false)
            }
        }
    }

    /// - Throws: ``CompressionError/Code/refused`` for a level zlib does not know (0 to 9) or when memory ends.
    package static func compress(_ bytes: ArraySlice<UInt8>, level: Int = 6) throws(CompressionError) -> [UInt8] {
        var output: [UInt8] = []
        try Deflater(.none, level: level).append(bytes, to: &output, finish: true)
        return output
    }
}

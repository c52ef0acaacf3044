internal import CZstd

/// Zstandard frames, as in Avro's `zstandard` codec (RFC 8878).
package enum Zstandard {
    /// - Parameters:
    ///   - bytes: One or more whole frames.
    ///   - limit: The longest output allowed, bytes.
    /// - Returns: The unpacked bytes.
    /// - Throws: ``CompressionError``, among them ``CompressionError/Code/tooLong``.
    package static func decompress(_ bytes: ArraySlice<UInt8>, limit: Int) throws(CompressionError) -> [UInt8] {
        precondition(limit >= 0)
        let limit = min(limit, Int.max / 4)  // so that doubling cannot overflow
        return try bytes.span.bytes.withUnsafeBytes { (input) throws(CompressionError) in
            guard !input.isEmpty else { throw CompressionError(.truncated, .zstandard, at: 0, "no frame") }
            // Whole frames need no window of their own: the output is the window. A claimed size is believed up to
            // 16 times the input; past that the room doubles, and the work is at most twice what it need be.
            let claimed = ZSTD_getFrameContentSize(input.baseAddress, input.count)
            let believed = firstCapacity(input.count) * 5
            var capacity = min(claimed < UInt64(believed) ? max(Int(claimed), 1) : believed, max(limit, 1))
            while true {
                if let output = try attempt(input, capacity: capacity) {
                    guard output.count <= limit else { break }
                    return output
                }
                guard capacity < limit else { break }
                capacity = min(capacity * 2, limit)
            }
            throw CompressionError(.tooLong, .zstandard, "the data are longer than \(limit) bytes")
        }
    }

    /// Unpacks all frames into `capacity` bytes; `nil` when they do not fit.
    private static func attempt(
        _ input: UnsafeRawBufferPointer, capacity: Int
    ) throws(CompressionError) -> [UInt8]? {
        var fits = true
        let output = try [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count throws(CompressionError) in
            let result = ZSTD_decompress(buffer.baseAddress, capacity, input.baseAddress, input.count)
            switch ZSTD_isError(result) == 0 ? ZSTD_error_no_error : ZSTD_getErrorCode(result) {
            case ZSTD_error_no_error: count = result
            case ZSTD_error_dstSize_tooSmall: fits = false
            case ZSTD_error_srcSize_wrong: throw CompressionError(.truncated, .zstandard, "the frame is cut off")
            default: throw CompressionError(.damaged, .zstandard, String(cString: ZSTD_getErrorName(result)))
            }
        }
        return fits ? output : nil
    }

    /// - Throws: ``CompressionError/Code/refused`` when memory ends.
    package static func compress(_ bytes: ArraySlice<UInt8>, level: Int = 3) throws(CompressionError) -> [UInt8] {
        try bytes.span.bytes.withUnsafeBytes { (input) throws(CompressionError) in
            let capacity = ZSTD_compressBound(input.count)
            return try [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count throws(CompressionError) in
                let result = ZSTD_compress(
                    buffer.baseAddress, capacity, input.baseAddress, input.count, Int32(clamping: level))
                guard ZSTD_isError(result) == 0 else {
                    throw CompressionError(.refused, .zstandard, String(cString: ZSTD_getErrorName(result)))
                }
                count = result
            }
        }
    }
}

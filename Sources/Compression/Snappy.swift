internal import CSnappy

/// A raw snappy block, without the framing format and without the CRC that Avro puts behind it.
package enum Snappy {
    /// - Parameters:
    ///   - bytes: One whole block.
    ///   - limit: The longest output allowed, bytes.
    /// - Returns: The unpacked bytes.
    /// - Throws: ``CompressionError``, among them ``CompressionError/Code/tooLong``.
    package static func decompress(_ bytes: ArraySlice<UInt8>, limit: Int) throws(CompressionError) -> [UInt8] {
        try bytes.span.bytes.withUnsafeBytes { (input) throws(CompressionError) in
            let start = input.baseAddress?.assumingMemoryBound(to: CChar.self)
            var length = 0
            guard snappy_uncompressed_length(start, input.count, &length) == SNAPPY_OK, length >= 0 else {
                throw CompressionError(.damaged, .snappy, at: 0, "no valid length")
            }
            guard length <= limit else {
                throw CompressionError(.tooLong, .snappy, "\(length) bytes claimed, at most \(limit) allowed")
            }
            // The longest copy, 64 bytes, takes three bytes to write: no block grows more than 22-fold.
            guard length / 22 <= input.count else {
                throw CompressionError(.damaged, .snappy, at: 0, "\(length) bytes claimed by \(input.count)")
            }
            // Room for one byte at least, so that the buffer has an address even for an empty block.
            let room = max(length, 1)
            return try [UInt8](unsafeUninitializedCapacity: room) { buffer, count throws(CompressionError) in
                var written = room
                let status = buffer.withMemoryRebound(to: CChar.self) { output in
                    snappy_uncompress(start, input.count, output.baseAddress, &written)
                }
                guard status == SNAPPY_OK, written == length else {
                    throw CompressionError(.damaged, .snappy, "no valid snappy block")
                }
                count = length
            }
        }
    }

    /// - Throws: ``CompressionError/Code/refused`` for more than 2^32 - 1 bytes, which the format cannot hold.
    package static func compress(_ bytes: ArraySlice<UInt8>) throws(CompressionError) -> [UInt8] {
        guard bytes.count <= UInt32.max else {
            throw CompressionError(.refused, .snappy, "\(bytes.count) bytes are too many for one block")
        }
        return try bytes.span.bytes.withUnsafeBytes { (input) throws(CompressionError) in
            let capacity = snappy_max_compressed_length(input.count)
            return try [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count throws(CompressionError) in
                var written = capacity
                let status = buffer.withMemoryRebound(to: CChar.self) { output in
                    snappy_compress(
                        input.baseAddress?.assumingMemoryBound(to: CChar.self), input.count, output.baseAddress,
                        &written)
                }
                guard status == SNAPPY_OK else { throw CompressionError(.refused, .snappy, "snappy cannot pack this") }
                count = written
            }
        }
    }
}

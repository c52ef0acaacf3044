internal import CISAL

/// The checksum of gzip, PNG and Avro's snappy codec (polynomial 0xEDB88320, reflected).
package enum CRC32 {
    /// - Parameters:
    ///   - bytes: What to sum up.
    ///   - previous: The sum of the bytes before these, to sum up a stream in pieces.
    /// - Returns: The sum of all bytes so far.
    package static func of(_ bytes: ArraySlice<UInt8>, after previous: UInt32 = 0) -> UInt32 {
        bytes.span.bytes.withUnsafeBytes { buffer in
            guard let start = buffer.baseAddress else { return previous }
            return crc32_gzip_refl(previous, start.assumingMemoryBound(to: UInt8.self), UInt64(buffer.count))
        }
    }
}

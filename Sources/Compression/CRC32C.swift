internal import CISAL

/// The checksum of Cloud Storage and of Kafka's batches (Castagnoli's polynomial 0x82F63B78, reflected; RFC 3720, B.4).
package enum CRC32C {
    private static let piece = 1 << 30  // ISA-L counts in 32 bits

    /// - Parameters:
    ///   - bytes: What to sum up.
    ///   - previous: The sum of the bytes before these, to sum up a stream in pieces.
    /// - Returns: The sum of all bytes so far.
    package static func of(_ bytes: ArraySlice<UInt8>, after previous: UInt32 = 0) -> UInt32 {
        bytes.span.bytes.withUnsafeBytes { buffer in
            var sum = ~previous
            var place = 0
            while place < buffer.count {
                let part = UnsafeRawBufferPointer(rebasing: buffer[place..<min(place + piece, buffer.count)])
                guard let start = part.baseAddress else { break }
                sum = crc32_shim_iscsi(start, Int32(part.count), sum)
                place += part.count
            }
            return ~sum
        }
    }
}

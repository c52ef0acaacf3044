import Compression
import Testing

struct ZlibTests {
    @Test(
        "what is packed quickly, zlib unpacks",
        arguments: [[], [7], [UInt8](repeating: 255, count: 200_000), Fixture.noise(70_000)])
    func roundTrip(bytes: [UInt8]) throws {
        let packed = try Zlib.compressQuickly(bytes[...])
        // RFC 1950: two bytes of header, whose number is a multiple of 31, and four of Adler-32 at the end.
        try #require(packed.count > 6)
        #expect(packed[0] & 15 == 8 && (Int(packed[0]) << 8 | Int(packed[1])) % 31 == 0)
        #expect(try Deflate.decompress(packed[2..<(packed.count - 4)], limit: bytes.count) == bytes)
        var (low, high) = (UInt32(1), UInt32(0))
        for byte in bytes {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        let sum = high << 16 | low
        #expect(Array(packed.suffix(4)) == [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> $0) })
    }
}

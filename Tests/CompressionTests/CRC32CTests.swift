import Compression
import Testing

@Suite struct CRC32CTests {
    @Test func sumsUpAsPublished() {
        // RFC 3720, B.4, whose bytes are in the wire's order, the lowest first; and the common check value.
        #expect(CRC32C.of([UInt8](repeating: 0, count: 32)[...]) == 0x8A91_36AA)
        #expect(CRC32C.of([UInt8](repeating: 0xFF, count: 32)[...]) == 0x62A8_AB43)
        #expect(CRC32C.of(Array(0..<32)[...]) == 0x46DD_794E)
        #expect(CRC32C.of(Array((0..<32).reversed())[...]) == 0x113F_DB5C)
        #expect(CRC32C.of(Array("123456789".utf8)[...]) == 0xE306_9283)
        #expect(CRC32C.of([]) == 0)
    }

    @Test func sumsUpInPieces() {
        let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
        let whole = CRC32C.of(bytes[...])
        for cut in [0, 1, 7, 4_096, 9_999, 10_000] {
            #expect(CRC32C.of(bytes[cut...], after: CRC32C.of(bytes[..<cut])) == whole)
        }
    }

    @Test("a part is put behind others without reading it again") func part() {
        let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
        for (cut, end) in [(0, 0), (0, 9), (9, 9), (4, 9), (1, 65_537), (70_000, 200_000), (199_999, 200_000)] {
            let part = CRC32C.Part(bytes[cut..<end])
            #expect(part.sum == CRC32C.of(bytes[cut..<end]))
            #expect(part.after(CRC32C.of(bytes[..<cut])) == CRC32C.of(bytes[..<end]), "\(cut)..<\(end)")
        }
        // The common check value, of "123456789".
        #expect(CRC32C.Part(Array("56789".utf8)[...]).after(CRC32C.of(Array("1234".utf8)[...])) == 0xE306_9283)
    }
}

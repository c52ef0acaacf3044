import Avro
import Testing

@Suite("Binary encoder") struct BinaryEncoderTests {
    // The examples of the Avro 1.12 specification, "Binary encoding", and the ends of 64 bits.
    private static let zigzags: [(Int64, [UInt8])] = [
        (0, [0x00]), (-1, [0x01]), (1, [0x02]), (-2, [0x03]), (2, [0x04]), (-64, [0x7F]), (64, [0x80, 0x01]),
        (.max, [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]),
        (.min, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]),
    ]

    @Test("zigzag integers of the specification", arguments: zigzags)
    func zigzag(value: Int64, expected: [UInt8]) {
        var encoder = BinaryEncoder()
        encoder.long(value)
        #expect(encoder.bytes == expected)
    }

    @Test("the specification's string, record, array and union") func examples() {
        var encoder = BinaryEncoder()
        encoder.string("foo")
        #expect(encoder.bytes == [0x06, 0x66, 0x6F, 0x6F])

        encoder.removeAll()
        encoder.long(27)
        encoder.string("foo")
        #expect(encoder.bytes == [0x36, 0x06, 0x66, 0x6F, 0x6F])

        encoder.removeAll()
        encoder.arrayStart(count: 2)
        encoder.long(3)
        encoder.long(27)
        encoder.arrayEnd()
        #expect(encoder.bytes == [0x04, 0x06, 0x36, 0x00])

        encoder.removeAll()
        encoder.branch(1)
        encoder.string("a")
        #expect(encoder.bytes == [0x02, 0x02, 0x61])
    }
}

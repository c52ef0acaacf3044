import Compression
import Testing

/// The three block codecs under one name, so that each test says its claim once.
enum Codec: CaseIterable {
    case deflate, snappy, zstandard, gzip

    var fixture: [UInt8] {
        switch self {
        case .deflate: Fixture.deflate
        case .snappy: Fixture.snappy
        case .zstandard: Fixture.zstandard
        case .gzip: Fixture.gzip
        }
    }

    func pack(_ bytes: [UInt8]) throws(CompressionError) -> [UInt8] {
        switch self {
        case .deflate: try Deflate.compress(bytes[...])
        case .snappy: try Snappy.compress(bytes[...])
        case .zstandard: try Zstandard.compress(bytes[...])
        case .gzip: try Gzip.compress(bytes[...])
        }
    }

    func unpack(_ bytes: [UInt8], limit: Int) throws(CompressionError) -> [UInt8] {
        switch self {
        case .deflate: try Deflate.decompress(bytes[...], limit: limit)
        case .snappy: try Snappy.decompress(bytes[...], limit: limit)
        case .zstandard: try Zstandard.decompress(bytes[...], limit: limit)
        case .gzip: try Gzip.decompress(bytes[...], limit: limit)
        }
    }
}

@Suite struct BlockCodecTests {
    @Test("reads what other implementations wrote", arguments: Codec.allCases)
    func others(codec: Codec) throws {
        #expect(try codec.unpack(codec.fixture, limit: 1_000) == Fixture.text)
        #expect(try codec.unpack(codec.fixture, limit: Fixture.text.count) == Fixture.text)
    }

    @Test func readsWhatFastavroLeavesBehindTheStream() throws {
        #expect(try Deflate.decompress(Fixture.fastavroDeflate[...], limit: 1_000) == Fixture.text)
        #expect(
            code { try Deflate.decompress((Fixture.deflate + [1, 2, 3, 4, 5])[...], limit: 1_000) } == .trailingBytes)
    }

    @Test("gives back what it packed", arguments: Codec.allCases, [0, 1, 2, 4_095, 4_096, 65_536, 3_000_001])
    func roundTrip(codec: Codec, count: Int) throws {
        let bytes = Fixture.noise(count)
        let packed = try codec.pack(bytes)
        #expect(try codec.unpack(packed, limit: count) == bytes)
        // Snappy finds repeats only, and this noise has few; the others code its five bits in less than eight.
        #expect(count < 4_096 || codec == .snappy || packed.count < count * 3 / 4)
    }

    @Test("takes a slice by its own indices", arguments: Codec.allCases)
    func slices(codec: Codec) throws {
        let padded = [9, 9, 9] + codec.fixture + [9, 9, 9, 9, 9, 9]
        let slice = padded[3..<(3 + codec.fixture.count)]
        let output =
            switch codec {
            case .deflate: try Deflate.decompress(slice, limit: 1_000)
            case .snappy: try Snappy.decompress(slice, limit: 1_000)
            case .zstandard: try Zstandard.decompress(slice, limit: 1_000)
            case .gzip: try Gzip.decompress(slice, limit: 1_000)
            }
        #expect(output == Fixture.text)
    }

    @Test("stops a bomb at the limit", arguments: Codec.allCases)
    func bombs(codec: Codec) throws {
        let bomb = try codec.pack([UInt8](repeating: 0, count: 32 << 20))
        #expect(bomb.count < 2 << 20)
        for limit in [0, 1, 100_000, (32 << 20) - 1] {
            #expect(code { try codec.unpack(bomb, limit: limit) } == .tooLong)
        }
        #expect(try codec.unpack(bomb, limit: 32 << 20).count == 32 << 20)
    }

    @Test("reports every cut", arguments: Codec.allCases)
    func cuts(codec: Codec) {
        for count in 0..<codec.fixture.count {
            let fault = code { try codec.unpack(Array(codec.fixture[..<count]), limit: 1_000) }
            #expect(fault == .truncated || (codec == .snappy && fault == .damaged))
        }
    }

    @Test("survives every flipped bit", arguments: Codec.allCases)
    func flips(codec: Codec) {
        for bit in 0..<(codec.fixture.count * 8) {
            var bytes = codec.fixture
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            if let output = try? codec.unpack(bytes, limit: 1_000) { #expect(output.count <= 1_000) }
        }
    }

    @Test("does not believe a claimed length") func claims() {
        // Snappy: 2^31 claimed by six bytes. Zstandard: a frame header claiming 2^62 bytes, then one empty last block.
        let snappy: [UInt8] = [0x80, 0x80, 0x80, 0x80, 0x08, 0x00]
        #expect(code { try Snappy.decompress(snappy[...], limit: .max) } == .damaged)
        let frame: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x01, 0, 0]
        #expect(code { try Zstandard.decompress(frame[...], limit: 1 << 40) } == .damaged)
    }

    @Test func refusesAnUnknownLevel() {
        #expect(code { try Gzip.compress([1], level: 10) } == .refused)
    }

    /// The check value of CRC-32/ISO-HDLC in the catalogue of CRC algorithms.
    @Test func checkValue() {
        #expect(CRC32.of(Array("123456789".utf8)[...]) == 0xCBF4_3926)
        let first = CRC32.of(Array("12345".utf8)[...])
        #expect(CRC32.of(Array("6789".utf8)[...], after: first) == 0xCBF4_3926)
        #expect(CRC32.of([]) == 0)
    }
}

/// The code a call fails with, `nil` when it does not fail.
func code(_ call: () throws -> [UInt8]) -> CompressionError.Code? {
    do {
        _ = try call()
        return nil
    } catch { return (error as? CompressionError)?.code }
}

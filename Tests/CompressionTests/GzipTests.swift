import Compression
import Testing

@Suite struct GzipTests {
    /// The fixture's header has XFL 2 and OS 3; RFC 1952 puts the time in bytes 4 to 7 and the system in byte 9.
    @Test func writesNoTimeAndAFixedSystem() throws {
        let member = try Gzip.compress(Fixture.text[...])
        #expect(Array(member[..<10]) == [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3])
        #expect(Array(member[10...]) == Array(Fixture.gzip[10...]))
    }

    @Test("writes in pieces what it writes at once", arguments: [1, 7, 1_000, 65_536, 1_000_000])
    func writer(piece: Int) throws {
        let bytes = Fixture.noise(300_000)
        var output: [UInt8] = []
        var writer = try GzipWriter()
        for start in stride(from: 0, to: bytes.count, by: piece) {
            try writer.append(bytes[start..<min(start + piece, bytes.count)], to: &output)
        }
        try writer.finish(to: &output)
        #expect(output == (try Gzip.compress(bytes[...])))
    }

    @Test("reads members in a row in pieces of any size", arguments: [1, 2, 5, 17, 1_000], [1, 3, 64, 100_000])
    func pieces(input: Int, output: Int) throws {
        // 0x1f 8b 08 1e: header with extra field, name, comment and header CRC, as RFC 1952 lays them out.
        var header: [UInt8] = [0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3, 4, 0, 1, 2, 3, 4]
        header += Array("night.avro\0a comment\0".utf8)
        let check = CRC32.of(header[...])
        header += [UInt8(truncatingIfNeeded: check), UInt8(truncatingIfNeeded: check >> 8)]
        let long = Fixture.noise(3_000)
        let packed = try Gzip.compress(long[...]) + header + Fixture.gzip[10...] + Gzip.compress([]) + Fixture.gzip
        let result = pull(packed, input: input, output: output)
        #expect(result.fault == nil)
        #expect(result.bytes == long + Fixture.text + Fixture.text)
    }

    @Test func takesZerosBehindAMemberAsPadding() throws {
        let padded = Fixture.gzip + [UInt8](repeating: 0, count: 1_000)
        #expect(pull(padded, input: 64, output: 64).fault == nil)
        #expect(try Gzip.decompress(padded[...], limit: 1_000) == Fixture.text)
        for rest: [UInt8] in [[7], [0, 0, 7], [0, 0x1f, 0x8b, 8]] {
            let result = pull(Fixture.gzip + rest, input: 1, output: 100)
            #expect(result.fault?.code == .trailingBytes)
            #expect(result.fault?.offset == Int64(Fixture.gzip.count + (rest.firstIndex { $0 != 0 } ?? 0)))
            #expect(result.bytes == Fixture.text)
        }
        #expect(
            pull(Fixture.gzip + [0x1f, 0x8c] + [UInt8](repeating: 0, count: 8), input: 1, output: 100).fault?.code
                == .damaged)
    }

    @Test func tellsACutFromTheEnd() throws {
        let long = Fixture.noise(100_000)
        let packed = try Gzip.compress(long[...])
        for count in [0, 1, 9, 10, 11, 5_000, packed.count - 9, packed.count - 8, packed.count - 1] {
            let result = pull(Array(packed[..<count]), input: 999, output: 4_000)
            #expect(result.fault?.code == .truncated)
            #expect(long.starts(with: result.bytes))
            #expect(count < 5_000 || !result.bytes.isEmpty)
        }
        #expect(pull(packed + packed[..<5_000], input: 999, output: 4_000).fault?.code == .truncated)
    }

    @Test func findsEveryFlippedBitOfDataAndTrailer() {
        for bit in 80..<(Fixture.gzip.count * 8) {
            var bytes = Fixture.gzip
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(pull(bytes, input: 16, output: 16).fault != nil, "bit \(bit)")
        }
    }

    /// Reads `packed` through the stream as a reader does that gets `input` bytes at a time and has `output` of room.
    private func pull(_ packed: [UInt8], input: Int, output: Int) -> (bytes: [UInt8], fault: CompressionError?) {
        var stream = GunzipStream()
        var bytes: [UInt8] = []
        var start = 0
        var room = [UInt8](repeating: 0, count: output)
        do throws(CompressionError) {
            while true {
                let end = min(start + input, packed.count)
                let source = packed[start..<end]
                var step = (consumed: 0, written: 0)
                var fault: CompressionError?
                unsafe source.withUnsafeBytes { compressed in
                    unsafe room.withUnsafeMutableBytes { data in
                        do throws(CompressionError) {
                            step = unsafe try stream.inflate(compressed, into: data)
                        } catch { fault = error }
                    }
                }
                if let fault {
                    bytes += room[..<stream.writtenBeforeFailure]
                    throw fault
                }
                bytes += room[..<step.written]
                start += step.consumed
                if start == packed.count && step.written < output {
                    try stream.finish()
                    return (bytes, nil)
                }
            }
        } catch { return (bytes, error) }
    }
}

import Compression
import FITS
import Testing

private func floats(_ pixels: [Float]) -> [UInt8] { bigEndian(pixels.map(\.bitPattern)) }

@Suite struct CutoutImageTests {
    private static func code(_ bytes: [UInt8]) -> FITSError.Code? {
        do throws(FITSError) {
            _ = try CutoutImage(fits: bytes[...])
            return nil
        } catch { return error.code }
    }

    @Test func readsPlainAndGzippedFITS() throws {
        let file = FITSPart(3, 2, floats([1, 2.5, -3, .nan, 1e9, 0])).bytes
        for bytes in [file, try Gzip.compress(file[...])] {
            let image = try CutoutImage(fits: bytes[...])
            #expect(image.width == 3 && image.height == 2 && image.pixels[3].isNaN)
            #expect(image.pixels.enumerated().filter { $0.offset != 3 }.map(\.element) == [1, 2.5, -3, 1e9, 0])
        }
    }

    @Test("gives a survey's file as a plain one, and refuses what is none") func file() throws {
        let plain = FITSPart(3, 2, floats([1, 2.5, -3, 4, 1e9, 0])).bytes
        for bytes in [plain, try Gzip.compress(plain[...])] {
            #expect(try Array(CutoutImage.file(of: bytes[...])) == plain)
        }
        // A JPEG, as ZTF sent until 2018; a gzip of one; nothing.
        let picture: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0]
        for bytes in [picture, try Gzip.compress(picture[...]), []] {
            let error = #expect(throws: FITSError.self) { try CutoutImage.file(of: bytes[...]) }
            #expect(error?.code == .notFITS)
        }
    }

    /// FITS 4.0, section 4.4.2.5: the value is BZERO + BSCALE times the number, and BLANK stands for none.
    @Test("every kind of number is read, scaled, and blank where it says so") func numbers() throws {
        let scaled = ["BSCALE  =                 0.5 / a comment", "BZERO   =              1.0D+02"]
        func pixels(_ data: [UInt8], _ bits: Int, _ more: String...) throws -> [Float] {
            var part = FITSPart(2, 2, data, bits: bits)
            part.cards += more
            let plain = try CutoutImage(fits: part.bytes[...]).pixels
            part.cards += scaled
            let image = try CutoutImage(fits: part.bytes[...]).pixels
            #expect(zip(plain, image).allSatisfy { $0.isNaN && $1.isNaN || Float(Double($0) * 0.5 + 100) == $1 })
            return plain
        }
        #expect(try pixels([0, 1, 128, 255], 8) == [0, 1, 128, 255])
        #expect(try pixels(bigEndian([Int16.min, -1, 0, .max]), 16) == [-32768, -1, 0, 32767])
        #expect(try pixels(bigEndian([Int32.min, -1, 0, .max]), 32) == [-2147483648, -1, 0, 2147483648])
        #expect(try pixels(bigEndian([Int64.min, -1, 0, 1 << 40]), 64) == [-0x1p63, -1, 0, 0x1p40])
        #expect(try pixels(floats([-1.5, 0, 3e38, 1]), -32) == [-1.5, 0, 3e38, 1])
        #expect(try pixels(bigEndian([-1.5, 0, 0.1, 1e30].map(\.bitPattern)), -64) == [-1.5, 0, 0.1, 1e30])
        let blank = try pixels(bigEndian([Int16(-99), -98, 0, 5]), 16, "BLANK   =                  -99")
        #expect(blank[0].isNaN && Array(blank.dropFirst()) == [-98, 0, 5])
        let wild = try pixels(bigEndian([Double.nan, .infinity, 1e300, 2].map(\.bitPattern)), -64)
        #expect(wild[..<3].allSatisfy(\.isNaN) && wild[3] == 2)
    }

    @Test("an empty primary array gives way to the first extension, as LSST's packets have it")
    func firstExtension() throws {
        let empty = FITSPart(0, 0, [], bits: 8, "NAXIS   = 0")
        let image = FITSPart(
            2, 1, floats([4, 5]), "SIMPLE  = T", "PCOUNT  =                    0", "GCOUNT  =                    1")
        var second = image
        second.cards[second.cards.firstIndex { $0.hasPrefix("SIMPLE") } ?? 0] = "XTENSION= 'IMAGE   '"
        second.cards.swapAt(0, second.cards.firstIndex { $0.hasPrefix("XTENSION") } ?? 0)
        #expect(try CutoutImage(fits: (empty.bytes + second.bytes)[...]).pixels == [4, 5])
        #expect(Self.code(empty.bytes) == .notFITS)
        var table = second
        table.cards[0] = "XTENSION= 'BINTABLE'"
        #expect(Self.code(empty.bytes + table.bytes) == .notFITS)
    }

    /// Each of these is refused by its header alone: nothing is allocated or read that it claims.
    @Test("hostile images give an error and nothing else") func hostile() throws {
        let data = [UInt8](repeating: 1, count: 256)
        let sound = FITSPart(8, 8, data).bytes
        #expect(Self.code(sound) == nil)
        #expect(Self.code([]) == .notFITS)
        #expect(Self.code(Array("SIMPLE  =".utf8)) == .notFITS)
        #expect(Self.code(Array("mem://x[col a]".utf8)) == .notFITS)
        // A JPEG file, as ZTF sent them until 2018.
        #expect(Self.code([0xFF, 0xD8, 0xFF, 0xE0] + data) == .notFITS)
        for card in [
            "NAXIS   = 999", "NAXIS   = 3", "NAXIS   = 1", "NAXIS   = -1", "NAXIS   = 99999999999999999999",
            "NAXIS1  = x", "NAXIS1  =", "PCOUNT  = 4000", "PCOUNT  = -4000", "PCOUNT  = 9223372036854775807",
            "GCOUNT  = 2", "GCOUNT  = 0", "GCOUNT  = -1", "BITPIX  = 0", "BITPIX  = 7",
            "BITPIX  = -9223372036854775808", "BSCALE  = 0.0", "BSCALE  = NaN", "BSCALE  = 'x'",
            "BZERO   = 1E999", "SIMPLE  ",
        ] {
            #expect(Self.code(FITSPart(8, 8, data, card).bytes) == .notFITS, "\(card)")
        }
        for (width, height) in [
            (100_000, 100_000), (2_000_000_000, 2), (0, 8), (8, 0), (-8, 8), (-8, -8), (.max, .max), (.min, 1),
            (4_294_967_304, 8), (1_025, 1),
        ] { #expect(Self.code(FITSPart(width, height, data).bytes) == .tooLarge) }
        #expect(Self.code(FITSPart(1_024, 1_024, data).bytes) == .notFITS)  // data that are not there
    }

    @Test("cut and damaged files, and those that inflate without end") func damaged() throws {
        let sound = FITSPart(8, 8, floats([Float](repeating: 1, count: 64))).bytes
        for length in stride(from: 0, to: 2880 + 256, by: 97) {
            #expect(Self.code(Array(sound.prefix(length))) == .notFITS)
        }
        let zeros = [UInt8](repeating: 0, count: 100 << 20)
        #expect(Self.code(try Gzip.compress(zeros[...])) == .tooLarge)
        #expect(Self.code(try Gzip.compress((sound + zeros)[...])) == .tooLarge)
        #expect(Self.code(sound + zeros) == .tooLarge)
        let packed = try Gzip.compress(sound[...])
        #expect(Self.code(Array(packed.dropLast(9))) == .notFITS)
        #expect(Self.code(packed + [1, 2, 3]) == .notFITS)
        // A header of 100,000 cards that never ends.
        #expect(Self.code(Array(sound.prefix(80)) + [UInt8](repeating: 32, count: 8_000_000)) == .notFITS)
        // Cards again and again: the first of a name counts.
        let twice = FITSPart(8, 8, floats([Float](repeating: 1, count: 64)), "NAXIS1  = 8", "NAXIS1  = 9")
        #expect(Self.code(twice.bytes) == nil)
        var random = SystemRandomNumberGenerator()
        for _ in 0..<3_000 {
            var damaged = sound
            for _ in 0..<4 {
                damaged[Int.random(in: 0..<600, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            _ = Self.code(damaged)
        }
    }
}

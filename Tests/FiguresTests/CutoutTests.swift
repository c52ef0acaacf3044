import Compression
import Figures
import Foundation
import Testing

/// A FITS file of one image, as FITS 4.0 has it: cards of 80 bytes, blocks of 2880, numbers big-endian.
func fits(_ width: Int, _ height: Int, _ pixels: [Float], bits: Int = -32, axes: Int = 2) -> [UInt8] {
    let cards = [
        "SIMPLE  =                    T", "BITPIX  = \(String(bits).leftPadded(to: 20))",
        "NAXIS   = \(String(axes).leftPadded(to: 20))", "NAXIS1  = \(String(width).leftPadded(to: 20))",
        "NAXIS2  = \(String(height).leftPadded(to: 20))", "END",
    ]
    var bytes = Array(cards.map { $0.padding(toLength: 80, withPad: " ", startingAt: 0) }.joined().utf8)
    while bytes.count % 2880 != 0 { bytes.append(UInt8(ascii: " ")) }
    for pixel in pixels { withUnsafeBytes(of: pixel.bitPattern.bigEndian) { bytes.append(contentsOf: $0) } }
    while bytes.count % 2880 != 0 { bytes.append(0) }
    return bytes
}

extension String {
    fileprivate func leftPadded(to count: Int) -> String {
        String(repeating: " ", count: max(0, count - self.count)) + self
    }
}

@Suite struct CutoutTests {
    @Test func readsPlainAndGzippedFITS() throws {
        let pixels: [Float] = [1, 2.5, -3, .nan, 1e9, 0]
        let file = fits(3, 2, pixels)
        for bytes in [file, try Gzip.compress(file[...])] {
            let image = try CutoutImage(fits: bytes[...])
            #expect(image.width == 3 && image.height == 2)
            #expect(image.pixels.map(\.bitPattern) == pixels.map(\.bitPattern) || image.pixels[3].isNaN)
            #expect(image.pixels[0] == 1 && image.pixels[2] == -3 && image.pixels[4] == 1e9)
        }
    }

    @Test("hostile images give an error and nothing else") func hostile() throws {
        func code(_ bytes: [UInt8]) -> FiguresError.Code? {
            do throws(FiguresError) {
                _ = try CutoutImage(fits: bytes[...])
                return nil
            } catch { return error.code }
        }
        let sound = fits(8, 8, [Float](repeating: 1, count: 64))
        #expect(code(sound) == nil)
        #expect(code([]) == .notFITS)
        #expect(code(Array("SIMPLE  =".utf8)) == .notFITS)
        #expect(code(Array("mem://x[col a]".utf8)) == .notFITS)
        #expect(code(fits(100_000, 100_000, [])) == .tooLarge)
        #expect(code(fits(2_000_000_000, 2, [])) == .tooLarge)
        #expect(code(fits(8, 8, [], axes: 1)) != nil)
        // A bomb: 100 MB of noughts in 100 kB.
        let bomb = try Gzip.compress([UInt8](repeating: 0, count: 100 << 20)[...])
        #expect(code(bomb) == .notFITS)
        for length in stride(from: 0, to: sound.count, by: 97) where length < 2880 {
            #expect(code(Array(sound.prefix(length))) == .notFITS)
        }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            var damaged = sound
            for _ in 0..<4 {
                damaged[Int.random(in: 0..<600, using: &random)] = UInt8.random(in: 32..<127, using: &random)
            }
            _ = code(damaged)
        }
    }
}

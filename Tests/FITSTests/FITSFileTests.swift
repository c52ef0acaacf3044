import FITS
import TestSupport
import Testing

@Suite struct FITSFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func detail(_ work: () throws(FITSError) -> Void) -> String? {
        do throws(FITSError) {
            try work()
            return nil
        } catch { return error.detail }
    }

    @Test("reads size, keywords and pixels, whatever characters are in the path") func reads() throws {
        let numbers: [Float] = [1, -2.5, .nan, 1e9, 0, 3]
        var part = FITSPart(3, 2, bigEndian(numbers.map(\.bitPattern)))
        part.cards.append("SCALE   = 2.5")
        try folder.write(part.bytes, to: "map[1:2].fits")
        let file = try FITSFile(path: folder.file("map[1:2].fits"))
        let size = file.size
        #expect(size?.width == 3 && size?.height == 2)
        let scale = try file.number("SCALE")
        #expect(scale == 2.5)
        let pixels = try file.pixels(6)
        #expect(
            pixels[2].isNaN && pixels.enumerated().allSatisfy { $0.offset == 2 || $0.element == numbers[$0.offset] })
        #expect(Self.detail { () throws(FITSError) in _ = try file.number("NONE") } == "its header has no number NONE")
        #expect(Self.detail { () throws(FITSError) in _ = try file.pixels(7) }?.contains("cfitsio") == true)
    }

    @Test("an image of one axis has no size") func oneAxis() throws {
        var part = FITSPart(4, 1, [1, 2, 3, 4])
        part.cards = [
            "SIMPLE  =                    T", "BITPIX  =                    8", "NAXIS   =                    1",
            "NAXIS1  =                    4",
        ]
        try folder.write(part.bytes, to: "line.fits")
        let size = try FITSFile(path: folder.file("line.fits")).size
        #expect(size == nil)
    }

    @Test("a file that is missing, no FITS file or cut is refused") func refused() throws {
        let path = folder.file("map.fits")
        #expect(Self.detail { () throws(FITSError) in _ = try FITSFile(path: path) }?.hasPrefix("no FITS file") == true)
        try folder.write(Array("no map".utf8), to: "map.fits")
        #expect(Self.detail { () throws(FITSError) in _ = try FITSFile(path: path) }?.hasPrefix("no FITS file") == true)
    }
}

internal import CCFITSIO
internal import Compression

/// A small image of the sky, as a survey sends three with each alert.
package struct CutoutImage: Sendable, Hashable {
    /// Pixels a side at most; ZTF's stamps have 63.
    package static let largestSide = 1_024
    /// Bytes of the FITS file at most, inflated.
    private static let largestFile = 64 << 20

    package let width: Int
    package let height: Int
    /// The survey's own unit, row by row, the first row at the bottom; NaN where a pixel has no value.
    package let pixels: [Float]

    /// An image of `width` times `height` pixels.
    package init(width: Int, height: Int, pixels: [Float]) throws(FiguresError) {
        guard (1...Self.largestSide).contains(width), (1...Self.largestSide).contains(height) else {
            throw FiguresError(.tooLarge, detail: "an image of \(width) times \(height) pixels")
        }
        guard pixels.count == width * height else {
            throw FiguresError(.notFITS, detail: "\(pixels.count) pixels for \(width) times \(height)")
        }
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// The first image of a FITS file, plain or gzipped.
    package init(fits bytes: ArraySlice<UInt8>) throws(FiguresError) {
        var file = bytes
        if bytes.starts(with: [0x1f, 0x8b]) {
            do { file = try Gzip.decompress(bytes, limit: Self.largestFile)[...] } catch {
                throw FiguresError(.notFITS, detail: "\(error)")
            }
        }
        guard file.count <= Self.largestFile else {
            throw FiguresError(.tooLarge, detail: "a FITS file of \(file.count) bytes")
        }
        // cfitsio takes memory that begins otherwise for a compressed file or a name.
        guard file.starts(with: Array("SIMPLE  =".utf8)) else {
            throw FiguresError(.notFITS, detail: "no FITS file: it does not begin with SIMPLE")
        }
        let (width, height, pixels) = try FITSMemory.image(Array(file))
        try self.init(width: width, height: height, pixels: pixels)
    }
}

/// Reads images out of memory.
private enum FITSMemory {
    static func image(_ bytes: [UInt8]) throws(FiguresError) -> (width: Int, height: Int, pixels: [Float]) {
        var bytes = bytes
        var result: Result<(Int, Int, [Float]), FiguresError> = .failure(FiguresError(.notFITS, detail: "no bytes"))
        bytes.withUnsafeMutableBytes { memory in
            do throws(FiguresError) { result = .success(try read(memory)) } catch { result = .failure(error) }
        }
        return try result.get()
    }

    private static func read(
        _ memory: UnsafeMutableRawBufferPointer
    ) throws(FiguresError) -> (Int, Int, [Float]) {
        var file: UnsafeMutablePointer<fitsfile>?
        var (base, size) = (memory.baseAddress, memory.count)
        var status: CInt = 0
        guard ffomem(&file, "", READONLY, &base, &size, 0, nil, &status) == 0, let file else { throw error(status) }
        defer {
            var ignored: CInt = 0
            ffclos(file, &ignored)
        }
        var (bits, axes): (CInt, CInt) = (0, 0)
        var sides = [0, 0]
        // Some surveys put the image in the first extension.
        for _ in 0..<2 {
            guard ffgipr(file, 2, &bits, &axes, &sides, &status) == 0 else { throw error(status) }
            guard axes == 0 else { break }
            guard ffmrhd(file, 1, nil, &status) == 0 else { throw error(status) }
        }
        guard axes == 2 else { throw FiguresError(.notFITS, detail: "an image of \(axes) axes; a cutout has 2") }
        let largest = CutoutImage.largestSide
        guard (1...largest).contains(sides[0]), (1...largest).contains(sides[1]) else {
            throw FiguresError(.tooLarge, detail: "an image of \(sides[0]) times \(sides[1]) pixels")
        }
        var pixels = [Float](repeating: .nan, count: sides[0] * sides[1])
        var missing = Float.nan
        var anyMissing: CInt = 0
        let count = Int64(pixels.count)
        guard ffgpv(file, TFLOAT, 1, count, &missing, &pixels, &anyMissing, &status) == 0 else { throw error(status) }
        return (sides[0], sides[1], pixels)
    }

    private static func error(_ status: CInt) -> FiguresError {
        var text = [CChar](repeating: 0, count: 31)
        ffgerr(status, &text)
        ffcmsg()
        let words = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return FiguresError(.notFITS, detail: "cfitsio: \(words) (\(status))")
    }
}

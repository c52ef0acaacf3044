internal import Compression

/// A small image of the sky, as a survey sends three with each alert.
package struct CutoutImage: Sendable, Hashable {
    /// Pixels a side at most; ZTF's stamps have 63, LSST's some hundreds.
    package static let largestSide = 1_024
    /// Bytes of the FITS file at most, inflated: room for an image of the largest sides with its mask and its variance.
    private static let largestFile = 16 << 20

    /// Pixels along a row.
    package let width: Int
    /// Rows.
    package let height: Int
    /// The survey's own unit, row by row, the first row at the bottom; NaN where a pixel has no value.
    package let pixels: [Float]
    /// How the image lies on the sky, where its header says (LSST's does, ZTF's does not).
    package let sky: ImageSky?
    /// The variance of each pixel, in the square of the image's unit; NaN where it is not known. `nil` where the file has none.
    package let variance: [Float]?
    /// Which pixels are not to be trusted; `nil` where the file does not say.
    package let mask: CutoutMask?
    /// What the file has, the image first.
    package let parts: [CutoutPart]

    /// An image of `width` times `height` pixels.
    package init(
        width: Int, height: Int, pixels: [Float], sky: ImageSky? = nil, variance: [Float]? = nil,
        mask: CutoutMask? = nil, parts: [CutoutPart] = []
    ) throws(FITSError) {
        guard (1...Self.largestSide).contains(width), (1...Self.largestSide).contains(height) else {
            throw FITSError(.tooLarge, detail: "an image of \(width) times \(height) pixels")
        }
        guard pixels.count == width * height else {
            throw FITSError(.notFITS, detail: "\(pixels.count) pixels for \(width) times \(height)")
        }
        self.width = width
        self.height = height
        self.pixels = pixels
        self.sky = sky
        self.variance = variance
        self.mask = mask
        self.parts = parts
    }

    /// The first image of a FITS file, plain or gzipped, with its variance and its mask.
    ///
    /// - Throws: ``FITSError`` for other bytes (ZTF sent JPEG until 2018), and for what is no image of a cutout's size.
    package init(fits bytes: ArraySlice<UInt8>) throws(FITSError) {
        let image = try FITSImage(Self.file(of: bytes), largestSide: Self.largestSide)
        let planes = FITSPlanes(behind: image)
        let own = CutoutPart(use: .image, name: image.header.name, sides: [image.width, image.height])
        try self.init(
            width: image.width, height: image.height, pixels: image.pixels, sky: image.sky, variance: planes.variance,
            mask: planes.mask, parts: [own] + planes.parts)
    }

    /// The FITS file that a survey sent, plain or gzipped, as a plain one.
    ///
    /// - Throws: ``FITSError`` for what is no FITS file (ZTF sent JPEG until 2018), and for one that is no cutout by its size.
    package static func file(of bytes: ArraySlice<UInt8>) throws(FITSError) -> ArraySlice<UInt8> {
        var file = bytes
        if bytes.starts(with: [0x1f, 0x8b]) {
            do { file = try Gzip.decompress(bytes, limit: largestFile)[...] } catch {
                throw FITSError(error.code == .tooLong ? .tooLarge : .notFITS, detail: "\(error)")
            }
        }
        guard file.count <= largestFile else {
            throw FITSError(.tooLarge, detail: "a FITS file of \(file.count) bytes")
        }
        // FITS standard 4.0, 4.4.1.1: the first keyword is SIMPLE.
        guard file.starts(with: "SIMPLE  =".utf8) else {
            throw FITSError(.notFITS, detail: "it does not begin with SIMPLE")
        }
        return file
    }
}

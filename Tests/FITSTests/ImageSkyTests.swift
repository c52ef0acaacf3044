import FITS
import Testing

@Suite struct ImageSkyTests {
    private static func sky(_ cards: [String]) throws -> ImageSky? {
        var part = FITSPart(2, 1, bigEndian([Float(1).bitPattern, Float(2).bitPattern]))
        part.cards += cards
        return try CutoutImage(fits: part.bytes[...]).sky
    }

    private static func close(_ first: SIMD2<Double>, _ second: SIMD2<Double>) -> Bool {
        let off = first - second
        return (off * off).sum() < 1e-6
    }

    /// The header of a cutout of LSST's commissioning; cos and sin of 38.65 degrees by hand.
    @Test("LSST's header says scale, directions and position") func lsst() throws {
        let sky = try #require(
            try Self.sky([
                "CRPIX1  =       27.03088021575 / Pixel coordinate of reference point",
                "CRPIX2  =      27.444190702827",
                "PC1_1   = -4.3355127715412E-05", "PC1_2   =  3.4620783794198E-05", "PC2_1   =  3.4652677245935E-05",
                "PC2_2   =  4.3245053842927E-05", "CDELT1  =                  1.0", "CDELT2  =                  1.0",
            ]))
        #expect(abs(sky.pixelScale - 0.1996) < 1e-4)
        #expect(sky.position == SIMD2(27.03088021575, 27.444190702827))
        let axes = try #require(sky.axes)
        #expect(Self.close(axes.north, SIMD2(0.6240, 0.7814)))
        #expect(Self.close(axes.east, SIMD2(-0.7804, 0.6253)))
    }

    @Test("a CD matrix counts before CDELT; what is missing or has no inverse is nothing known") func others() throws {
        let north = try #require(
            try Self.sky(["CD1_1   = -2.8D-4", "CD2_2   = 2.8D-4", "CDELT1  = 1", "CDELT2  = 1"]))
        #expect(abs(north.pixelScale - 1.008) < 1e-9 && north.position == nil)
        #expect(north.axes == ImageSky.Axes(north: SIMD2(0, 1), east: SIMD2(-1, 0)))
        for cards in [
            [], ["CDELT1  = 1E-4"], ["CDELT1  = 0", "CDELT2  = 1E-4"], ["CDELT1  = NaN", "CDELT2  = 1E-4"],
            ["CDELT1  = 1E300", "CDELT2  = 1E300"], ["CDELT1  = 'x'", "CDELT2  = 1"],
        ] { #expect(try Self.sky(cards) == nil, "\(cards)") }
    }
}

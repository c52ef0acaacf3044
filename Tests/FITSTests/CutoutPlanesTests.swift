import FITS
import Testing

private func floats(_ pixels: [Float]) -> [UInt8] { bigEndian(pixels.map(\.bitPattern)) }

/// Variance and mask, as LSST's pipelines and astropy's `CCDData` write them behind an image.
@Suite struct CutoutPlanesTests {
    private static let image = FITSPart(2, 2, floats([1, 2, 3, 4])).bytes

    private static func part(
        _ name: String, _ data: [UInt8], bits: Int, kind: String = "IMAGE   ", _ cards: [String] = [], side: Int = 2
    ) -> [UInt8] {
        var part = FITSPart(side, 2, data, bits: bits)
        part.cards[0] = "XTENSION= '\(kind)'"
        part.cards +=
            ["PCOUNT  =                    0", "GCOUNT  =                    1", "EXTNAME = '\(name)'"] + cards
        return part.bytes
    }

    private static func read(_ parts: [UInt8]...) throws -> CutoutImage {
        try CutoutImage(fits: (image + parts.joined())[...])
    }

    private static let variance = floats([4, 9, -1, .nan])

    typealias VarianceCase = (name: String, cards: [String], expected: [Float])
    static let varianceCases: [VarianceCase] = [
        ("VARIANCE", [], [4, 9]), ("UNCERT  ", ["UTYPE   = 'VarianceUncertainty'"], [4, 9]),
        ("UNCERT", ["UTYPE   = 'StdDevUncertainty'"], [16, 81]),
        ("UNCERT", ["UTYPE   = 'InverseVariance'"], [0.25, 1 / 9]),
    ]

    @Test("a variance by any name and kind", arguments: varianceCases)
    func variances(name: String, cards: [String], expected: [Float]) throws {
        let image = try Self.read(Self.part(name, Self.variance, bits: -32, cards))
        let variance = try #require(image.variance)
        #expect(Array(variance.prefix(2)) == expected && variance.dropFirst(2).allSatisfy(\.isNaN))
        #expect(image.pixels == [1, 2, 3, 4] && image.mask == nil)
    }

    @Test("a mask's planes have the header's names and bits") func mask() throws {
        let cards = [
            "MP_BAD  =                    0", "MP_SAT  =                    1 / saturated",
            "MP_EDGE =                    4",
            "HIERARCH MP_DETECTED_NEGATIVE = 6", "HIERARCH MP_NO_DATA = 31", "MP_ODD  = 32", "MP_WORSE= x",
            "HIERARCH OTHER = 3",
        ]
        let data = bigEndian([Int32(0), 1, 0b1010010, .min])
        let mask = try #require(try Self.read(Self.part("MASK", data, bits: 32, cards)).mask)
        #expect(mask.planes.map(\.name) == ["BAD", "SAT", "EDGE", "DETECTED_NEGATIVE", "NO_DATA"])
        #expect(mask.planes.map(\.bit) == [0, 1, 4, 6, 31])
        #expect(
            (0..<4).map { mask.names(at: $0) } == [[], ["BAD"], ["SAT", "EDGE", "DETECTED_NEGATIVE"], ["NO_DATA"]])
        #expect(mask.bits(of: ["BAD", "EDGE", "none"]) == 0b10001)
    }

    @Test("a mask without names says bad or not") func plain() throws {
        let mask = try #require(try Self.read(Self.part("MASK", [0, 1, 255, 0], bits: 8)).mask)
        #expect((0..<4).map { mask.names(at: $0) } == [[], ["MASK"], ["MASK"], []])
    }

    @Test("all parts are listed, those that are no planes too") func parts() throws {
        let image = try Self.read(
            Self.part("TABLE", [1, 2, 3, 4, 5, 6], bits: 8, kind: "BINTABLE", side: 3),
            Self.part("UNCERT", Self.variance, bits: -32, ["UTYPE   = 'VarianceUncertainty'"]),
            Self.part("PSFIMAGE", floats([Float](repeating: 1, count: 6)), bits: -32, side: 3),
            Self.part("MASK", [0, 0, 0, 0], bits: 8))
        #expect(
            image.parts.map(\.text)
                == ["image 2 x 2", "TABLE 3 x 2", "variance UNCERT 2 x 2", "PSFIMAGE 3 x 2", "mask MASK 2 x 2"])
    }

    private static let damaged = "damaged: the rest of the file is not read"
    typealias UnusableCase = (part: [UInt8], reason: String)
    static let unusableCases: [UnusableCase] = [
        (part("MASK", [0, 0, 0, 0, 0, 0], bits: 8, side: 3), "not of the image's size"),
        (part("MASK", [0, 0, 0, 0], bits: 8, kind: "BINTABLE"), "not of the image's size"),
        (part("MASK", variance, bits: -32), "not of whole numbers"),
        (part("MASK", [0, 0, 0, 0], bits: 8, ["BSCALE  = 2.0"]), "not of whole numbers"),
        (part("VARIANCE", variance, bits: -32, ["BSCALE  = 0.0"]), "BSCALE or BZERO"),
        (part("UNCERT", variance, bits: -32), "UTYPE says no kind that is known"),
        (Array(part("VARIANCE", variance, bits: -32).dropLast(2_880)), damaged),
        (Array(part("VARIANCE", variance, bits: -32).prefix(300)), damaged),
        (part("MASK", [0, 0], bits: 8, side: 9_223_372_036_854_775_807), damaged),
        (part("MASK", [0, 0], bits: 8, side: -1), damaged),
    ]

    @Test("what cannot be used is left out, and said; the image stays", arguments: unusableCases)
    func unusable(part: [UInt8], reason: String) throws {
        let image = try Self.read(part)
        #expect(image.pixels == [1, 2, 3, 4] && image.variance == nil && image.mask == nil)
        #expect(image.parts.last?.use == .unusable(reason))
    }

    @Test("of two of a kind the first counts, and of a thousand parts sixteen are looked at") func many() throws {
        let two = try Self.read(
            Self.part("MASK", [0, 1, 0, 0], bits: 8), Self.part("MASK", [1, 1, 1, 1], bits: 8))
        #expect(two.mask?.bits == [0, 1, 0, 0])
        let part = Self.part("X", [0, 1, 0, 0], bits: 8)
        let many = try CutoutImage(fits: (Self.image + (0..<1_000).flatMap { _ in part })[...])
        #expect(many.parts.count == 17)
    }

    @Test("damage anywhere behind the image costs planes and nothing else") func damage() throws {
        let sound =
            Self.image + Self.part("MASK", [0, 1, 0, 0], bits: 8, ["MP_BAD  = 0"])
            + Self.part("UNCERT", Self.variance, bits: -32, ["UTYPE   = 'VarianceUncertainty'"])
        var random = SystemRandomNumberGenerator()
        for _ in 0..<3_000 {
            var damaged = sound
            for _ in 0..<4 {
                damaged[Int.random(in: 5_760..<6_800, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            #expect(try CutoutImage(fits: damaged[...]).pixels == [1, 2, 3, 4])
        }
    }
}

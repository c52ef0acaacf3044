/// The header of one part of a FITS file: the keywords that say where its array lies and what its numbers mean.
struct FITSHeader {
    private static let card = 80
    private static let block = 2_880
    private static let number: Set = [8, 16, 32, 64, -32, -64]

    /// Bits of a pixel; negative for floating point.
    let bits: Int
    let axes: Int
    private(set) var width: Int?
    private(set) var height: Int?
    /// PCOUNT and GCOUNT.
    private(set) var parameters: Int? = 0
    private(set) var groups: Int? = 1
    /// BSCALE and BZERO; NaN where they are no numbers.
    private(set) var scale = 1.0
    private(set) var zero = 0.0
    /// The whole number that stands for no value.
    private(set) var blank: Int?
    /// CRPIX, CDELT and the matrices PC and CD, as far as they are there, by their names.
    private var plane: [String: Double] = [:]
    /// Where the blocks of the header end: within the file, and where its array begins.
    let end: Int

    init(_ file: ArraySlice<UInt8>) throws(FITSError) {
        var (bits, axes): (Int?, Int?)
        var seen: Set<String> = []
        var at = file.startIndex
        while true {
            guard file.endIndex - at >= Self.card else {
                throw FITSError(.notFITS, detail: "the header has no END")
            }
            let card = file[at..<at + Self.card]
            at += Self.card
            let name = String(decoding: card.prefix(8), as: UTF8.self)
            if name == "END     " { break }
            guard Self.names.contains(name), seen.insert(name).inserted else { continue }
            let value = Self.value(card)
            switch name {
            case "BITPIX  ": bits = Int(value)
            case "NAXIS   ": axes = Int(value)
            case "NAXIS1  ": width = Int(value)
            case "NAXIS2  ": height = Int(value)
            case "PCOUNT  ": parameters = Int(value)
            case "GCOUNT  ": groups = Int(value)
            case "BSCALE  ": scale = Self.real(value)
            case "BZERO   ": zero = Self.real(value)
            case "BLANK   ": blank = Int(value)
            default: plane[name] = Double(value.replacing("D", with: "E"))
            }
        }
        let length = at - file.startIndex
        end = file.startIndex + (length + Self.block - 1) / Self.block * Self.block
        guard end <= file.endIndex else { throw FITSError(.notFITS, detail: "the file ends within its header") }
        guard let bits, Self.number.contains(bits), let axes else {
            throw FITSError(.notFITS, detail: "BITPIX or NAXIS is missing or cannot be used")
        }
        (self.bits, self.axes) = (bits, axes)
    }

    private static let names: Set = [
        "BITPIX  ", "NAXIS   ", "NAXIS1  ", "NAXIS2  ", "PCOUNT  ", "GCOUNT  ", "BSCALE  ", "BZERO   ", "BLANK   ",
        "CRPIX1  ", "CRPIX2  ", "CDELT1  ", "CDELT2  ", "PC1_1   ", "PC1_2   ", "PC2_1   ", "PC2_2   ", "CD1_1   ",
        "CD1_2   ", "CD2_1   ", "CD2_2   ",
    ]

    /// How the image lies on the sky; `nil` where the header does not say.
    var sky: ImageSky? {
        let position = plane["CRPIX1  "].flatMap { x in plane["CRPIX2  "].map { SIMD2(x, $0) } }
        if let first = plane["CD1_1   "], let last = plane["CD2_2   "] {
            return ImageSky(
                eastOfX: first, eastOfY: plane["CD1_2   "] ?? 0, northOfX: plane["CD2_1   "] ?? 0, northOfY: last,
                position: position)
        }
        guard let across = plane["CDELT1  "], let up = plane["CDELT2  "] else { return nil }
        return ImageSky(
            eastOfX: across * (plane["PC1_1   "] ?? 1), eastOfY: across * (plane["PC1_2   "] ?? 0),
            northOfX: up * (plane["PC2_1   "] ?? 0), northOfY: up * (plane["PC2_2   "] ?? 1), position: position)
    }

    /// What stands between `= ` and the comment.
    private static func value(_ card: ArraySlice<UInt8>) -> String {
        guard card.dropFirst(8).starts(with: [UInt8(ascii: "="), UInt8(ascii: " ")]) else { return "" }
        let value = card.dropFirst(10).prefix { $0 != UInt8(ascii: "/") }.drop { $0 == UInt8(ascii: " ") }
        return String(decoding: value.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)
    }

    /// FITS writes the exponent with an E or a D.
    private static func real(_ text: String) -> Double { Double(text.replacing("D", with: "E")) ?? .nan }
}

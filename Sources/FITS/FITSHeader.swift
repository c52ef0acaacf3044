/// The header of one part of a FITS file: the keywords that say where its array lies and what its numbers mean.
struct FITSHeader {
    static let card = 80
    static let block = 2_880
    private static let number: Set = [8, 16, 32, 64, -32, -64]
    /// Planes of a mask that are read at most: a bit each.
    private static let mostPlanes = 32

    /// Bits of a pixel; negative for floating point.
    let bits: Int
    let axes: Int
    /// NAXIS1 to NAXIS9.
    private var lengths: [String: Int] = [:]
    /// XTENSION, EXTNAME and UTYPE, as far as they are there, by their names.
    private var texts: [String: String] = [:]
    /// The planes of a mask: the keywords that begin with `MP_`, whose value is the plane's bit.
    private(set) var planes: [CutoutMask.Plane] = []
    /// PCOUNT and GCOUNT.
    private(set) var parameters: Int? = 0
    private(set) var groups: Int? = 1
    /// TFIELDS: the columns of a table.
    private(set) var fields: Int?
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
            if let plane = Self.plane(name, card), planes.count < Self.mostPlanes {
                planes.append(plane)
                continue
            }
            guard Self.names.contains(name), seen.insert(name).inserted else { continue }
            let value = Self.value(card)
            switch name {
            case "BITPIX  ": bits = Int(value)
            case "NAXIS   ": axes = Int(value)
            case "XTENSION", "EXTNAME ", "UTYPE   ": texts[name] = Self.text(card)
            case "PCOUNT  ": parameters = Int(value)
            case "GCOUNT  ": groups = Int(value)
            case "TFIELDS ": fields = Int(value)
            case "BSCALE  ": scale = Self.real(value)
            case "BZERO   ": zero = Self.real(value)
            case "BLANK   ": blank = Int(value)
            case _ where name.hasPrefix("NAXIS"): lengths[name] = Int(value)
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
        "XTENSION", "EXTNAME ", "UTYPE   ", "BITPIX  ", "NAXIS   ", "NAXIS1  ", "NAXIS2  ", "NAXIS3  ", "NAXIS4  ",
        "NAXIS5  ", "NAXIS6  ", "NAXIS7  ", "NAXIS8  ", "NAXIS9  ", "PCOUNT  ", "GCOUNT  ", "TFIELDS ", "BSCALE  ",
        "BZERO   ", "BLANK   ",
        "CRPIX1  ", "CRPIX2  ", "CDELT1  ", "CDELT2  ", "PC1_1   ", "PC1_2   ", "PC2_1   ", "PC2_2   ", "CD1_1   ",
        "CD1_2   ", "CD2_1   ", "CD2_2   ",
    ]

    /// Pixels along a row.
    var width: Int? { lengths["NAXIS1  "] }
    /// Rows.
    var height: Int? { lengths["NAXIS2  "] }
    /// `IMAGE`, `BINTABLE`; empty for the primary part.
    var kind: String { texts["XTENSION"] ?? "" }
    /// EXTNAME; empty if the header lacks it.
    var name: String { texts["EXTNAME "] ?? "" }
    /// What astropy says of an uncertainty: `VarianceUncertainty`; empty if the header lacks it.
    var uncertainty: String { texts["UTYPE   "] ?? "" }
    /// The lengths of the axes; `nil` where one is missing, or there are more than nine.
    var sides: [Int]? {
        guard (0...9).contains(axes) else { return nil }
        let sides = (1...9).prefix(axes).compactMap { lengths["NAXIS\($0)  "] }
        return sides.count == axes ? sides : nil
    }

    /// Bytes of the array behind the header, without what fills its last block; `nil` where the header does not say, or more than
    /// `limit`.
    func dataLength(limit: Int) -> Int? {
        guard let sides, let parameters, let groups, parameters >= 0, groups >= 0 else { return nil }
        guard !sides.isEmpty else { return 0 }
        var count = 1
        for side in sides {
            let (product, isTooMuch) = count.multipliedReportingOverflow(by: side)
            guard side >= 0, !isTooMuch else { return nil }
            count = product
        }
        let (sum, isTooMuch) = count.addingReportingOverflow(parameters)
        guard !isTooMuch, sum <= limit, groups <= limit else { return nil }
        let (bytes, isTooLong) = sum.multipliedReportingOverflow(by: max(groups, 1) * (abs(bits) / 8))
        return isTooLong || bytes > limit ? nil : bytes
    }

    /// The length of a part's array with what fills its last block.
    static func padded(_ length: Int) -> Int { (length + block - 1) / block * block }

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

    /// A text in quotes, without the blanks at its end; empty if the value is not a quoted ASCII text.
    private static func text(_ card: ArraySlice<UInt8>) -> String {
        let quote = UInt8(ascii: "'")
        let rest = card.dropFirst(8).drop { $0 != quote }.dropFirst()
        let text = rest.prefix { $0 != quote }
        guard text.allSatisfy({ (0x20..<0x7f).contains($0) }) else { return "" }
        return String(decoding: text, as: UTF8.self).trimmingBlanks
    }

    /// A plane of a mask: `MP_BAD = 0`, or with a longer name `HIERARCH MP_DETECTED_NEGATIVE = 6`.
    private static func plane(_ name: String, _ card: ArraySlice<UInt8>) -> CutoutMask.Plane? {
        let prefix = "MP_"
        guard name.hasPrefix(prefix) || name == "HIERARCH" else { return nil }
        let parts = card.split(separator: UInt8(ascii: "="), maxSplits: 1)
        guard parts.count == 2 else { return nil }
        let words = parts[0].split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
        guard let word = words.last, word.hasPrefix(prefix), words.count == (name == "HIERARCH" ? 2 : 1) else {
            return nil
        }
        let value = parts[1].prefix { $0 != UInt8(ascii: "/") }
        guard let bit = Int(String(decoding: value, as: UTF8.self).trimmingBlanks), (0..<32).contains(bit) else {
            return nil
        }
        return CutoutMask.Plane(name: String(word.dropFirst(prefix.count)), bit: bit)
    }

    /// FITS writes the exponent with an E or a D.
    private static func real(_ text: String) -> Double { Double(text.replacing("D", with: "E")) ?? .nan }
}

extension String {
    /// The same without blanks at its ends.
    fileprivate var trimmingBlanks: String {
        let start = drop { $0 == " " }
        return String(start.reversed().drop { $0 == " " }.reversed())
    }
}

/// A FIELD of a VOTable: what its values are, as text and in bytes.
///
/// Source: VOTable 1.4 (Ochsenbein et al. 2019), sections 2, 5.3 and 5.4.
struct VOTableField {
    let name: String
    let unit: String?
    /// The value that stands for none: that of VALUES.
    var null: String?
    private let type: Datatype
    private let length: Length

    /// Values of a row at most, and of all its fields together: what is longer is no row.
    static let longest = 1 << 20

    private enum Datatype: String {
        case boolean, bit, unsignedByte, short, int, long, char, unicodeChar, float, double, floatComplex
        case doubleComplex

        var bytes: Int {
            switch self {
            case .boolean, .bit, .unsignedByte, .char: 1
            case .short, .unicodeChar: 2
            case .int, .float: 4
            case .long, .double, .floatComplex: 8
            case .doubleComplex: 16
            }
        }
    }

    private enum Length: Equatable {
        case one, many(Int)
        /// A count stands before the values.
        case counted
    }

    /// The field of an element's attributes; `nil` for a type that VOTable has not.
    init?(_ attributes: [String: String]) {
        guard let type = Datatype(rawValue: attributes["datatype"] ?? "") else { return nil }
        self.type = type
        name = attributes["name"] ?? attributes["ID"] ?? ""
        unit = attributes["unit"]
        switch attributes["arraysize"]?.filter({ $0 != " " }) {
        case nil, "1", "": length = .one
        case let size? where size.hasSuffix("*"): length = .counted
        case let size?:
            var product = 1
            for side in size.split(separator: "x", omittingEmptySubsequences: false) {
                guard let side = Int(side), (0...Self.longest).contains(side) else { return nil }
                product *= side
                guard product <= Self.longest else { return nil }
            }
            length = .many(product)
        }
        isOfTexts = attributes["arraysize"]?.contains("x") == true
    }

    /// Whether there are several texts a row.
    private let isOfTexts: Bool

    /// The column; values of other kinds than a number, a text, and yes and no are left out.
    var column: CatalogueTable.Column {
        let kind: CatalogueColumn.Kind? =
            switch type {
            case .char, .unicodeChar: isOfTexts ? nil : .text
            case _ where length != .one: nil
            case .boolean, .bit, .unsignedByte, .short, .int, .long: .integer
            case .float, .double: .real
            case .floatComplex, .doubleComplex: nil
            }
        return .init(name: name, kind: kind, unit: unit, isLeftOut: kind == nil)
    }

    // MARK: - Text

    /// The value of a cell's text; `nil` if it is not of the type of the field.
    func value(of bytes: ArraySlice<UInt8>) -> CatalogueValue? {
        let isBlank: (UInt8) -> Bool = { $0 <= 0x20 }
        guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return .null }
        let text = String(decoding: bytes[first...last], as: UTF8.self)
        guard text != null else { return .null }
        switch type {
        case .char, .unicodeChar: return .text(text)
        case .boolean: return Self.flag(text.utf8.first ?? 0)
        case .float, .double:
            // A number of single precision is the same whether it stands as text or in bytes.
            guard let number = type == .float ? Float(text).map({ Double($0) }) : Double(text) else { return nil }
            return number.isNaN ? .null : .real(number)
        default:
            let whole = text.hasPrefix("0x") || text.hasPrefix("0X") ? Int64(text.dropFirst(2), radix: 16) : Int64(text)
            return whole.map { .integer($0) }
        }
    }

    private static func flag(_ byte: UInt8) -> CatalogueValue? {
        switch byte {
        case UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: "1"): .integer(1)
        case UInt8(ascii: "F"), UInt8(ascii: "f"), UInt8(ascii: "0"): .integer(0)
        case UInt8(ascii: "?"), 0x20, 0: .null
        default: nil
        }
    }

    // MARK: - Bytes

    /// How many bytes the field takes at a place; `nil` where they are not all there, and negative for a length that no field has.
    func size(in bytes: ArraySlice<UInt8>) -> Int? {
        var count: Int
        var before = 0
        switch length {
        case .one: count = 1
        case .many(let many): count = many
        case .counted:
            guard bytes.count >= 4 else { return nil }
            before = 4
            count = Int(Self.whole(bytes.prefix(4), Int32.self))
            guard (0...Self.longest).contains(count) else { return -1 }
        }
        if type == .bit { count = (count + 7) / 8 }
        let size = before + count * type.bytes
        return bytes.count >= size ? size : nil
    }

    /// The value of the bytes that ``size(in:)`` counts; `nil` if it is not of the type of the field.
    func value(ofBytes bytes: ArraySlice<UInt8>) -> CatalogueValue? {
        switch type {
        case .boolean: return Self.flag(bytes.first ?? 0)
        case .unsignedByte: return whole(Int64(bytes.first ?? 0))
        case .short: return whole(Int64(Self.whole(bytes, Int16.self)))
        case .int: return whole(Int64(Self.whole(bytes, Int32.self)))
        case .long: return whole(Self.whole(bytes, Int64.self))
        case .float: return real(Double(Float(bitPattern: Self.whole(bytes, UInt32.self))))
        case .double: return real(Double(bitPattern: Self.whole(bytes, UInt64.self)))
        case .char: return text(String(decoding: letters(bytes).prefix { $0 != 0 }, as: UTF8.self))
        case .unicodeChar:
            let all = Array(letters(bytes))
            let units = stride(from: 0, to: all.count - 1, by: 2).map { UInt16(all[$0]) << 8 | UInt16(all[$0 + 1]) }
            return text(String(decoding: units.prefix { $0 != 0 }, as: UTF16.self))
        // The first bit by the standard, and another as astropy writes it; the rest of the byte is 0.
        case .bit: return .integer(bytes.first == 0 ? 0 : 1)
        case .floatComplex, .doubleComplex: return .null
        }
    }

    private func letters(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        length == .counted ? bytes.dropFirst(4) : bytes
    }

    private func whole(_ number: Int64) -> CatalogueValue {
        null.flatMap { Int64($0) } == number ? .null : .integer(number)
    }

    private func real(_ number: Double) -> CatalogueValue {
        number.isNaN || null.flatMap { Double($0) } == number ? .null : .real(number)
    }

    private func text(_ text: String) -> CatalogueValue {
        let end = text.utf8.lastIndex { $0 > 0x20 }.map { text.utf8.index(after: $0) } ?? text.startIndex
        let trimmed = String(text[..<end].drop { $0 == " " })
        return trimmed.isEmpty || trimmed == null ? .null : .text(trimmed)
    }

    private static func whole<Whole: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>, _ type: Whole.Type) -> Whole {
        bytes.withUnsafeBytes { Whole(bigEndian: $0.loadUnaligned(as: Whole.self)) }
    }
}

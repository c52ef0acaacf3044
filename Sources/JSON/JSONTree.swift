/// A value of JSON that is put together by hand; an object's members stand in the order in which they were given.
package enum JSONTree: Sendable {
    /// No value.
    case null
    /// True or false.
    case flag(Bool)
    /// A whole number; ids go as texts.
    case integer(Int)
    /// A number; what JSON lacks is written as null.
    case number(Double)
    /// A text.
    case text(String)
    /// A list.
    case list([JSONTree])
    /// An object.
    case object([(name: String, value: JSONTree)])
    /// JSON that was written already.
    case written([UInt8])

    /// A text, or null.
    package init(_ text: String?) { self = text.map { .text($0) } ?? .null }
    /// A number, or null.
    package init(_ number: Double?) { self = number.map { .number($0) } ?? .null }
    /// A whole number, or null.
    package init(_ number: Int?) { self = number.map { .integer($0) } ?? .null }
    /// True, false or null.
    package init(_ flag: Bool?) { self = flag.map { .flag($0) } ?? .null }
    /// An id, as a text: many readers of JSON round long numbers.
    package init(id: Int64) { self = .text(String(id)) }
    /// What a value is encoded as, its members in their order.
    package init(encoding value: some Encodable) throws {
        self = .written(try OrderedJSON.bytes(of: value, isCompact: true))
    }

    /// The value as text in UTF-8, without spaces.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    private func append(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes += "null".utf8
        case .flag(let flag): bytes += (flag ? "true" : "false").utf8
        case .integer(let number): bytes += "\(number)".utf8
        case .number(let number): bytes += (number.isFinite ? "\(number)" : "null").utf8
        case .text(let text): Self.quote(text, into: &bytes)
        case .written(let json): bytes += json
        case .list(let values):
            bytes.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                value.append(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.quote(member.name, into: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.value.append(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value + (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
    }

    /// Control characters, quotes and backslashes are escaped (RFC 8259, 7).
    private static func quote(_ text: String, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20: bytes += "\\u00".utf8 + [digit(byte >> 4), digit(byte & 15)]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

extension JSONTree: ExpressibleByStringInterpolation, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A text.
    package init(stringLiteral text: String) { self = .text(text) }
    /// True or false.
    package init(booleanLiteral flag: Bool) { self = .flag(flag) }
    /// A whole number.
    package init(integerLiteral number: Int) { self = .integer(number) }
    /// A number.
    package init(floatLiteral number: Double) { self = .number(number) }
    /// A list.
    package init(arrayLiteral values: JSONTree...) { self = .list(values) }
    /// An object with its members in this order.
    package init(dictionaryLiteral members: (String, JSONTree)...) {
        self = .object(members.map { (name: $0, value: $1) })
    }
}

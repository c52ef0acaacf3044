/// Parses JSON by RFC 8259, with bounds on size and depth. It also accepts `NaN` and `Infinity`, which Python writes.
struct JSONParser {
    private let bytes: [UInt8]
    private var position = 0

    private init(_ bytes: ArraySlice<UInt8>) { self.bytes = Array(bytes) }

    /// Parses a text with one value.
    static func parse(_ text: ArraySlice<UInt8>) throws(AvroError) -> JSONValue {
        guard text.count <= AvroLimits.schemaBytes else {
            throw AvroError(.schemaTooLarge, detail: "\(text.count) bytes of JSON")
        }
        var parser = JSONParser(text)
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.position == parser.bytes.count else { throw parser.error("text after the value") }
        return value
    }

    private func error(_ detail: String) -> AvroError { AvroError(.invalidJSON, offset: position, detail: detail) }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func consume(_ byte: Character) -> Bool {
        skipSpace()
        guard next == byte.asciiValue else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(AvroError) -> JSONValue {
        guard depth < AvroLimits.jsonDepth else {
            throw AvroError(.nestedTooDeep, offset: position, detail: "JSON deeper than \(AvroLimits.jsonDepth)")
        }
        if consume("{") { return try object(depth: depth) }
        if consume("[") { return try array(depth: depth) }
        guard let first = next else { throw error("the text ends early") }
        switch first {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        default: return try literal()
        }
    }

    private mutating func object(depth: Int) throws(AvroError) -> JSONValue {
        var members: [JSONMember] = []
        if consume("}") { return .object(members) }
        var known = KnownKeys()
        repeat {
            skipSpace()
            let key = try string()
            // Readers differ in which of two members they use.
            guard known.insert(key, beside: members) else {
                throw error("the name \(key.prefix(100)) twice in an object")
            }
            guard consume(":") else { throw error("no colon after the name \(key)") }
            members.append(JSONMember(key, try value(depth: depth + 1)))
        } while consume(",")
        guard consume("}") else { throw error("an object does not end") }
        return .object(members)
    }

    /// Detects a repeated name in an object. Objects of schemas have few names, for which a linear search is fastest.
    private struct KnownKeys {
        private static let few = 8
        private var set: Set<String> = []

        /// - Returns: Whether the name is new in the object.
        mutating func insert(_ key: String, beside members: [JSONMember]) -> Bool {
            if members.count < Self.few { return !members.contains { $0.key == key } }
            if set.isEmpty { set = Set(members.map(\.key)) }
            return set.insert(key).inserted
        }
    }

    private mutating func array(depth: Int) throws(AvroError) -> JSONValue {
        var values: [JSONValue] = []
        if consume("]") { return .array(values) }
        repeat { values.append(try value(depth: depth + 1)) } while consume(",")
        guard consume("]") else { throw error("an array does not end") }
        return .array(values)
    }

    private mutating func literal() throws(AvroError) -> JSONValue {
        let literals: [(String, JSONValue)] = [
            ("null", .null), ("true", .boolean(true)), ("false", .boolean(false)),
            ("NaN", .number("NaN")), ("Infinity", .number("Infinity")),
        ]
        for (literal, value) in literals where bytes[position...].starts(with: literal.utf8) {
            position += literal.utf8.count
            return value
        }
        throw error("no JSON value")
    }

    private mutating func digits() throws(AvroError) {
        let start = position
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard position > start else { throw error("a number lacks its digits") }
    }

    private mutating func number() throws(AvroError) -> String {
        let start = position
        if next == UInt8(ascii: "-") { position += 1 }
        if bytes[position...].starts(with: "Infinity".utf8) {
            position += 8
        } else {
            let leading = position
            try digits()
            guard bytes[leading] != UInt8(ascii: "0") || position == leading + 1 else { throw error("a leading zero") }
            if next == UInt8(ascii: ".") {
                position += 1
                try digits()
            }
            if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
                position += 1
                if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
                try digits()
            }
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func string() throws(AvroError) -> String {
        guard next == UInt8(ascii: "\"") else { throw error("no string") }
        position += 1
        // Nearly all strings have no escapes, and are read at once.
        let start = position
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
        if next == UInt8(ascii: "\"") {
            guard let string = String(validating: bytes[start..<position], as: UTF8.self) else {
                throw error("a string is not UTF-8")
            }
            position += 1
            return string
        }
        var text = Array(bytes[start..<position])
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else { throw error("a string is not UTF-8") }
                return string
            case UInt8(ascii: "\\"): text += try escape().utf8
            case 0..<0x20: throw error("a control character in a string")
            default: text.append(byte)
            }
        }
        throw error("a string does not end")
    }

    private mutating func escape() throws(AvroError) -> String {
        guard let byte = next else { throw error("a string does not end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return String(Unicode.Scalar(byte))
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return String(try unicodeEscape())
        default: throw error("an unknown escape")
        }
    }

    private mutating func unicodeEscape() throws(AvroError) -> Unicode.Scalar {
        let high = try hexadecimal()
        if let scalar = Unicode.Scalar(high) { return scalar }
        guard (0xD800..<0xDC00).contains(high), bytes[position...].starts(with: "\\u".utf8) else {
            throw error("half of a surrogate pair")
        }
        position += 2
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
        else { throw error("half of a surrogate pair") }
        return scalar
    }

    private mutating func hexadecimal() throws(AvroError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw error("an escape needs four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}

/// Parses a JSON5 document, with the line of every value: errors must name it, and Foundation's decoder does not.
///
/// Source: JSON5 1.0.0, https://spec.json5.org. Stricter in one point: a repeated name in one object is an error.
struct JSON5Parser {
    private static let deepest = 16

    private let text: [Unicode.Scalar]
    private var at = 0
    private var line = 1
    private var lineStart = 0

    /// Reads a whole document.
    ///
    /// - Throws: The first syntax error.
    static func parse(_ text: String) throws(ConfigurationError.Problem) -> JSON5Value {
        var parser = JSON5Parser(text: Array(text.unicodeScalars))
        let value = try parser.value(depth: 0)
        try parser.skipSpace()
        guard parser.next == nil else { throw parser.unexpected("nothing more") }
        return value
    }

    private init(text: [Unicode.Scalar]) { self.text = text }

    private var next: Unicode.Scalar? { at < text.count ? text[at] : nil }

    private func peek(_ distance: Int) -> Unicode.Scalar? { at + distance < text.count ? text[at + distance] : nil }

    private mutating func advance() {
        let isLineEnd = text[at] == "\n" || (text[at] == "\r" && peek(1) != "\n")
        at += 1
        guard isLineEnd else { return }
        line += 1
        lineStart = at
    }

    private mutating func advance(_ count: Int) { for _ in 0..<min(count, text.count - at) { advance() } }

    private func problem(_ reason: String) -> ConfigurationError.Problem {
        ConfigurationError.Problem(line: line, column: at - lineStart + 1, reason)
    }

    private func unexpected(_ wanted: String) -> ConfigurationError.Problem {
        guard let next else { return problem("the text ends where \(wanted) should be") }
        return problem("\(wanted) should be here, not \(String(next).debugDescription)")
    }

    // MARK: - Values

    private mutating func value(depth: Int) throws(ConfigurationError.Problem) -> JSON5Value {
        try skipSpace()
        let line = line
        guard let first = next else { throw unexpected("a value") }
        let content: JSON5Value.Content
        switch first {
        case "{": content = .object(try members(depth: depth + 1))
        case "[": content = .array(try elements(depth: depth + 1))
        case "\"", "'": content = .string(try string())
        case "+", "-", ".", "0"..."9", "I", "N": content = .number(try number())
        default:
            guard
                let literal = [("null", JSON5Value.Content.null), ("true", .boolean(true)), ("false", .boolean(false))]
                    .first(where: { starts(with: $0.0) })
            else { throw unexpected("a value") }
            advance(literal.0.count)
            content = literal.1
        }
        return JSON5Value(line: line, content: content)
    }

    /// Whether a literal is next, as a whole word.
    private func starts(with literal: String) -> Bool {
        let scalars = Array(literal.unicodeScalars)
        guard text[at...].starts(with: scalars) else { return false }
        return !(peek(scalars.count).map { Self.continuesName($0) } ?? false)
    }

    private mutating func elements(depth: Int) throws(ConfigurationError.Problem) -> [JSON5Value] {
        guard depth <= Self.deepest else { throw problem("nested deeper than \(Self.deepest)") }
        advance()
        var elements: [JSON5Value] = []
        while true {
            try skipSpace()
            if next == "]" { break }
            elements.append(try value(depth: depth))
            try skipSpace()
            if next == "]" { break }
            guard next == "," else { throw unexpected("',' or ']'") }
            advance()
        }
        advance()
        return elements
    }

    private mutating func members(depth: Int) throws(ConfigurationError.Problem) -> [JSON5Value.Member] {
        guard depth <= Self.deepest else { throw problem("nested deeper than \(Self.deepest)") }
        advance()
        var members: [JSON5Value.Member] = []
        var lines: [String: Int] = [:]
        while true {
            try skipSpace()
            if next == "}" { break }
            let (start, startLine) = (self, line)
            let name = next == "\"" || next == "'" ? try string() : try identifier()
            if let earlier = lines.updateValue(startLine, forKey: name) {
                throw start.problem("'\(name)' is set on line \(earlier) already")
            }
            try skipSpace()
            guard next == ":" else { throw unexpected("':'") }
            advance()
            members.append(JSON5Value.Member(name: name, line: startLine, value: try value(depth: depth)))
            try skipSpace()
            if next == "}" { break }
            guard next == "," else { throw unexpected("',' or '}'") }
            advance()
        }
        advance()
        return members
    }

    // MARK: - Names and texts

    private static func continuesName(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "$" || scalar == "_" || scalar == "\u{200C}" || scalar == "\u{200D}" || scalar.properties.isIDContinue
    }

    private mutating func identifier() throws(ConfigurationError.Problem) -> String {
        var name = String.UnicodeScalarView()
        while let scalar = next {
            var character = scalar
            let before = self
            if scalar == "\\" {
                advance()
                guard next == "u" else { throw unexpected("'u'") }
                advance()
                guard let escaped = Unicode.Scalar(try hexadecimal(digits: 4)) else {
                    throw before.unexpected("a name")
                }
                character = escaped
            } else {
                guard Self.continuesName(scalar) else { break }
                advance()
            }
            let isAllowed =
                name.isEmpty
                ? character == "$" || character == "_" || character.properties.isIDStart
                : Self.continuesName(character)
            guard isAllowed else { throw before.unexpected("a name") }
            name.append(character)
        }
        guard !name.isEmpty else { throw unexpected("a name or '}'") }
        return String(name)
    }

    private mutating func string() throws(ConfigurationError.Problem) -> String {
        let start = self
        let quote = next
        advance()
        var string = String.UnicodeScalarView()
        while let scalar = next {
            if scalar == quote {
                advance()
                return String(string)
            }
            guard scalar != "\n", scalar != "\r" else { break }
            if scalar == "\\" {
                if let escaped = try escape() { string.append(escaped) }
            } else {
                string.append(scalar)
                advance()
            }
        }
        throw start.problem("this string does not end on its line")
    }

    /// The character that an escape sequence stands for; `nil` for a continued line.
    private mutating func escape() throws(ConfigurationError.Problem) -> Unicode.Scalar? {
        let start = self
        advance()
        guard let kind = next else { return nil }
        if kind == "\r" && peek(1) == "\n" { advance() }
        advance()
        switch kind {
        case "\n", "\r", "\u{2028}", "\u{2029}": return nil
        case "b": return "\u{8}"
        case "f": return "\u{C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "v": return "\u{B}"
        case "x": return Unicode.Scalar(try hexadecimal(digits: 2))
        case "u":
            var code = try hexadecimal(digits: 4)
            if 0xD800..<0xDC00 ~= code && next == "\\" && peek(1) == "u" {
                advance(2)
                let low = try hexadecimal(digits: 4)
                guard 0xDC00..<0xE000 ~= low else { throw start.problem("half a surrogate pair is not a character") }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else {
                throw start.problem("half a surrogate pair is not a character")
            }
            return scalar
        case "0" where next.map { !("0"..."9" ~= $0) } ?? true: return "\0"
        case "0"..."9": throw start.problem("a digit cannot follow '\\'")
        default: return kind
        }
    }

    private mutating func hexadecimal(digits: Int) throws(ConfigurationError.Problem) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = next.flatMap({ Character($0).hexDigitValue }), next?.isASCII == true else {
                throw unexpected("a hexadecimal digit")
            }
            value = value << 4 | UInt32(digit)
            advance()
        }
        return value
    }

    // MARK: - Numbers

    private mutating func number() throws(ConfigurationError.Problem) -> Double {
        let start = self
        var literal = String.UnicodeScalarView()
        while let scalar = next, scalar.isASCII,
            Character(scalar).isLetter || "0"..."9" ~= scalar || ".+-".unicodeScalars.contains(scalar)
        {
            literal.append(scalar)
            advance()
        }
        guard let number = Self.number(String(literal)) else {
            throw start.problem("'\(String(literal.prefix(40)))' is not a number")
        }
        return number
    }

    private static func number(_ literal: String) -> Double? {
        let isNegative = literal.hasPrefix("-")
        let bare = isNegative || literal.hasPrefix("+") ? String(literal.dropFirst()) : literal
        let value: Double?
        switch bare {
        case "Infinity": value = .infinity
        case "NaN": value = .nan
        default:
            if bare.hasPrefix("0x") || bare.hasPrefix("0X") {
                let digits = bare.dropFirst(2)
                value = digits.allSatisfy { $0.isHexDigit } ? UInt64(digits, radix: 16).map { Double($0) } : nil
            } else {
                let isDecimal =
                    bare.wholeMatch(of: /(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/) != nil
                value = isDecimal ? Double(bare) : nil
            }
        }
        return value.map { isNegative ? -$0 : $0 }
    }

    // MARK: - Space

    /// Skips white space and comments.
    private mutating func skipSpace() throws(ConfigurationError.Problem) {
        while let scalar = next {
            if scalar == "/" && peek(1) == "/" {
                while let scalar = next, scalar != "\n", scalar != "\r" { advance() }
            } else if scalar == "/" && peek(1) == "*" {
                let start = self
                advance(2)
                while next != nil, !(next == "*" && peek(1) == "/") { advance() }
                guard next != nil else { throw start.problem("this comment does not end") }
                advance(2)
            } else if scalar == "\u{FEFF}" || scalar.properties.isWhitespace {
                advance()
            } else {
                return
            }
        }
    }
}

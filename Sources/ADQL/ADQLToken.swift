/// A word, a number, a text or a sign of a query.
struct ADQLToken: Hashable {
    enum Kind: Hashable {
        /// A word without quotes: a keyword or a name.
        case word
        /// A name in double quotes.
        case delimited
        /// A number without a dot and without an exponent.
        case whole
        case real
        /// A text in single quotes.
        case text
        case sign
        case end
    }

    let kind: Kind
    /// The word, the name without quotes, the text without them, the sign.
    let text: String
    let place: ADQLError.Place

    /// The word in capitals, as keywords are compared; empty for what is no word.
    var keyword: String { kind == .word ? text.uppercased() : "" }

    /// As errors name it.
    var shown: String { kind == .end ? "the end of the query" : "'\(text.prefix(40))'" }
}

/// Cuts a query into tokens.
///
/// Source: ADQL 2.1 (Mantelet et al. 2023), section 2.1: comments from `--` to the line's end, quotes doubled within quotes.
struct ADQLLexer {
    /// Tokens of a query at most.
    private static let most = 20_000

    private let characters: [Character]
    private var at = 0
    private var line = 1
    private var column = 1

    private init(_ text: String) { characters = Array(text) }

    static func tokens(of text: String) throws(ADQLError) -> [ADQLToken] {
        var lexer = ADQLLexer(text)
        var tokens: [ADQLToken] = []
        while true {
            let token = try lexer.next()
            tokens.append(token)
            if token.kind == .end { return tokens }
            guard tokens.count <= most else { throw ADQLError(token.place, "the query has more than \(most) words") }
        }
    }

    private var place: ADQLError.Place { .init(line: line, column: column) }
    private var current: Character? { at < characters.count ? characters[at] : nil }
    private func ahead(_ count: Int) -> Character? { at + count < characters.count ? characters[at + count] : nil }

    private mutating func advance() {
        if current?.isNewline == true { (line, column) = (line + 1, 1) } else { column += 1 }
        at += 1
    }

    private mutating func skipBlanks() {
        while let character = current {
            if character.isWhitespace {
                advance()
            } else if character == "-", ahead(1) == "-" {
                while let character = current, !character.isNewline { _ = (character, advance()) }
            } else {
                return
            }
        }
    }

    private mutating func next() throws(ADQLError) -> ADQLToken {
        skipBlanks()
        let place = place
        guard let first = current else { return ADQLToken(kind: .end, text: "", place: place) }
        if Self.isLetter(first) || first == "_" {
            return ADQLToken(
                kind: .word, text: take { Self.isLetter($0) || Self.isDigit($0) || $0 == "_" }, place: place)
        }
        if Self.isDigit(first) || first == "." && ahead(1).map(Self.isDigit) == true { return try number(place) }
        if first == "'" { return ADQLToken(kind: .text, text: try quoted("'", place), place: place) }
        if first == "\"" {
            let name = try quoted("\"", place)
            guard !name.isEmpty else { throw ADQLError(place, "a name in double quotes is empty") }
            return ADQLToken(kind: .delimited, text: name, place: place)
        }
        let pair = String([first] + (ahead(1).map { [$0] } ?? []))
        if ["<=", ">=", "<>", "!=", "||"].contains(pair) {
            advance()
            advance()
            return ADQLToken(kind: .sign, text: pair, place: place)
        }
        guard "()+-*/,.=<>;".contains(first) else {
            throw ADQLError(place, "the character '\(first)' has no meaning in ADQL")
        }
        advance()
        return ADQLToken(kind: .sign, text: String(first), place: place)
    }

    private static func isLetter(_ character: Character) -> Bool { character.isASCII && character.isLetter }
    private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }

    private mutating func take(while isWanted: (Character) -> Bool) -> String {
        var text = ""
        while let character = current, isWanted(character) {
            text.append(character)
            advance()
        }
        return text
    }

    private mutating func number(_ place: ADQLError.Place) throws(ADQLError) -> ADQLToken {
        if current == "0", ahead(1) == "x" || ahead(1) == "X" {
            advance()
            advance()
            let digits = take(while: { $0.isASCII && $0.isHexDigit })
            guard let value = Int64(digits, radix: 16) else {
                throw ADQLError(place, "'0x\(digits.prefix(40))' is no whole number of 64 bits")
            }
            return ADQLToken(kind: .whole, text: String(value), place: place)
        }
        var (text, isWhole) = (take(while: Self.isDigit), true)
        if current == "." {
            isWhole = false
            advance()
            text += "." + take(while: Self.isDigit)
        }
        let isSigned = ahead(1) == "+" || ahead(1) == "-"
        if current == "e" || current == "E", ahead(isSigned ? 2 : 1).map(Self.isDigit) == true {
            isWhole = false
            text += "e"
            advance()
            if isSigned, let sign = current {
                text.append(sign)
                advance()
            }
            text += take(while: Self.isDigit)
        }
        if let character = current, Self.isLetter(character) || character == "_" {
            throw ADQLError(place, "a number ends with '\(character)'; a name begins with a letter")
        }
        return ADQLToken(kind: isWhole ? .whole : .real, text: text, place: place)
    }

    private mutating func quoted(_ quote: Character, _ place: ADQLError.Place) throws(ADQLError) -> String {
        advance()
        var text = ""
        while let character = current {
            advance()
            guard character == quote else {
                text.append(character)
                continue
            }
            guard current == quote else { return text }
            text.append(quote)
            advance()
        }
        throw ADQLError(place, "a \(quote) is not closed")
    }
}

/// What the header of an ECSV table says of its columns: YAML in lines of comment.
///
/// Source: Astropy Proposal for Enhancement 6, version 1.0 (Aldcroft): `delimiter`, and under `datatype` for each column `name`,
/// `unit` and `datatype`, as astropy writes them: `- {name: ra, unit: deg, datatype: float64}`, or a key a line.
struct ECSVHeader {
    /// A column.
    struct Column {
        let unit: String?
        let isBoolean: Bool
    }

    private(set) var delimiter = UInt8(ascii: " ")
    /// The columns by their names.
    private(set) var columns: [String: Column] = [:]

    /// Reads lines of comment, without their `#`.
    init(_ lines: [Substring]) {
        var (section, indent) = (Substring(), 0)
        var item: [Substring] = []
        for line in lines {
            let text = line.drop { $0 == " " }
            let depth = line.count - text.count
            // YAML lets a list stand as deep as its key; astropy writes it so, behind the blank that follows the mark.
            let isItem = text.hasPrefix("- ")
            if isItem, section == "datatype", item.isEmpty || depth == indent {
                take(item)
                (item, indent) = ([text.dropFirst(2)], depth)
            } else if depth <= 1, !isItem, let colon = text.firstIndex(of: ":") {
                section = text[..<colon]
                if section == "delimiter", text.contains(",") { delimiter = UInt8(ascii: ",") }
            } else if section == "datatype", !item.isEmpty {
                item.append(text)
            }
        }
        take(item)
    }

    private mutating func take(_ item: [Substring]) {
        guard let first = item.first else { return }
        let keys = first.hasPrefix("{") ? Self.pairs(item.joined(separator: " ")) : item.map { Substring($0) }
        var values: [Substring: String] = [:]
        for key in keys {
            guard let colon = key.firstIndex(of: ":") else { continue }
            let name = Self.trimmed(key[..<colon])
            if values[name] == nil { values[name] = Self.plain(key[key.index(after: colon)...]) }
        }
        guard let name = values["name"] else { return }
        columns[name] = Column(unit: values["unit"], isBoolean: values["datatype"] == "bool")
    }

    /// The pairs of a mapping in braces; a comma within quotes or other brackets divides none.
    private static func pairs(_ text: String) -> [Substring] {
        var pairs: [Substring] = []
        var (start, depth) = (text.startIndex, 0)
        var quote: Character?
        var last: Character = " "
        for index in text.indices {
            let letter = text[index]
            defer { if letter != " " { last = letter } }
            if let open = quote {
                if letter == open, open == "'" || last != "\\" { quote = nil }
            } else if letter == "'" || letter == "\"", "{[,:".contains(last) || last == letter {
                quote = letter
            } else if letter == "{" || letter == "[" {
                depth += 1
                if depth == 1 { start = text.index(after: index) }
            } else if letter == "}" || letter == "]" {
                depth -= 1
                if depth == 0 {
                    pairs.append(text[start..<index])
                    return pairs
                }
            } else if letter == ",", depth == 1 {
                pairs.append(text[start..<index])
                start = text.index(after: index)
            }
        }
        return pairs
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let end = text.lastIndex { $0 != " " && $0 != "\r" }
        return end.map { text[...$0].drop { $0 == " " } } ?? ""
    }

    /// A scalar without its quotes.
    private static func plain(_ text: Substring) -> String {
        let text = trimmed(text)
        for quote in ["'", "\""] where text.count > 1 && text.hasPrefix(quote) && text.hasSuffix(quote) {
            return String(text.dropFirst().dropLast()).replacing(quote == "'" ? "''" : "\\\"", with: quote)
        }
        return String(text)
    }
}

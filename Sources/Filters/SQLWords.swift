/// The words of a statement, without its blanks and comments: enough to look for what SQLite does not tell.
struct SQLWords {
    /// A name, a text in quotes without them, a number or a sign.
    struct Word: Equatable {
        /// Its letters.
        let text: String
        /// Whether it is a text in single quotes.
        let isText: Bool
        /// Where it begins, bytes.
        let offset: Int
    }

    /// The words, in their order.
    private(set) var words: [Word] = []

    /// How often common tables may be written out.
    static let mostExpansions = 1_000

    init(_ sql: String) {
        let bytes = Array(sql.utf8)
        var at = 0
        while at < bytes.count {
            let start = at
            switch bytes[at] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"), 12: at += 1
            case UInt8(ascii: "-") where at + 1 < bytes.count && bytes[at + 1] == UInt8(ascii: "-"):
                while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { at += 1 }
            case UInt8(ascii: "/") where at + 1 < bytes.count && bytes[at + 1] == UInt8(ascii: "*"):
                at += 2
                while at < bytes.count,
                    !(bytes[at - 1] == UInt8(ascii: "*") && bytes[at] == UInt8(ascii: "/")) || at < start + 3
                { at += 1 }
                at += 1
            case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "["):
                let end = bytes[at] == UInt8(ascii: "[") ? UInt8(ascii: "]") : bytes[at]
                at += 1
                while at < bytes.count,
                    bytes[at] != end || (at + 1 < bytes.count && bytes[at + 1] == end && end != UInt8(ascii: "]"))
                {
                    at += bytes[at] == end ? 2 : 1
                }
                let inner = start + 1 < bytes.count ? bytes[(start + 1)..<min(at, bytes.count)] : []
                words.append(
                    Word(text: String(decoding: inner, as: UTF8.self), isText: end == UInt8(ascii: "'"), offset: start))
                at += 1
            case let byte where Self.isOfName(byte):
                while at < bytes.count, Self.isOfName(bytes[at]) { at += 1 }
                words.append(
                    Word(text: String(decoding: bytes[start..<at], as: UTF8.self), isText: false, offset: start))
            default:
                at += 1
                words.append(
                    Word(text: String(decoding: bytes[start..<at], as: UTF8.self), isText: false, offset: start))
            }
        }
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...:
            true
        default: false
        }
    }

    /// The texts with which a function of one argument is called.
    func arguments(of function: String) -> [Word] {
        words.indices.dropLast(3).compactMap { index in
            let isCall =
                words[index].text.lowercased() == function && words[index + 1].text == "(" && words[index + 2].isText
                && words[index + 3].text == ")"
            return isCall ? words[index + 2] : nil
        }
    }

    /// How often SQLite would write out common tables at most: each as often as it is named, and those in it too.
    var expansions: Int {
        var count = 1
        var seen: Set<String> = []
        for (index, word) in words.enumerated() where word.text.lowercased() == "as" && !word.isText && index > 0 {
            var next = index + 1
            while next < words.count, ["not", "materialized"].contains(words[next].text.lowercased()) { next += 1 }
            guard next < words.count, words[next].text == "(" else { continue }
            // Before AS is the table's name, or a list of its columns behind it.
            var place = index - 1
            if words[place].text == ")" {
                while place > 0, words[place].text != "(" { place -= 1 }
                place -= 1
            }
            guard place >= 0, seen.insert(words[place].text.lowercased()).inserted else { continue }
            let name = words[place].text.lowercased()
            let named = words.count { $0.text.lowercased() == name && !$0.isText } - 1
            count = min(count * max(1, named), Self.mostExpansions + 1)
        }
        return count
    }
}

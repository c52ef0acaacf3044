/// Text as XML takes it.
package enum XMLText {
    /// A text within an element or an attribute in double quotes. What XML has no character for becomes U+FFFD.
    package static func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        append(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends a text, escaped.
    package static func append(_ text: String, to bytes: inout [UInt8]) {
        guard text.utf8.contains(where: { $0 >= 0x7F || $0 < 0x20 || isMarkup($0) }) else {
            bytes += text.utf8
            return
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": bytes += "&amp;".utf8
            case "<": bytes += "&lt;".utf8
            case ">": bytes += "&gt;".utf8
            case "\"": bytes += "&quot;".utf8
            // A reader would make a line's end or a blank of these.
            case "\r": bytes += "&#13;".utf8
            case "\n": bytes += "&#10;".utf8
            case "\t": bytes += "&#9;".utf8
            case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": bytes += "\u{FFFD}".utf8
            default: bytes += UTF8.encode(scalar)?.map { $0 } ?? []
            }
        }
    }

    private static func isMarkup(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "&") || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">")
            || byte == UInt8(ascii: "\"")
    }
}

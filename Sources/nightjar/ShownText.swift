/// Text as a terminal or a log may have it.
///
/// Packets, member names, topics and servers' answers may hold anything: an escape sequence that writes over the screen,
/// a newline that forges a line of the log, a mark that turns the order of letters around. Each such character is shown by
/// its number, as `\u{1b}`; the common three as `\n`, `\r` and `\t`.
enum ShownText {
    /// One line, whatever the text holds.
    static func line(_ text: String) -> String {
        guard text.utf8.contains(where: { !isPlain($0) }) else { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": shown += "\\n"
            case "\r": shown += "\\r"
            case "\t": shown += "\\t"
            case _ where isHidden(scalar): shown += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    /// JSON that says the same: what would be hidden is written as `\u001b`, and what is no UTF-8 as U+FFFD.
    ///
    /// Such characters stand in strings only, where an escape says the same (RFC 8259, section 7).
    static func json(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.contains(where: { $0 >= 0x7F }) else { return bytes }
        var shown: [UInt8] = []
        shown.reserveCapacity(bytes.count + 64)
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            guard scalar.value >= 0x7F, isHidden(scalar) else {
                shown += String(scalar).utf8
                continue
            }
            for unit in scalar.utf16 {
                let digits = String(unit, radix: 16)
                shown += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8
            }
        }
        return shown
    }

    private static func isPlain(_ byte: UInt8) -> Bool { (0x20..<0x7F).contains(byte) }

    /// Controls, marks of direction and other characters without a shape, line ends, and numbers that no character has.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: true
        default: false
        }
    }
}

extension String {
    /// Columns of a terminal: 2 for a wide character, 0 for one that joins the last.
    var columns: Int { unicodeScalars.reduce(0) { $0 + $1.columns } }

    /// At most so many columns, with `…` for what is left out of the middle.
    func shortened(to limit: Int) -> String {
        guard columns > limit else { return self }
        guard limit > 0 else { return "" }
        let head = prefix(columns: limit / 2, of: Array(self)[...])
        let tail = prefix(columns: limit - 1 - head.columns, of: reversed()[...])
        return head + "…" + String(tail.reversed())
    }

    private func prefix(columns limit: Int, of characters: ArraySlice<Character>) -> String {
        var (text, used) = ("", 0)
        for character in characters {
            used += String(character).columns
            guard used <= limit else { break }
            text.append(character)
        }
        return text
    }
}

extension Unicode.Scalar {
    /// The wide ones of Unicode's East Asian Width, in whole blocks, as Markus Kuhn's wcwidth() has them, and emoji.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD,
    ]

    fileprivate var columns: Int {
        guard !isASCII else { return 1 }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: return Self.wide.contains { $0.contains(value) } ? 2 : 1
        }
    }
}

/// Patterns of `LIKE`, matched in time that grows with pattern times text: `%` is for any letters, `_` for one, and letters of ASCII
/// match in either case.
enum LikePattern {
    private static let (any, one) = (UInt8(ascii: "%"), UInt8(ascii: "_"))

    /// Whether the whole of a text matches, both UTF-8, and how many letters were compared for that.
    static func matches(
        _ pattern: UnsafeRawBufferPointer, _ text: UnsafeRawBufferPointer
    ) -> (matches: Bool, compared: Int) {
        var (p, t) = (0, 0)
        var compared = 0
        // Where the last wildcard of any length is, and from where the text behind it was tried.
        var (back, tried) = (-1, 0)
        while t < text.count {
            compared += 1
            if p < pattern.count, pattern[p] == any {
                (back, tried) = (p, t)
                p += 1
            } else if p < pattern.count, pattern[p] == one || folded(pattern[p]) == folded(text[t]) {
                t += 1
                if pattern[p] == one { while t < text.count, text[t] & 0xC0 == 0x80 { t += 1 } }
                p += 1
            } else if back >= 0 {
                tried += 1
                (p, t) = (back + 1, tried)
            } else {
                return (false, compared)
            }
        }
        while p < pattern.count, pattern[p] == any { p += 1 }
        return (p == pattern.count, compared)
    }

    private static func folded(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}

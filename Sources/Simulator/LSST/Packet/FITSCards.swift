/// A FITS header of one block whose values are set again and again.
///
/// Source: FITS standard 4.0, sections 4.1 and 4.2: 80-character cards in blocks of 2,880 bytes, fixed-format values that
/// end in column 30.
struct FITSCards: Sendable {
    static let block = 2_880
    private static let card = 80

    private(set) var bytes: [UInt8]
    private var places: [String: Int] = [:]

    /// - Parameter cards: Keywords with their values as they stand in the header; text in its quotes.
    init(_ cards: [(key: String, value: String, comment: String)]) {
        precondition(cards.count < Self.block / Self.card)
        bytes = [UInt8](repeating: UInt8(ascii: " "), count: Self.block)
        for (index, card) in cards.enumerated() {
            places[card.key] = index
            guard card.key.utf8.count <= 8 else {
                // The convention for longer keywords, which the standard does not know.
                put("HIERARCH \(card.key) = \(card.value)", at: index * Self.card)
                continue
            }
            put(card.key, at: index * Self.card)
            put("= ", at: index * Self.card + 8)
            let isText = card.value.hasPrefix("'")
            put(card.value, at: index * Self.card + (isText ? 10 : 30 - card.value.utf8.count))
            if !card.comment.isEmpty { put("/ " + card.comment, at: index * Self.card + 31) }
        }
        put("END", at: cards.count * Self.card)
    }

    /// The place of a keyword, for ``set(_:to:)``.
    func place(_ key: String) -> Int {
        guard let place = places[key] else { preconditionFailure("no card \(key)") }
        return place
    }

    /// Bytes in whole blocks.
    static func padded(_ bytes: Int) -> Int { (bytes + block - 1) / block * block }

    private mutating func put(_ text: String, at offset: Int) {
        for (index, byte) in text.utf8.enumerated() { bytes[offset + index] = byte }
    }

    mutating func set(_ place: Int, to value: Int) {
        write(magnitude: UInt64(value.magnitude), isNegative: value < 0, decimals: 0, in: place)
    }

    /// Sets a number, rounded to so many decimals.
    mutating func set(_ place: Int, to value: Double, decimals: Int) {
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 9e18 else { return }
        write(magnitude: UInt64(scaled), isNegative: value < 0, decimals: decimals, in: place)
    }

    /// Digits from the right, where column 30 is the last.
    private mutating func write(magnitude: UInt64, isNegative: Bool, decimals: Int, in place: Int) {
        let start = place * Self.card + 10
        var (rest, written, column) = (magnitude, 0, start + 19)
        while column > start, rest > 0 || written <= decimals {
            if decimals > 0, written == decimals {
                bytes[column] = UInt8(ascii: ".")
                column -= 1
            }
            bytes[column] = UInt8(ascii: "0") + UInt8(rest % 10)
            (rest, written, column) = (rest / 10, written + 1, column - 1)
        }
        if isNegative, column >= start {
            bytes[column] = UInt8(ascii: "-")
            column -= 1
        }
        while column >= start {
            bytes[column] = UInt8(ascii: " ")
            column -= 1
        }
    }
}

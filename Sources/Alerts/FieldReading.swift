package import Avro

/// Reads a value in whatever form a survey, or who writes its packets again, gives it: a number as text, a flag as a word.
extension AvroScalar {
    /// A number; NaN, which says nothing, is `nil`.
    package func number(in body: ArraySlice<UInt8>) -> Double? {
        if let value = double { return value.isNaN ? nil : value }
        guard case .string = self, let value = word(in: body).flatMap({ Double($0) }), !value.isNaN else { return nil }
        return value
    }

    /// A whole number. A `double` beyond 2^53 may have lost digits: `nil`.
    func integer(in body: ArraySlice<UInt8>) -> Int64? {
        if let value = long { return value }
        if case .string = self, let value = word(in: body).flatMap({ Int64($0) }) { return value }
        guard let value = number(in: body), value.magnitude <= 0x1p53 else { return nil }
        return Int64(exactly: value)
    }

    /// Yes or no.
    package func flag(in body: ArraySlice<UInt8>) -> Bool? {
        if let value = boolean { return value }
        if case .string = self {
            switch word(in: body)?.lowercased() {
            case "t", "true", "y", "yes": return true
            case "f", "false", "n", "no": return false
            default: break
            }
        }
        switch number(in: body) {
        case 1: return true
        case 0: return false
        default: return nil
        }
    }

    /// A name; digits where it is a number.
    func name(in body: ArraySlice<UInt8>) -> String? {
        if let value = long { return String(value) }
        return saysNone(in: body) ? nil : string(in: body)
    }

    /// Whether the value is missing, or is a placeholder that surveys write for a missing value.
    func saysNone(in body: ArraySlice<UInt8>) -> Bool {
        switch self {
        case .absent, .null: return true
        case .boolean, .symbol, .bytes, .encoded: return false
        case .long, .float, .double: return double.map { $0.isNaN || $0 == -999 || $0 == -99_999 } ?? false
        case .string:
            // ZTF writes it into most packets.
            if let text = text(in: body), text.count == 4, text.elementsEqual("null".utf8) { return true }
            guard let word = word(in: body)?.lowercased() else { return false }
            if ["", "null", "none", "nan"].contains(word) { return true }
            return Double(word).map { $0 == -999 || $0 == -99_999 } ?? false
        }
    }

    /// The bytes of a text. Values of bytes are none, whatever they hold, nor are lists, maps and records.
    @inline(__always)
    func text(in body: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        if case .string = self { slice(of: body) } else { nil }
    }

    /// The value where a column of numbers or texts can hold it; null for bytes, and for a list, a map or a record.
    package var inPlainColumn: AvroScalar {
        switch self {
        case .bytes, .encoded: .null
        default: self
        }
    }

    /// A short text without the blanks around it.
    private func word(in body: ArraySlice<UInt8>) -> Substring? {
        guard case .string(_, let count) = self, count <= 64, let text = string(in: body) else { return nil }
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        guard let first = text.firstIndex(where: { !isBlank($0) }), let last = text.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return text[first...last]
    }
}

extension ReadingNotes {
    /// Reads an angle in degrees. An angle outside of `range` is `nil`, and counts as unreadable.
    mutating func angle(
        _ scalar: AvroScalar, within range: ClosedRange<Double>, in body: ArraySlice<UInt8>,
        _ field: @autoclosure () -> String
    ) -> Double? {
        let angle = scalar.number(in: body).flatMap { range.contains($0) ? $0 : nil }
        return checked(angle, of: scalar, in: body, field())
    }

    /// Passes a field's reading on, and counts the field as unreadable where there is a value and no reading of it.
    @inline(__always)
    mutating func checked<Value>(
        _ reading: Value?, of scalar: AvroScalar, in body: ArraySlice<UInt8>, _ field: @autoclosure () -> String
    ) -> Value? {
        if reading == nil, scalar.isPresent, !scalar.saysNone(in: body) { addUnreadable(field()) }
        return reading
    }
}

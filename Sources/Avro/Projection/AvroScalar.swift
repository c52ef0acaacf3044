/// One value that a projection read from a body: a number, or the range of a longer value. Its stride is 16 bytes.
package enum AvroScalar: Hashable, Sendable, BitwiseCopyable {
    /// The writer's schema lacks the field, or a record that contains it is null.
    case absent
    case null
    case boolean(Bool)
    /// An `int` or a `long`. An `int` may exceed 32 bits: some of ZUDS packets do.
    case long(Int64)
    case float(Float)
    case double(Double)
    /// The UTF-8 bytes of a string, which are valid; `offset` counts from the body's start.
    case string(offset: UInt32, count: UInt32)
    /// The contents of `bytes` or `fixed`; `offset` counts from the body's start.
    case bytes(offset: UInt32, count: UInt32)
    /// The index of an enum's symbol.
    case symbol(UInt32)
    /// A record, array or map in its encoding, without the branch of a union around it.
    case encoded(offset: UInt32, count: UInt32)
}

extension AvroScalar {
    /// Whether it is neither absent nor null.
    package var isPresent: Bool {
        switch self {
        case .absent, .null: false
        default: true
        }
    }

    /// A `long` or `int`; `nil` for any other value.
    package var long: Int64? {
        if case .long(let value) = self { value } else { nil }
    }

    /// A `boolean`; `nil` for any other value.
    package var boolean: Bool? {
        if case .boolean(let value) = self { value } else { nil }
    }

    /// A `float`; `nil` for any other value.
    package var float: Float? {
        if case .float(let value) = self { value } else { nil }
    }

    /// A number of any type as a double: `float` and `int` exactly, `long` rounded.
    package var double: Double? {
        switch self {
        case .double(let value): value
        case .float(let value): Double(value)
        case .long(let value): Double(value)
        default: nil
        }
    }

    /// The bytes of a string, of bytes or of an encoded value, as a slice of the body that was decoded.
    package func slice(of body: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        switch self {
        case .string(let offset, let count), .bytes(let offset, let count), .encoded(let offset, let count):
            let start = body.startIndex + Int(offset)
            return body[start..<start + Int(count)]
        default: return nil
        }
    }

    /// The text of a string of the body that was decoded.
    package func string(in body: ArraySlice<UInt8>) -> String? {
        guard case .string = self, let bytes = slice(of: body) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}

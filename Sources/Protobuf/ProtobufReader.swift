/// Reads a message's fields in order; never past its bytes, and no deeper than ``deepest``.
///
///     while let (field, _) = try reader.next() {
///         switch field {
///         case 1: name = try reader.string()
///         default: try reader.skip()
///         }
///     }
///
/// Unlike in Google's readers, a field whose wire type is not the definition's is an error, not an unknown field.
package struct ProtobufReader {
    /// How deep messages may nest, as in Google's own readers.
    package static let deepest = 100

    private let input: ArraySlice<UInt8>
    private let origin: Int
    private let depth: Int
    private var position: Int
    private var field = 0
    private var type = WireType.varint

    /// A reader of one message's bytes.
    package init(_ bytes: ArraySlice<UInt8>) {
        self.init(bytes, origin: bytes.startIndex, depth: 0)
    }

    private init(_ bytes: ArraySlice<UInt8>, origin: Int, depth: Int) {
        input = bytes
        self.origin = origin
        self.depth = depth
        position = bytes.startIndex
    }

    /// The next field's number and layout; `nil` at the message's end. Its value must be read or skipped next.
    package mutating func next() throws(ProtobufError) -> (field: Int, type: WireType)? {
        guard position < input.endIndex else { return nil }
        let tag = try rawVarint()
        guard let type = WireType(rawValue: UInt8(tag & 7)), tag >> 3 > 0, tag >> 3 < 1 << 29 else {
            throw error(.invalidTag)
        }
        field = Int(tag >> 3)
        self.type = type
        return (field, type)
    }

    // MARK: - Numbers

    /// A `uint32`, `uint64` or enumeration.
    package mutating func varint() throws(ProtobufError) -> UInt64 {
        try expect(.varint)
        return try rawVarint()
    }

    /// An `int64`.
    package mutating func int64() throws(ProtobufError) -> Int64 { Int64(bitPattern: try varint()) }

    /// An `int32`; the lower bits of a longer number.
    package mutating func int32() throws(ProtobufError) -> Int32 { Int32(truncatingIfNeeded: try varint()) }

    /// A `sint64` or `sint32`.
    package mutating func sint64() throws(ProtobufError) -> Int64 {
        let value = try varint()
        return Int64(bitPattern: value >> 1) ^ -Int64(value & 1)
    }

    /// A `bool`.
    package mutating func bool() throws(ProtobufError) -> Bool { try varint() != 0 }

    /// A `fixed64`.
    package mutating func fixed64() throws(ProtobufError) -> UInt64 {
        try expect(.fixed64)
        return try consume(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// A `fixed32`.
    package mutating func fixed32() throws(ProtobufError) -> UInt32 {
        try expect(.fixed32)
        return try consume(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// A `double`.
    package mutating func double() throws(ProtobufError) -> Double { Double(bitPattern: try fixed64()) }

    /// A `float`.
    package mutating func float() throws(ProtobufError) -> Float { Float(bitPattern: try fixed32()) }

    // MARK: - Length-delimited

    /// A slice of the message's own bytes.
    package mutating func bytes() throws(ProtobufError) -> ArraySlice<UInt8> {
        try expect(.lengthDelimited)
        let length = try rawVarint()
        guard length <= UInt64(input.endIndex - position) else { throw error(.truncated) }
        return try consume(Int(length))
    }

    /// A `string`.
    package mutating func string() throws(ProtobufError) -> String {
        guard let string = String(validating: try bytes(), as: UTF8.self) else { throw error(.invalidUTF8) }
        return string
    }

    /// A message in this one.
    package mutating func message<Message: ProtobufMessage>(
        _ type: Message.Type = Message.self
    ) throws(ProtobufError) -> Message {
        var reader = try nested()
        return try Message(&reader)
    }

    /// A reader of a message within this one.
    package mutating func nested() throws(ProtobufError) -> ProtobufReader {
        let body = try bytes()
        guard depth < Self.deepest else { throw error(.nestedTooDeep) }
        return ProtobufReader(body, origin: origin, depth: depth + 1)
    }

    /// An entry of a `map<string, string>`.
    package mutating func mapEntry() throws(ProtobufError) -> (key: String, value: String) {
        var entry = try nested()
        var key = ""
        var value = ""
        while let (field, _) = try entry.next() {
            switch field {
            case 1: key = try entry.string()
            case 2: value = try entry.string()
            default: try entry.skip()
            }
        }
        return (key, value)
    }

    /// Appends a repeated number of a varint type, packed or not.
    package mutating func varints(into values: inout [UInt64]) throws(ProtobufError) {
        guard type == .lengthDelimited else {
            values.append(try varint())
            return
        }
        var packed = try nested()
        while packed.position < packed.input.endIndex { values.append(try packed.rawVarint()) }
    }

    // MARK: - Skipped fields

    /// Skips the value of the field, of any type.
    package mutating func skip() throws(ProtobufError) {
        var groups: [Int] = []
        repeat {
            switch type {
            case .varint: _ = try rawVarint()
            case .fixed64: _ = try consume(8)
            case .fixed32: _ = try consume(4)
            case .lengthDelimited: _ = try bytes()
            case .startGroup:
                guard depth + groups.count < Self.deepest else { throw error(.nestedTooDeep) }
                groups.append(field)
            case .endGroup:
                guard groups.popLast() == field else { throw error(.unbalancedGroup) }
            }
            if !groups.isEmpty {
                guard try next() != nil else { throw error(.unbalancedGroup) }
            }
        } while !groups.isEmpty
    }

    // MARK: - Parts

    private mutating func rawVarint() throws(ProtobufError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < input.endIndex {
            let byte = input[position]
            position += 1
            // The tenth byte holds the last bit.
            guard shift < 63 || byte <= 1 else { throw error(.varintTooLong) }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw error(.truncated)
    }

    private mutating func consume(_ count: Int) throws(ProtobufError) -> ArraySlice<UInt8> {
        guard count <= input.endIndex - position else { throw error(.truncated) }
        defer { position += count }
        return input[position..<position + count]
    }

    private func expect(_ wanted: WireType) throws(ProtobufError) {
        guard type == wanted else { throw error(.wrongType) }
    }

    private func error(_ code: ProtobufError.Code) -> ProtobufError {
        ProtobufError(code: code, field: field, offset: position - origin)
    }
}

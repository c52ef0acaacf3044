/// Writes a message's fields in the order of the calls; a value of `nil` writes nothing.
///
/// The length of a nested message is inserted once it is written, so that nothing is allocated but the output.
package struct ProtobufWriter: Sendable {
    /// The bytes written so far.
    package private(set) var bytes: [UInt8] = []

    /// A writer with room for `capacity` bytes.
    package init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    // MARK: - Numbers

    /// A `uint32`, `uint64` or enumeration.
    package mutating func varint(_ field: Int, _ value: UInt64?) {
        guard let value else { return }
        tag(field, .varint)
        append(value)
    }

    /// An `int64`.
    package mutating func int64(_ field: Int, _ value: Int64?) {
        varint(field, value.map { UInt64(bitPattern: $0) })
    }

    /// An `int32`; a negative one takes ten bytes, as the format demands.
    package mutating func int32(_ field: Int, _ value: Int32?) { int64(field, value.map { Int64($0) }) }

    /// A `sint64` or `sint32`: small for small negative values.
    package mutating func sint64(_ field: Int, _ value: Int64?) {
        varint(field, value.map { UInt64(bitPattern: ($0 << 1) ^ ($0 >> 63)) })
    }

    /// A `bool`.
    package mutating func bool(_ field: Int, _ value: Bool?) { varint(field, value.map { $0 ? 1 : 0 }) }

    /// A `fixed64`.
    package mutating func fixed64(_ field: Int, _ value: UInt64?) {
        guard let value else { return }
        tag(field, .fixed64)
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// A `fixed32`.
    package mutating func fixed32(_ field: Int, _ value: UInt32?) {
        guard let value else { return }
        tag(field, .fixed32)
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// A `double`.
    package mutating func double(_ field: Int, _ value: Double?) { fixed64(field, value?.bitPattern) }

    /// A `float`.
    package mutating func float(_ field: Int, _ value: Float?) { fixed32(field, value?.bitPattern) }

    // MARK: - Length-delimited

    /// A `string`.
    package mutating func string(_ field: Int, _ value: String?) {
        guard var value else { return }
        tag(field, .lengthDelimited)
        value.withUTF8 { utf8 in
            append(UInt64(utf8.count))
            bytes.append(contentsOf: utf8)
        }
    }

    /// A `bytes`.
    package mutating func bytes(_ field: Int, _ value: [UInt8]?) { bytes(field, value?[...]) }

    /// A `bytes` that is a slice of others.
    package mutating func bytes(_ field: Int, _ value: ArraySlice<UInt8>?) {
        guard let value else { return }
        tag(field, .lengthDelimited)
        append(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    /// A message in this one.
    package mutating func message<Message: ProtobufMessage>(_ field: Int, _ body: Message?) {
        guard let body else { return }
        message(field) { writer in body.write(to: &writer) }
    }

    /// A message whose fields `write` writes.
    package mutating func message(_ field: Int, _ write: (inout ProtobufWriter) -> Void) {
        tag(field, .lengthDelimited)
        let start = bytes.count
        bytes.append(0)  // the length of most, in one byte
        write(&self)
        var length = bytes.count - start - 1
        let more = Self.size(UInt64(length)) - 1
        if more > 0 { bytes.insert(contentsOf: repeatElement(0, count: more), at: start) }
        for index in start..<start + more {
            bytes[index] = UInt8(truncatingIfNeeded: length) | 0x80
            length >>= 7
        }
        bytes[start + more] = UInt8(length)
    }

    /// A `map<string, string>`, sorted by key so that equal maps have equal bytes.
    package mutating func map(_ field: Int, _ entries: [String: String]) {
        for (key, value) in entries.sorted(by: { $0.key < $1.key }) {
            message(field) { entry in
                entry.string(1, key)
                entry.string(2, value)
            }
        }
    }

    /// A repeated number of a varint type, packed.
    package mutating func packed(_ field: Int, _ values: [UInt64]) {
        guard !values.isEmpty else { return }
        message(field) { writer in for value in values { writer.append(value) } }
    }

    // MARK: - Parts

    private mutating func tag(_ field: Int, _ type: WireType) {
        precondition(field > 0 && field < 1 << 29, "a field number out of range")
        append(UInt64(field) << 3 | UInt64(type.rawValue))
    }

    private mutating func append(_ value: UInt64) {
        var value = value
        while value >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        bytes.append(UInt8(value))
    }

    /// How many bytes a varint takes.
    private static func size(_ value: UInt64) -> Int { max(1, (64 - value.leadingZeroBitCount + 6) / 7) }
}

/// Appends Avro's binary encoding of single values. The caller follows the order and types of the schema.
///
/// Source: Apache Avro 1.12 specification, "Binary Encoding".
package struct BinaryEncoder: Sendable {
    /// The bytes written so far.
    package private(set) var bytes: [UInt8] = []

    /// An encoder with room for `capacity` bytes.
    package init(reserving capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    /// Removes the bytes, and optionally keeps the memory for reuse.
    package mutating func removeAll(keepingCapacity: Bool = true) { bytes.removeAll(keepingCapacity: keepingCapacity) }

    /// A `null`, which has no bytes: the call documents the field.
    package func null() {}

    /// A `boolean`.
    package mutating func boolean(_ value: Bool) { bytes.append(value ? 1 : 0) }

    /// An `int`.
    package mutating func int(_ value: Int32) { long(Int64(value)) }

    /// A zigzag variable-length integer of one to ten bytes.
    package mutating func long(_ value: Int64) {
        var rest = UInt64(bitPattern: value << 1 ^ value >> 63)
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// A `float`: four bytes, little-endian; the bits of a NaN are kept.
    package mutating func float(_ value: Float) { littleEndian(value.bitPattern) }

    /// A `double`: eight bytes, little-endian; the bits of a NaN are kept.
    package mutating func double(_ value: Double) { littleEndian(value.bitPattern) }

    /// A `string`.
    package mutating func string(_ value: some StringProtocol) {
        long(Int64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    /// A `bytes`.
    package mutating func bytes(_ value: some Collection<UInt8>) {
        long(Int64(value.count))
        bytes.append(contentsOf: value)
    }

    /// The bytes of a `fixed`, or of a value that is encoded already.
    package mutating func raw(_ value: some Collection<UInt8>) { bytes.append(contentsOf: value) }

    /// The branch of a union, from 0; its value follows.
    package mutating func branch(_ index: Int) { long(Int64(index)) }

    /// The index of an enum's symbol.
    package mutating func symbol(_ index: Int) { long(Int64(index)) }

    /// Opens the one block of an array whose `count` items follow; nothing is written for none.
    package mutating func arrayStart(count: Int) {
        precondition(count >= 0, "an array has no negative count")
        if count > 0 { long(Int64(count)) }
    }

    /// The end of an array.
    package mutating func arrayEnd() { bytes.append(0) }

    /// Opens the one block of a map whose `count` pairs of a string and a value follow.
    package mutating func mapStart(count: Int) { arrayStart(count: count) }

    /// The end of a map.
    package mutating func mapEnd() { arrayEnd() }

    private mutating func littleEndian(_ bits: some FixedWidthInteger) {
        withUnsafeBytes(of: bits.littleEndian) { bytes.append(contentsOf: $0) }
    }
}

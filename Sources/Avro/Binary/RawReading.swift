/// Reading of single values by raw pointer, for walks that report no reason of an error.

typealias BytePointer = UnsafePointer<UInt8>

/// Reads a variable-length integer (not yet zigzag decoded) and passes it; nil where it is cut off or too long.
@inline(__always)
func rawVarint(_ position: inout BytePointer, _ end: BytePointer) -> UInt64? {
    guard position < end else { return nil }
    let first = position.pointee
    if first < 0x80 {
        position += 1
        return UInt64(first)
    }
    return longVarint(&position, end)
}

/// The same for two to ten bytes.
@inline(__always)
private func longVarint(_ position: inout BytePointer, _ end: BytePointer) -> UInt64? {
    if end - position >= 8 {
        let word = UnsafeRawPointer(position).loadUnaligned(as: UInt64.self).littleEndian
        let stops = ~word & 0x8080_8080_8080_8080
        if stops != 0 {
            let bits = stops.trailingZeroBitCount  // 8n + 7 for an integer of n + 1 bytes
            var value = word & (UInt64.max >> UInt64(63 &- bits)) & 0x7F7F_7F7F_7F7F_7F7F
            value = (value & 0x007F_007F_007F_007F) | (value & 0x7F00_7F00_7F00_7F00) >> 1
            value = (value & 0x0000_3FFF_0000_3FFF) | (value & 0x3FFF_0000_3FFF_0000) >> 2
            value = (value & 0x0000_0000_0FFF_FFFF) | (value & 0x0FFF_FFFF_0000_0000) >> 4
            position += (bits &+ 1) >> 3
            return value
        }
    }
    guard let slow = slowVarint(position, end) else { return nil }
    position = slow.next
    return slow.value
}

/// Byte by byte: near the end of the body, and for nine or ten bytes. The position is passed by value, so that
/// the loop that calls this can keep it in a register.
@inline(never)
private func slowVarint(_ start: BytePointer, _ end: BytePointer) -> (value: UInt64, next: BytePointer)? {
    var position = start
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < end {
        let byte = position.pointee
        position += 1
        if shift == 63 && byte > 1 { return nil }
        value |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return (value, position) }
        shift += 7
    }
    return nil
}

@inline(__always)
func zigzag(_ value: UInt64) -> Int64 {
    Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
}

/// Reads a length and passes it; nil where it is negative or exceeds the rest of the body.
@inline(__always)
func rawLength(_ position: inout BytePointer, _ end: BytePointer) -> Int? {
    guard let raw = rawVarint(&position, end), raw & 1 == 0, raw >> 1 <= UInt64(end - position) else { return nil }
    return Int(truncatingIfNeeded: raw >> 1)
}

@inline(__always)
func rawBits<Bits: FixedWidthInteger & BitwiseCopyable>(_ position: BytePointer, as type: Bits.Type) -> Bits {
    Bits(littleEndian: UnsafeRawPointer(position).loadUnaligned(as: type))
}

/// Reads the next block of an array or a map: its number of items, and its end where it states one; nil where it is not valid.
/// Items without bytes are bounded over the whole walk, by `emptyItems`.
@inline(__always)
func rawBlock(
    _ minimumSize: Int, _ position: inout BytePointer, _ end: BytePointer, _ emptyItems: inout Int
) -> (count: Int, stop: BytePointer?)? {
    guard let raw = rawVarint(&position, end) else { return nil }
    let count = zigzag(raw)
    var stop: BytePointer?
    if count < 0 {
        guard let size = rawLength(&position, end) else { return nil }
        stop = position + size
    }
    guard count.magnitude <= UInt64(end - position) / UInt64(max(1, minimumSize)) || minimumSize == 0 else {
        return nil
    }
    if minimumSize == 0 {
        guard count.magnitude <= UInt64(AvroLimits.emptyItems - emptyItems) else { return nil }
        emptyItems += Int(count.magnitude)
    }
    return (Int(count.magnitude), stop)
}

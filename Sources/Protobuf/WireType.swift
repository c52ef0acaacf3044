/// How a field's value is laid out.
package enum WireType: UInt8, Sendable {
    case varint = 0
    case fixed64 = 1
    /// A length, then that many bytes: strings, bytes, messages, packed numbers.
    case lengthDelimited = 2
    case startGroup = 3
    case endGroup = 4
    case fixed32 = 5
}

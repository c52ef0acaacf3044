/// Why bytes are no protobuf message, and where in them.
package struct ProtobufError: Error, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: Hashable, Sendable {
        /// The bytes end within a value, or a length goes past the message that holds it.
        case truncated
        /// An integer of more than 64 bits.
        case varintTooLong
        /// A field number of 0 or above 536,870,911, or a wire type that does not exist.
        case invalidTag
        /// A field is not of the type that the message's definition gives it.
        case wrongType
        case invalidUTF8
        case nestedTooDeep
        /// The end of a group that did not begin, or the end of the bytes before that of a group.
        case unbalancedGroup
    }

    /// What kind of failure it is.
    package let code: Code
    /// The number of the field being read; 0 before there is one.
    package let field: Int
    /// Bytes from the start of the outermost message.
    package let offset: Int

    package var description: String { "protobuf: \(code) in field \(field) at byte \(offset)" }
}

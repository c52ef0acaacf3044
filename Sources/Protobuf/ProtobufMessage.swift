/// A message of the protocol-buffers wire format (https://protobuf.dev/programming-guides/encoding/), written by hand for
/// the fields that are used: others are skipped by readers.
package protocol ProtobufMessage: Sendable {
    /// Reads fields until the reader has no more.
    init(_ reader: inout ProtobufReader) throws(ProtobufError)
    func write(to writer: inout ProtobufWriter)
}

extension ProtobufMessage {
    /// Reads a whole message.
    package init(serialized bytes: [UInt8]) throws(ProtobufError) {
        var reader = ProtobufReader(bytes[...])
        try self.init(&reader)
    }

    /// The message's bytes.
    package var serialized: [UInt8] {
        var writer = ProtobufWriter()
        write(to: &writer)
        return writer.bytes
    }
}

/// A type whose default value proto3 leaves out of a message: `writer.string(1, name.ifSet)`.
package protocol ProtobufDefaulted: Equatable {
    static var protobufDefault: Self { get }
}

extension ProtobufDefaulted {
    /// The value, `nil` for proto3's default.
    package var ifSet: Self? { self == Self.protobufDefault ? nil : self }
}

extension String: ProtobufDefaulted { package static var protobufDefault: String { "" } }
extension Bool: ProtobufDefaulted { package static var protobufDefault: Bool { false } }
extension Int32: ProtobufDefaulted { package static var protobufDefault: Int32 { 0 } }
extension Int64: ProtobufDefaulted { package static var protobufDefault: Int64 { 0 } }
extension UInt64: ProtobufDefaulted { package static var protobufDefault: UInt64 { 0 } }
extension Double: ProtobufDefaulted { package static var protobufDefault: Double { 0 } }
extension [UInt8]: ProtobufDefaulted { package static var protobufDefault: [UInt8] { [] } }

/// A record on Kafka as Rubin and others publish it: a zero byte, a schema's number as four big-endian bytes, and the record
/// without a container.
///
/// Source: Confluent Schema Registry, "Wire Format".
package struct ConfluentFrame: Hashable, Sendable {
    /// Bytes before the body.
    package static let headerBytes = 5

    /// The schema's number in the schema registry.
    package let schemaID: UInt32
    /// The record's bytes.
    package let body: ArraySlice<UInt8>

    /// A frame around a body.
    package init(schemaID: UInt32, body: ArraySlice<UInt8>) {
        self.schemaID = schemaID
        self.body = body
    }

    /// Parses a frame; all bytes after its header are its body.
    package static func parse(_ bytes: ArraySlice<UInt8>) throws(AvroError) -> ConfluentFrame {
        guard bytes.count >= headerBytes else {
            throw AvroError(.truncated, offset: bytes.count, detail: "a frame has a header of 5 bytes")
        }
        guard bytes[bytes.startIndex] == 0 else {
            throw AvroError(.notAFrame, detail: "the first byte is \(bytes[bytes.startIndex])")
        }
        let id = bytes.dropFirst().prefix(4).reduce(0) { (id: UInt32, byte) in id << 8 | UInt32(byte) }
        return ConfluentFrame(schemaID: id, body: bytes.dropFirst(headerBytes))
    }

    /// The frame's bytes.
    package var bytes: [UInt8] {
        [0] + withUnsafeBytes(of: schemaID.bigEndian) { Array($0) } + body
    }
}

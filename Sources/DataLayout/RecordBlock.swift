package import Avro

/// A container's block of one record.
package enum RecordBlock {
    /// Writes what stands before the record: how many there are, and its length.
    package static func header(of body: ArraySlice<UInt8>, into encoder: inout BinaryEncoder) {
        encoder.long(1)
        encoder.long(Int64(body.count))
    }

    /// The whole block.
    static func bytes(_ body: ArraySlice<UInt8>, sync: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var encoder = BinaryEncoder()
        header(of: body, into: &encoder)
        return encoder.bytes + body + sync
    }
}

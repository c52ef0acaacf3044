package import Avro

/// The schema of a segment's records, with what is derived from its text.
package final class SegmentSchema: Sendable {
    package let schema: AvroSchema
    /// The first 16 hexadecimal digits of the text's SHA-256.
    package let fingerprint: String

    package init(_ schema: AvroSchema) {
        self.schema = schema
        fingerprint = Digest.hexadecimal(Digest.sha256(schema.json[...]).prefix(8))
    }
}

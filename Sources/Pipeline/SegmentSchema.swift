package import Avro
internal import Hashing

/// The schema of a segment's records, with its fingerprint.
package final class SegmentSchema: Sendable {
    /// The schema.
    package let schema: AvroSchema
    /// The first 16 hexadecimal digits of the text's SHA-256.
    package let fingerprint: String

    /// A schema, of whose text the fingerprint is computed.
    package init(_ schema: AvroSchema) {
        self.schema = schema
        fingerprint = Digest.hexadecimal(Digest.sha256(schema.json[...]).prefix(8))
    }

    /// A record of this schema in a container of its own, as ZTF's packets are. The sync marker follows from the record, so
    /// that the same record always makes the same bytes.
    package func container(_ body: ArraySlice<UInt8>) -> [UInt8] {
        let sync = SyncMarker(Digest.sha256(body)[..<SyncMarker.count])
        var file = ContainerEncoder(schema: schema.json, sync: sync).header
        var counts = BinaryEncoder()
        counts.long(1)
        counts.long(Int64(body.count))
        file.reserveCapacity(file.count + counts.bytes.count + body.count + SyncMarker.count)
        file += counts.bytes
        file += body
        file += sync.bytes
        return file
    }
}

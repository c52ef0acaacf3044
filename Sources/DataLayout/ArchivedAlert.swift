package import Alerts
package import Avro
internal import Pipeline

/// An alert as archived.
package struct ArchivedAlert {
    /// Where it is archived.
    package let folder: OpenFolder
    /// Whose alert it is.
    package let survey: Survey
    /// The survey's number of it.
    package let id: Int64
    /// The segment, below the data folder.
    package let path: String
    /// The record, in ``schema``, which strict readers accept.
    package let body: ArraySlice<UInt8>
    /// The corrected schema.
    package let schema: AvroSchema
    /// Whether the record was compared with its checksum: what an older Nightjar archived has none.
    package let isChecked: Bool
    let form: ReceivedForm
    let envelope: [UInt8]
    /// The envelope's SHA-256.
    let digest: [UInt8]
    let extra: [UInt8]
    /// The CRC32C of what was received, where it is known.
    let checksum: UInt32?

    /// The record in an Avro container of its own, with the corrected schema.
    package func container() throws(BrokerError) -> [UInt8] { SegmentSchema(schema).container(body) }
}

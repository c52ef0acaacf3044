package import Avro

/// An alert as received and as understood.
package struct DecodedAlert: Sendable {
    /// What the packet says.
    package let alert: Alert
    /// The schema that it is written in.
    package let schema: AlertSchema
    /// The record's bytes in the writer's schema, a slice of the packet.
    package let body: ArraySlice<UInt8>
    /// The fields of ``body`` that the tables take. Their places count in ``text``.
    package let fields: ProjectedRecord
    /// The body; where fields of it are enums a copy, with their symbols behind it.
    package let text: ArraySlice<UInt8>
    /// What stood around the record.
    package let envelope: Envelope
    /// What of it could not be read.
    package let notes: ReadingNotes
}

/// What stood around a record when it was received, so that the received bytes can be given back.
package enum Envelope: Sendable {
    /// A container with this record alone, uncompressed: the header up to its sync marker, and the marker.
    case container(header: ArraySlice<UInt8>, sync: ArraySlice<UInt8>)
    /// The five bytes of a Confluent frame.
    case confluent(schemaID: UInt32)
    /// Anything else (a compressed container, several records or blocks): the whole packet, which holds the record.
    case packet(ArraySlice<UInt8>)
    /// One of several records of a container; the header up to its sync marker.
    case oneOfMany(header: ArraySlice<UInt8>)
}

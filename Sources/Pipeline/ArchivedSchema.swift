package import Alerts
package import Avro

/// How the alerts of one writer schema are archived and published.
package final class ArchivedSchema: Sendable {
    /// What strict readers would not accept, mended; `nil` where there is nothing to mend.
    private let correction: SchemaCorrection?
    package let segment: SegmentSchema
    package let filtered: FilteredAlertSchema
    package let salt2: Salt2MessageSchema
    /// Whose columns the messages have.
    package let stages: StageList

    package init(_ schema: AlertSchema, stages: StageList) throws(AvroError) {
        self.stages = stages
        correction = SchemaCorrection.of(schema.writer)
        segment = SegmentSchema(correction?.corrected ?? schema.writer)
        filtered = try FilteredAlertSchema(segment.schema, survey: schema.survey, adding: stages.columns)
        salt2 = try Salt2MessageSchema(alert: filtered.segment.schema)
        // What is archived and published can be read by everybody.
        for segment in [segment, filtered.segment, salt2.segment] { try StrictSchema.check(segment.schema) }
    }

    /// Bytes of memory that it takes besides the writer's schema; rather too many than too few.
    package var bytesInMemory: Int {
        (correction?.bytesInMemory ?? 0) + filtered.bytesInMemory + salt2.segment.schema.bytesInMemory
    }

    /// The record as the archive keeps it; a slice of the packet where its bytes need no change.
    package func archived(_ body: ArraySlice<UInt8>) throws(AvroError) -> ArraySlice<UInt8> {
        guard let correction, correction.needsTranscoding else { return body }
        var archived: [UInt8] = []
        archived.reserveCapacity(body.count)
        try correction.transcode(body, into: &archived)
        return archived[...]
    }

    /// The record as it was received; the reverse of ``archived(_:)``, to the bit.
    package static func received(_ archived: ArraySlice<UInt8>, writer: AvroSchema) throws(AvroError) -> ArraySlice<
        UInt8
    > {
        guard let correction = SchemaCorrection.of(writer), correction.needsTranscoding else { return archived }
        var received: [UInt8] = []
        received.reserveCapacity(archived.count)
        try correction.restore(archived, into: &received)
        return received[...]
    }
}

package import Alerts
package import Avro

/// The schemas in which alerts of one writer schema are archived and published.
package final class ArchivedSchema: Sendable {
    /// The correction of what strict readers would not accept; `nil` where the writer's schema needs none.
    private let correction: SchemaCorrection?
    /// The schema of the archive.
    package let segment: SegmentSchema
    /// The schema of the filtered stream.
    package let filtered: FilteredAlertSchema
    /// The schema of the stream of fits.
    package let salt2: Salt2MessageSchema
    /// The stages whose columns the messages have.
    package let stages: StageList

    /// The schemas that follow from a writer schema.
    ///
    /// - Throws: ``AvroError`` where one of them cannot be made, or is not accepted by strict readers.
    package init(_ schema: AlertSchema, stages: StageList) throws(AvroError) {
        self.stages = stages
        correction = SchemaCorrection.of(schema.writer)
        segment = SegmentSchema(correction?.corrected ?? schema.writer)
        filtered = try FilteredAlertSchema(
            segment.schema, survey: schema.survey, adding: stages.columns(of: schema.survey))
        salt2 = try Salt2MessageSchema(alert: filtered.segment.schema)
        // Any reader must accept what is archived and published.
        for segment in [segment, filtered.segment, salt2.segment] { try StrictSchema.check(segment.schema) }
    }

    /// Upper estimate of its memory without the writer's schema, bytes.
    package var bytesInMemory: Int {
        (correction?.bytesInMemory ?? 0) + filtered.bytesInMemory + salt2.segment.schema.bytesInMemory
    }

    /// The record in the archive's schema; a slice of the packet where its bytes do not change.
    ///
    /// - Throws: ``AvroError`` where the record does not follow its schema.
    package func archived(_ body: ArraySlice<UInt8>) throws(AvroError) -> ArraySlice<UInt8> {
        guard let correction, correction.needsTranscoding else { return body }
        var archived: [UInt8] = []
        archived.reserveCapacity(body.count)
        try correction.transcode(body, into: &archived)
        return archived[...]
    }

    /// The record as it was received: the exact reverse of ``archived(_:)``.
    ///
    /// - Throws: ``AvroError`` where the record does not follow the archive's schema.
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

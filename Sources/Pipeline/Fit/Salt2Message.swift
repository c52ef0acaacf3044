package import Avro

/// The schema of `<survey>_salt2`: the filtered stream's message under `alert`, the fit under `salt2Fit`.
///
/// The original broker's messages had these two names, and the same names of covariances and parameters.
package struct Salt2MessageSchema: Sendable {
    /// The schema, and its fingerprint.
    package let segment: SegmentSchema

    /// The schema of messages with alerts of a filtered stream's schema.
    ///
    /// - Throws: ``AvroError`` where that schema cannot be nested.
    package init(alert: AvroSchema) throws(AvroError) {
        guard let document = String(validating: alert.json, as: UTF8.self) else {
            throw AvroError(.invalidSchema, detail: "the schema is not UTF-8")
        }
        let text = """
            {"type": "record", "name": "nightjar.salt2", "fields": [{"name": "alert", "type": \(document)},
            {"name": "salt2Fit", "type": {"type": "record", "name": "nightjar.salt2Fit",
            "fields": [\(Salt2Row.columns.map(\.avroField).joined(separator: ", "))]}}]}
            """
        segment = SegmentSchema(try AvroSchema.parse(ArraySlice(text.utf8)))
    }

    /// The message for a message of the filtered stream and its fit.
    package func message(alert: ArraySlice<UInt8>, row: Salt2Row) -> [UInt8] {
        var encoder = BinaryEncoder(reserving: alert.count + 1_024)
        encoder.raw(alert)
        for (column, value) in zip(Salt2Row.columns, row.values) { encoder.value(value, of: column) }
        return encoder.bytes
    }
}

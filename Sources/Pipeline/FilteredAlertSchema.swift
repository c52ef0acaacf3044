package import Alerts
package import Avro

/// The schema of a filtered stream's messages: the alert as archived, without its cutouts, with the stages' values.
///
/// A message is copied from the record's bytes without those of the cutouts, followed by the stages' values. A message of such a
/// stream, processed again, results in the same message.
package struct FilteredAlertSchema: Sendable {
    /// The schema, and its fingerprint.
    package let segment: SegmentSchema
    /// Finds the bytes of a record that are left out; `nil` where the schema needs the cutouts.
    private let leftOut: Projection?
    private let columns: [ProductColumn]
    /// Upper estimate of its memory, bytes.
    var bytesInMemory: Int { segment.schema.bytesInMemory + (leftOut?.bytesInMemory ?? 0) }

    /// The schema for alerts of an archived schema.
    ///
    /// - Throws: ``AvroError`` where it is not valid.
    package init(_ archived: AvroSchema, survey: Survey, adding columns: [ProductColumn]) throws(AvroError) {
        self.columns = columns
        let names = survey.packet.cutouts + columns.map(\.name)
        if let slim = try? Self.schema(archived, without: names, adding: columns),
            let projection = try? Projection(schema: archived, columns: [], spans: names)
        {
            segment = SegmentSchema(slim)
            leftOut = projection
        } else {
            // A type that is defined in a cutout and used elsewhere: the cutouts stay in.
            segment = SegmentSchema(try Self.schema(archived, without: [], adding: columns))
            leftOut = nil
        }
    }

    private static func schema(
        _ archived: AvroSchema, without names: [String], adding columns: [ProductColumn]
    ) throws(AvroError) -> AvroSchema {
        let document = try JSONValue.parse(archived.json[...])
        guard let members = document.members, let fields = document["fields"]?.array else {
            throw AvroError(.invalidSchema, detail: "the schema is not a record")
        }
        let kept = fields.filter { field in !names.contains(field["name"]?.string ?? "") }
        let added = try columns.map { (column) throws(AvroError) in
            try JSONValue.parse(ArraySlice(column.avroField.utf8))
        }
        let changed = members.map { member in
            member.key == "fields" ? JSONMember("fields", .array(kept + added)) : member
        }
        return try AvroSchema.parse(JSONValue.object(changed).text[...])
    }

    /// The message for a record of the archived schema.
    ///
    /// - Throws: ``AvroError`` where the record does not follow the schema.
    package func message(_ body: ArraySlice<UInt8>, adding values: [ProductValue]) throws(AvroError) -> [UInt8] {
        var message: [UInt8] = []
        var position = body.startIndex
        if let leftOut {
            var record = ProjectedRecord()
            try leftOut.decode(body, into: &record)
            for span in record.spans.sorted(by: { $0.lowerBound < $1.lowerBound }) where !span.isEmpty {
                message += body[position..<body.startIndex + span.lowerBound]
                position = body.startIndex + span.upperBound
            }
        }
        message += body[position...]
        var encoder = BinaryEncoder()
        for (column, value) in zip(columns, values) { encoder.value(value, of: column) }
        message += encoder.bytes
        return message
    }
}

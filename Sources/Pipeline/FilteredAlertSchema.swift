package import Alerts
package import Avro

/// The schema of a filtered stream's messages: the alert as archived, without its images, with what the stages say of it.
///
/// The message is cut out of the record's bytes: the images' are left out, and the stages' values follow. A message of such a
/// stream, processed again, makes the same message.
package struct FilteredAlertSchema: Sendable {
    package let segment: SegmentSchema
    /// Finds in a record of the archived schema what is left out; `nil` where the images cannot be left out of the schema.
    private let leftOut: Projection?
    private let columns: [ProductColumn]
    /// Bytes of memory that it takes; rather too many than too few.
    var bytesInMemory: Int { segment.schema.bytesInMemory + (leftOut?.bytesInMemory ?? 0) }

    package init(_ archived: AvroSchema, survey: Survey, adding columns: [ProductColumn]) throws(AvroError) {
        self.columns = columns
        let names = survey.packet.cutouts + columns.map(\.name)
        if let slim = try? Self.schema(archived, without: names, adding: columns),
            let projection = try? Projection(schema: archived, columns: [], spans: names)
        {
            segment = SegmentSchema(slim)
            leftOut = projection
        } else {
            // A type that is named first in a cutout and used elsewhere: the images stay in.
            segment = SegmentSchema(try Self.schema(archived, without: [], adding: columns))
            leftOut = nil
        }
    }

    private static func schema(
        _ archived: AvroSchema, without names: [String], adding columns: [ProductColumn]
    ) throws(AvroError) -> AvroSchema {
        let document = try JSONValue.parse(archived.json[...])
        guard let members = document.members, let fields = document["fields"]?.array else {
            throw AvroError(.invalidSchema, detail: "the schema is no record")
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

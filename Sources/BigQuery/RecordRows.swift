package import GoogleAuth
package import Avro
internal import Protobuf

/// How a record that contains a record and a list of records becomes a flat row.
package struct FlatRow: Hashable, Sendable {
    /// The inner record, whose fields follow those of the outer one.
    package let record: String
    /// The list of records, of which the row has the ids only.
    package let history: String
    /// The id field of each of them.
    package let id: String
    /// The column of the ids, joined by commas.
    package let joined: String

    /// The names of a flat row's parts.
    package init(record: String, history: String, id: String, joined: String) {
        self.record = record
        self.history = history
        self.id = id
        self.joined = joined
    }
}

/// Makes rows from the records of one writer schema. Made once for a schema, and used by any thread.
package struct RecordRows: Sendable {
    /// Which fields become columns, and their layout.
    package enum Shape: Hashable, Sendable {
        /// All fields except those named, nested and repeated as in the record.
        case nested(leaving: [String])
        /// One flat row.
        case flat(FlatRow)
    }

    /// The columns of the rows, the added ones last.
    package let schema: TableSchema
    /// The rows' serialized `DescriptorProto`.
    package let descriptor: [UInt8]
    private let transcoder: ProtobufTranscoder
    /// The fields whose values do not come from the record.
    private let added: [RowField]

    /// Rows of the records of a writer schema.
    ///
    /// - Parameters:
    ///   - writer: The writer's schema.
    ///   - shape: The layout of its fields in a row.
    ///   - keys: Fields that keep their names.
    ///   - columns: Columns after the record's, whose values do not come from it.
    ///   - table: The table's name in errors.
    /// - Throws: ``GoogleCloudError`` with code `invalidArgument` where the schema has no columns: it has unions of several
    ///   types, or lists in lists.
    package init(
        writer: AvroSchema, shape: Shape, keys: [String], adding columns: [TableColumn], table: String
    ) throws(GoogleCloudError) {
        func refusal(_ detail: String) -> GoogleCloudError {
            GoogleCloudError(
                .invalidArgument, service: GoogleService.bigQuery.rawValue, resource: table, detail: detail)
        }
        guard let record = writer.root.record else {
            throw refusal("the writer's schema is of type \(writer.root.name), not a record")
        }
        let made =
            switch shape {
            case .nested(let leftOut): try AvroColumns(nested: record, leaving: leftOut, keys: keys, adding: columns)
            case .flat(let row): try AvroColumns(flat: record, row, keys: keys, adding: columns)
            }
        added = made.fields.suffix(columns.count)
        descriptor = made.fields.descriptor
        schema = TableSchema(columns: made.fields.map(\.column))
        do throws(AvroError) { transcoder = try ProtobufTranscoder(schema: writer, plans: made.plans) } catch {
            throw refusal(error.description)
        }
    }

    /// The row of a record, serialized.
    ///
    /// - Parameters:
    ///   - body: The record's bytes.
    ///   - values: A value for each added column, in their order.
    /// - Returns: The row's bytes.
    /// - Throws: ``AvroError`` with the field and the byte where the record does not follow the schema.
    package func row(_ body: ArraySlice<UInt8>, adding values: [ColumnValue]) throws(AvroError) -> [UInt8] {
        var row: [UInt8] = []
        try transcoder.transcode(body, into: &row)
        var writer = ProtobufWriter()
        for (field, value) in zip(added, values) {
            let isSuitable = field.append(value, to: &writer)
            precondition(isSuitable, "a value of another type than its column's")
        }
        row += writer.bytes
        return row
    }
}

package import GoogleAuth
package import Avro
internal import Protobuf

/// How one record with a record and a list of records in it makes a flat row.
package struct FlatRow: Hashable, Sendable {
    /// The record whose fields stand behind those of the top.
    package let record: String
    /// The list of records of which only the ids are kept.
    package let history: String
    /// The field of each that is its id.
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

/// Makes rows out of the records of one writer schema; made once for a schema, used by any thread.
package struct RecordRows: Sendable {
    /// Which fields make columns, and how they lie in a row.
    package enum Shape: Hashable, Sendable {
        /// Every field but those named, nested and repeated as in the record.
        case nested(leaving: [String])
        /// One flat row.
        case flat(FlatRow)
    }

    /// The columns that the rows have, those that are added at the end.
    package let schema: TableSchema
    /// The rows' serialized `DescriptorProto`.
    package let descriptor: [UInt8]
    private let transcoder: ProtobufTranscoder
    /// The fields whose values do not come from the record.
    private let added: [RowField]

    /// Rows of the records that a writer has.
    ///
    /// - Parameters:
    ///   - writer: The writer's schema.
    ///   - shape: How its fields lie in a row.
    ///   - keys: Fields that keep their names.
    ///   - columns: Columns behind the record's, whose values do not come from it.
    ///   - table: The table's name, for errors.
    /// - Throws: ``GoogleCloudError`` with code `invalidArgument` where the schema makes no columns: it has unions of several
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
            precondition(isSuitable, "a value that its own column cannot hold")
        }
        row += writer.bytes
        return row
    }
}

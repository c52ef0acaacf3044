package import Alerts
package import Avro
internal import Protobuf

/// Makes the rows of one table out of the records of one writer schema; made once for a schema, used by any thread.
package struct AlertRows: Sendable {
    /// What the table must have for these rows.
    package let table: TableDefinition
    /// The column, or field of a record, that tells one row from another, as ``Arrivals`` wants it.
    package let key: String
    /// The rows' serialized `DescriptorProto`.
    package let descriptor: [UInt8]
    private let transcoder: ProtobufTranscoder
    /// The fields whose values do not come from the record.
    private let added: [RowField]

    /// - Throws: ``GoogleCloudError`` with code `invalidArgument` where the schema makes no table: it has unions of several
    ///   types, lists in lists, or an id that is not a whole number.
    package init(writer: AvroSchema, survey: Survey, table: AlertTable) throws(GoogleCloudError) {
        guard let record = writer.root.record else {
            throw GoogleCloudError(
                .invalidArgument, service: GoogleService.bigQuery.rawValue, resource: table.rawValue,
                detail: "the writer's schema is of type \(writer.root.name), not a record")
        }
        let own = table.addedColumns(survey)
        let columns =
            switch table {
            case .alerts:
                try AvroColumns(nested: record, leaving: survey.packet.cutouts, keys: table.keys(survey), adding: own)
            case .source:
                try AvroColumns(flat: record, survey.packet.flat, keys: table.keys(survey), adding: own)
            }
        added = columns.fields.suffix(own.count)
        descriptor = columns.fields.descriptor
        key = table.key(survey)
        self.table = TableDefinition(
            name: table.rawValue, schema: TableSchema(columns: columns.fields.map(\.column)),
            partitionColumn: AddedValues.partitionColumn, clustering: table.clustering(survey),
            description: "Alerts of \(survey.title), a row each")
        // The first schema makes the table: one with another type there would keep out all others.
        if let id = self.table.schema[path: key], id.type != .integer {
            throw GoogleCloudError(
                .invalidArgument, service: GoogleService.bigQuery.rawValue, resource: table.rawValue,
                detail: "\(key) is \(id.type.rawValue) in the writer's schema, not \(ColumnType.integer.rawValue)")
        }
        do throws(AvroError) {
            transcoder = try ProtobufTranscoder(schema: writer, plans: columns.plans)
        } catch {
            throw GoogleCloudError(
                .invalidArgument, service: GoogleService.bigQuery.rawValue, resource: table.rawValue,
                detail: error.description)
        }
    }

    /// The row of a record, serialized.
    ///
    /// - Throws: ``AvroError`` with the field and the byte where the record does not follow the schema.
    package func row(_ body: ArraySlice<UInt8>, adding values: AddedValues) throws(AvroError) -> [UInt8] {
        var row: [UInt8] = []
        try transcoder.transcode(body, into: &row)
        var writer = ProtobufWriter()
        for field in added { writer.int64(field.number, values.value(of: field.name)) }
        row += writer.bytes
        return row
    }
}

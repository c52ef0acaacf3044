package import Alerts
package import Avro
package import BigQuery
package import GoogleAuth
package import Pipeline

/// Makes the rows of one table from the records of one writer schema. Made once for a schema, and used by any thread.
package struct AlertRows: Sendable {
    /// The definition that the table must have for these rows.
    package let table: TableDefinition
    /// The column, or field of a record, that identifies a row, for ``StagingTable``.
    package let key: String
    private let rows: RecordRows
    /// The columns whose values do not come from the record.
    private let added: [AlertTable.Added]

    /// The rows' serialized `DescriptorProto`.
    package var descriptor: [UInt8] { rows.descriptor }

    /// Rows of a survey's alerts of one writer schema.
    ///
    /// - Throws: ``GoogleCloudError`` with code `invalidArgument` where the schema has no table: it has unions of several
    ///   types, lists in lists, or an id that is not an integer.
    package init(
        writer: AvroSchema, survey: Survey, table: AlertTable, stages: StageList = .standard
    ) throws(GoogleCloudError) {
        added = table.added(survey, stages)
        rows = try RecordRows(
            writer: writer, shape: table.shape(survey), keys: table.keys(survey), adding: added.map(\.column),
            table: table.rawValue)
        key = table.key(survey)
        self.table = TableDefinition(
            name: table.rawValue, schema: rows.schema, partitionColumn: AlertTable.partitionColumn.name,
            clustering: table.clustering(survey), description: "Alerts of \(survey.title), a row each")
        // The first schema creates the table: with another type of id it would exclude all others.
        if let id = self.table.schema[path: key], id.type != .integer {
            throw GoogleCloudError(
                .invalidArgument, service: GoogleService.bigQuery.rawValue, resource: table.rawValue,
                detail: "\(key) is \(id.type.rawValue) in the writer's schema, not \(ColumnType.integer.rawValue)")
        }
    }

    /// The row of an alert, serialized.
    ///
    /// - Throws: ``AvroError`` with the field and the byte where the record does not follow the schema.
    package func row(_ products: Products) throws(AvroError) -> [UInt8] {
        try row(products.alert.body, adding: added.map { $0.value(products) })
    }

    /// The row of a record with given values in the columns that Nightjar adds; missing ones are null.
    ///
    /// - Throws: ``AvroError`` with the field and the byte where the record does not follow the schema.
    package func row(_ body: ArraySlice<UInt8>, adding values: [ColumnValue]) throws(AvroError) -> [UInt8] {
        let missing = max(0, added.count - values.count)
        return try rows.row(body, adding: values + Array(repeating: .null, count: missing))
    }
}

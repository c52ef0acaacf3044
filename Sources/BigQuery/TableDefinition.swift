/// The definition of a table.
package struct TableDefinition: Hashable, Sendable {
    /// `alerts`, `DIASource` or `salt2`.
    package var name: String
    /// The table's columns.
    package var schema: TableSchema
    /// The timestamp column by which the table is partitioned, daily.
    package var partitionColumn: String?
    /// Columns by which the table is clustered.
    package var clustering: [String]
    package var description: String

    /// A definition; the table is partitioned if a column for that is named.
    package init(
        name: String, schema: TableSchema, partitionColumn: String? = nil, clustering: [String] = [],
        description: String = ""
    ) {
        self.name = name
        self.schema = schema
        self.partitionColumn = partitionColumn
        self.clustering = clustering
        self.description = description
    }
}

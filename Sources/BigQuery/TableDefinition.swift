/// A table as it shall be.
package struct TableDefinition: Hashable, Sendable {
    /// `alerts`, `DIASource` or `salt2`.
    package var name: String
    /// The table's columns.
    package var schema: TableSchema
    /// The timestamp column by whose days the table is partitioned.
    package var partitionColumn: String?
    /// Columns by which the rows of a partition lie together.
    package var clustering: [String]
    package var description: String

    /// A table that is partitioned by days where a column for them is named.
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

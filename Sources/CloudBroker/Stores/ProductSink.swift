package import BigQuery
internal import GoogleAuth
internal import Pipeline

/// Writes one worker's rows to one table of products.
final class ProductSink {
    private let table: ProductTable
    private let rows: ValueRows
    private let tables: TableWriting
    private let merge: StagingMerge
    private var writer: TableWriter?
    private var pending: [(row: ProductRow, products: Products)] = []

    init(_ table: ProductTable, tables: TableWriting, merge: StagingMerge) {
        self.table = table
        self.tables = tables
        self.merge = merge
        rows = ValueRows(columns: table.bigQueryColumns)
    }

    func add(_ row: ProductRow, of products: Products) { pending.append((row, products)) }

    /// Returns once the rows are in the staging table.
    func flush() throws(GoogleCloudError) -> [RefusedAlert] {
        let pending = pending
        self.pending.removeAll()
        guard !pending.isEmpty else { return [] }
        let writer = try opened()
        try writer.append(
            pending.map { (entry) throws(GoogleCloudError) in
                let arrival = ColumnValue(timestamp: entry.products.origin?.microseconds)
                return try rows.row(entry.row.values.map { ColumnValue($0) } + [arrival])
            })
        return try writer.flush().map { failure in
            RefusedAlert(key: pending[failure.row].products.key, reason: "table \(table.name): \(failure.reason)")
        }
    }

    private func opened() throws(GoogleCloudError) -> TableWriter {
        if let writer { return writer }
        let definition = table.definition
        let staging = StagingTable(
            client: tables.rest, name: tables.name(definition.name), definition: definition, keys: table.keys)
        try merge.begin([staging])
        let fresh = TableWriter(client: tables.write, table: staging.stagingName, descriptor: rows.descriptor)
        writer = fresh
        return fresh
    }
}

extension ProductTable {
    /// The table's columns, and the timestamp of the alert on the survey's Kafka.
    fileprivate var bigQueryColumns: [TableColumn] {
        columns.map { TableColumn($0.name, $0.bigQueryType) } + [
            TableColumn(AlertTable.partitionColumn.name, .timestamp)
        ]
    }

    /// The table on BigQuery.
    package var definition: TableDefinition {
        TableDefinition(
            name: name, schema: TableSchema(columns: bigQueryColumns), partitionColumn: AlertTable.partitionColumn.name,
            clustering: [object], description: summary)
    }
}

extension ProductColumn {
    var bigQueryType: ColumnType {
        switch kind {
        case .boolean: .boolean
        case .integer: .integer
        case .real: .float
        case .text: .string
        }
    }
}

extension ColumnValue {
    init(_ value: ProductValue) {
        switch value {
        case .null: self = .null
        case .boolean(let value): self = .boolean(value)
        case .integer(let value): self = .integer(value)
        case .real(let value): self = .real(value)
        case .text(let value): self = .text(value)
        }
    }

    /// Microseconds since 1970, UTC.
    init(timestamp: Int64?) { self = timestamp.map { .timestamp($0) } ?? .null }
}

extension PacketOrigin {
    /// The packet's timestamp on the survey's Kafka, microseconds since 1970, UTC.
    var microseconds: Int64? {
        timestamp.flatMap { milliseconds in
            let (microseconds, overflows) = milliseconds.multipliedReportingOverflow(by: 1_000)
            return overflows ? nil : microseconds
        }
    }
}

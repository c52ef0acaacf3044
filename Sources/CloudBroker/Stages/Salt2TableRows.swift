package import GoogleCloud
package import Stages

/// The table `salt2`: the original broker's columns, then ours, then when the survey's Kafka took the alert.
package struct Salt2TableRows: Sendable {
    private static let columns: [TableColumn] =
        Salt2Row.columns.map { column in
            let type: ColumnType =
                switch column.kind {
                case .text: .string
                case .integer: .integer
                case .real: .float
                }
            return TableColumn(column.name, type)
        } + [TableColumn(AddedValues.partitionColumn, .timestamp)]

    package static let table = TableDefinition(
        name: "salt2", schema: TableSchema(columns: columns), partitionColumn: AddedValues.partitionColumn,
        clustering: ["objectId"], description: "SALT2 fits, a row for each alert that was fitted or could not be")

    private static let rows = ValueRows(columns: columns)

    /// The rows' serialized `DescriptorProto`.
    package static var descriptor: [UInt8] { rows.descriptor }

    /// - Parameters:
    ///   - row: A fit.
    ///   - timestamp: When the survey's Kafka took the alert, microseconds since 1970, UTC.
    /// - Returns: The row, serialized.
    /// - Throws: ``GoogleCloudError/Code/invalidArgument`` where a value does not suit its column.
    package static func row(_ row: Salt2Row, timestamp: Int64?) throws(GoogleCloudError) -> [UInt8] {
        let values = row.values.map { value -> ColumnValue in
            switch value {
            case .text(let text?): .text(text)
            case .integer(let number?): .integer(number)
            case .real(let number?): .real(number)
            case .text(nil), .integer(nil), .real(nil): .null
            }
        }
        return try rows.row(values + [timestamp.map { .timestamp($0) } ?? .null])
    }
}

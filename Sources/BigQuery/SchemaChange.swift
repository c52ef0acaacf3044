package import GoogleAuth

/// The change that makes a table accept rows of another schema: columns are added, and required columns that the new rows
/// lack become nullable. Existing rows do not change.
package struct SchemaChange: Hashable, Sendable {
    /// The table's columns after the change.
    package let schema: TableSchema
    /// Paths of the added columns.
    package private(set) var added: [String] = []
    /// Paths of the columns that become nullable.
    package private(set) var relaxed: [String] = []

    /// Whether the table needs no change.
    package var isEmpty: Bool { added.isEmpty && relaxed.isEmpty }

    /// - Parameters:
    ///   - table: The columns of the table.
    ///   - wanted: The columns of the rows.
    ///   - resource: The table's name in the error.
    /// - Throws: ``GoogleCloudError`` with code `failedPrecondition`, which names each column that disagrees: it has
    ///   another type, or is a list in one and not in the other.
    package init(from table: TableSchema, to wanted: TableSchema, resource: String) throws(GoogleCloudError) {
        var disagreements: [String] = []
        var added: [String] = []
        var relaxed: [String] = []

        func merge(_ there: [TableColumn], _ wanted: [TableColumn], path: String) -> [TableColumn] {
            let names = Set(wanted.map { $0.name.lowercased() })
            var columns = there
            for (index, column) in there.enumerated()
            where column.mode == .required && !names.contains(column.name.lowercased()) {
                columns[index].mode = .nullable
                relaxed.append(path + column.name)
            }
            for column in wanted {
                let columnPath = path + column.name
                guard let index = columns.firstIndex(where: { $0.name.lowercased() == column.name.lowercased() }) else {
                    added.append(columnPath)
                    columns.append(Self.addable(column))
                    continue
                }
                let old = columns[index]
                guard old.type == column.type, (old.mode == .repeated) == (column.mode == .repeated) else {
                    disagreements.append(
                        "\(columnPath) is \(old.mode.rawValue) \(old.type.rawValue), "
                            + "the rows' is \(column.mode.rawValue) \(column.type.rawValue)")
                    continue
                }
                if old.mode == .required && column.mode == .nullable {
                    columns[index].mode = .nullable
                    relaxed.append(columnPath)
                }
                columns[index].columns = merge(old.columns, column.columns, path: columnPath + ".")
            }
            return columns
        }

        schema = TableSchema(columns: merge(table.columns, wanted.columns, path: ""))
        guard disagreements.isEmpty else {
            throw GoogleCloudError(
                .failedPrecondition, service: GoogleService.bigQuery.rawValue, resource: resource,
                detail: "columns disagree: " + disagreements.joined(separator: "; "))
        }
        self.added = added
        self.relaxed = relaxed
    }

    /// A column in the form in which it can be added to a table: BigQuery adds no REQUIRED columns, not in records either.
    private static func addable(_ column: TableColumn) -> TableColumn {
        var column = column
        if column.mode == .required { column.mode = .nullable }
        column.columns = column.columns.map(addable)
        return column
    }
}

package import GoogleAuth

/// What must be done to a table so that it takes rows of another schema: columns are only ever added, and a column that
/// may not be null comes to allow it where the new rows lack it. No row that is there changes.
package struct SchemaChange: Hashable, Sendable {
    /// The table's columns after the change.
    package let schema: TableSchema
    /// Paths of the columns that are new.
    package private(set) var added: [String] = []
    /// Paths of the columns that may be null from now on.
    package private(set) var relaxed: [String] = []

    /// Whether the table has all that is wanted.
    package var isEmpty: Bool { added.isEmpty && relaxed.isEmpty }

    /// - Parameters:
    ///   - table: The columns that are there.
    ///   - wanted: Those that the rows have.
    ///   - resource: The table's name, for the error.
    /// - Throws: ``GoogleCloudError`` with code `failedPrecondition`, which names each column that disagrees: it has
    ///   another type, or is a list in one and none in the other.
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
                let place = path + column.name
                guard let index = columns.firstIndex(where: { $0.name.lowercased() == column.name.lowercased() }) else {
                    added.append(place)
                    columns.append(Self.addable(column))
                    continue
                }
                let old = columns[index]
                guard old.type == column.type, (old.mode == .repeated) == (column.mode == .repeated) else {
                    disagreements.append(
                        "\(place) is \(old.mode.rawValue) \(old.type.rawValue), "
                            + "the rows' is \(column.mode.rawValue) \(column.type.rawValue)")
                    continue
                }
                if old.mode == .required && column.mode == .nullable {
                    columns[index].mode = .nullable
                    relaxed.append(place)
                }
                columns[index].columns = merge(old.columns, column.columns, path: place + ".")
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

    /// A column as it can be added to a table that has rows: BigQuery adds no REQUIRED ones, not within records either.
    private static func addable(_ column: TableColumn) -> TableColumn {
        var column = column
        if column.mode == .required { column.mode = .nullable }
        column.columns = column.columns.map(addable)
        return column
    }
}

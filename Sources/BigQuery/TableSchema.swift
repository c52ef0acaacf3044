/// The columns of a BigQuery table, in order.
package struct TableSchema: Hashable, Sendable {
    /// The columns in their order.
    package var columns: [TableColumn]

    /// A schema of these columns.
    package init(columns: [TableColumn] = []) { self.columns = columns }

    /// The column of a dotted path, such as `candidate.jd`, compared without case, as in BigQuery.
    package subscript(path path: String) -> TableColumn? {
        var columns = columns
        var found: TableColumn?
        for part in path.lowercased().split(separator: ".") {
            guard let column = columns.first(where: { $0.name.lowercased() == part }) else { return nil }
            found = column
            columns = column.columns
        }
        return found
    }
}

/// A column of a BigQuery table, or a field of one that is a record.
package struct TableColumn: Hashable, Sendable {
    /// Characters of the longest description that BigQuery accepts.
    package static let longestDescription = 1_024

    /// The column's name.
    package var name: String
    /// The type of its values.
    package var type: ColumnType
    /// Whether it is nullable, required or repeated.
    package var mode: ColumnMode
    /// The description; empty for none.
    package var description: String
    /// The columns of a record; empty for other types.
    package var columns: [TableColumn]

    /// A column; its description is cut to ``longestDescription``.
    package init(
        _ name: String, _ type: ColumnType, _ mode: ColumnMode = .nullable, description: String = "",
        columns: [TableColumn] = []
    ) {
        self.name = name
        self.type = type
        self.mode = mode
        let isLong = description.unicodeScalars.count > Self.longestDescription
        self.description =
            isLong
            ? String(String.UnicodeScalarView(description.unicodeScalars.prefix(Self.longestDescription - 1))) + "…"
            : description
        self.columns = columns
    }
}

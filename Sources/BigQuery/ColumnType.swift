/// A BigQuery column's type by its name in the REST interface. GoogleSQL's names (`INT64`) are translated (`INTEGER`), so that
/// equal types compare equal.
package struct ColumnType: Hashable, Sendable, RawRepresentable {
    /// The type's name in BigQuery's REST interface.
    package let rawValue: String

    /// The type of this name.
    package init(rawValue: String) {
        switch rawValue.uppercased() {
        case "INT64": self.rawValue = "INTEGER"
        case "FLOAT64": self.rawValue = "FLOAT"
        case "BOOL": self.rawValue = "BOOLEAN"
        case "STRUCT": self.rawValue = "RECORD"
        case let name: self.rawValue = name
        }
    }

    /// Text.
    package static let string = ColumnType(rawValue: "STRING")
    /// Whole numbers of 64 bits.
    package static let integer = ColumnType(rawValue: "INTEGER")
    /// Numbers of double precision.
    package static let float = ColumnType(rawValue: "FLOAT")
    /// True or false.
    package static let boolean = ColumnType(rawValue: "BOOLEAN")
    /// Bytes.
    package static let bytes = ColumnType(rawValue: "BYTES")
    /// Points in time in UTC, in microseconds.
    package static let timestamp = ColumnType(rawValue: "TIMESTAMP")
    /// Dates.
    package static let date = ColumnType(rawValue: "DATE")
    /// Records with columns of their own.
    package static let record = ColumnType(rawValue: "RECORD")
}

/// Whether a column is nullable, required, or a list.
package enum ColumnMode: String, Sendable {
    case nullable = "NULLABLE"
    case required = "REQUIRED"
    case repeated = "REPEATED"
}

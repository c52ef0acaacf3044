/// A BigQuery column's type by its name in the REST interface. Standard SQL's names (`INT64`) become those (`INTEGER`),
/// so that the same type is equal however a server names it.
package struct ColumnType: Hashable, Sendable, RawRepresentable {
    package let rawValue: String

    package init(rawValue: String) {
        switch rawValue.uppercased() {
        case "INT64": self.rawValue = "INTEGER"
        case "FLOAT64": self.rawValue = "FLOAT"
        case "BOOL": self.rawValue = "BOOLEAN"
        case "STRUCT": self.rawValue = "RECORD"
        case let name: self.rawValue = name
        }
    }

    package static let string = ColumnType(rawValue: "STRING")
    package static let integer = ColumnType(rawValue: "INTEGER")
    package static let float = ColumnType(rawValue: "FLOAT")
    package static let boolean = ColumnType(rawValue: "BOOLEAN")
    package static let bytes = ColumnType(rawValue: "BYTES")
    /// A point of time in UTC, to the microsecond.
    package static let timestamp = ColumnType(rawValue: "TIMESTAMP")
    package static let date = ColumnType(rawValue: "DATE")
    package static let record = ColumnType(rawValue: "RECORD")
}

/// Whether a column may be null, or holds a list.
package enum ColumnMode: String, Sendable {
    case nullable = "NULLABLE"
    case required = "REQUIRED"
    case repeated = "REPEATED"
}

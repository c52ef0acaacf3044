/// Assigns names to columns, so that no name of a schema reaches SQL unchecked and all columns have different names.
///
/// A character that Avro does not allow in a name becomes `_`, as in the archived schema. Names are compared without case, as
/// in SQLite and BigQuery: a name that is in use gets a suffix, `_2` to `_9`.
package struct ColumnNames {
    /// Longest name, bytes. A field with a longer one has no column.
    package static let longest = 128
    private static let mostOfOneName = 9

    private var used: Set<String>

    /// - Parameter names: Names that no field may have.
    package init(reserving names: some Sequence<String> = []) { used = Set(names.map { $0.lowercased() }) }

    /// - Parameter field: The name in the schema.
    /// - Returns: The column's name; `nil` for a field that has no column.
    package mutating func name(for field: String) -> String? {
        let valid = FieldNames.valid(field)
        guard valid.utf8.count <= Self.longest else { return nil }
        if used.insert(valid.lowercased()).inserted { return valid }
        for number in 2...Self.mostOfOneName where used.insert("\(valid)_\(number)".lowercased()).inserted {
            return "\(valid)_\(number)"
        }
        return nil
    }
}

/// Gives columns their names, so that no name of a schema reaches SQL as it came and no two columns share one.
///
/// A character that Avro does not allow in a name becomes `_`, as in the archived schema. Case does not tell two names
/// apart, since SQLite and BigQuery do not look at it: a name that is taken gets `_2` after it, up to `_9`.
package struct ColumnNames {
    /// Bytes of a name. A field with a longer one has no column.
    package static let longest = 128
    private static let mostOfOneName = 9

    private var taken: Set<String>

    /// - Parameter taken: Names that no field may have.
    package init(taken: some Sequence<String> = []) { self.taken = Set(taken.map { $0.lowercased() }) }

    /// - Parameter field: The name that the schema gives.
    /// - Returns: The column's name; `nil` for a field that has no column.
    package mutating func name(for field: String) -> String? {
        let valid = FieldNames.valid(field)
        guard valid.utf8.count <= Self.longest else { return nil }
        if taken.insert(valid.lowercased()).inserted { return valid }
        for number in 2...Self.mostOfOneName where taken.insert("\(valid)_\(number)".lowercased()).inserted {
            return "\(valid)_\(number)"
        }
        return nil
    }
}

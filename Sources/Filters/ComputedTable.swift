internal import SQLite

/// A table that filters read of what was computed of the alert, such as its fit: one row, or none.
package struct ComputedTable: Hashable, Sendable {
    /// What values a column has.
    package enum Kind: Hashable, Sendable { case integer, real, text }

    /// A column.
    package struct Column: Hashable, Sendable {
        /// Its name.
        package let name: String
        /// Its values.
        package let kind: Kind

        /// A column of a name and kind.
        package init(_ name: String, _ kind: Kind) { (self.name, self.kind) = (name, kind) }
    }

    /// The table's name.
    package let name: String
    /// Its columns.
    package let columns: [Column]

    /// A table of a name and columns.
    package init(_ name: String, _ columns: [Column]) { (self.name, self.columns) = (name, columns) }
}

/// The row of each ``ComputedTable`` for one alert, by the table's name; a table without one has no row.
package typealias ComputedValues = [String: [AlertQuery.Value]]

/// The row of a computed table, for the alert that is there.
final class ComputedRow {
    let table: ComputedTable
    var values: [AlertQuery.Value]?

    init(_ table: ComputedTable) { self.table = table }

    func rows(_ note: @escaping (Int?) -> Void) -> RowTable {
        RowTable(name: table.name, columns: table.columns.map { ($0.name, $0.kind.ofRows) }) { [self] in
            note(nil)
            return values == nil ? 0 : 1
        } read: { [self] _, column, result in
            note(column)
            guard let values, column < values.count else { return }
            switch values[column] {
            case .null: break
            case .integer(let number): result.set(number)
            case .real(let number): result.set(number)
            case .text(let text): result.set(text)
            }
        }
    }
}

extension ComputedTable.Kind {
    fileprivate var ofRows: RowTable.Kind {
        switch self {
        case .integer: .integer
        case .real: .real
        case .text: .text
        }
    }
}

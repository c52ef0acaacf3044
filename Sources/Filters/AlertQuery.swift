internal import SQLite

/// A statement over the tables of one alert that may give any rows.
package struct AlertQuery {
    private let text: FilterText
    private let statement: Statement
    private let database: Database

    init(_ text: FilterText, statement: Statement, _ database: Database) {
        (self.text, self.statement, self.database) = (text, statement, database)
    }

    /// The names of the columns.
    package var columns: [String] { (0..<statement.columnCount).map { statement.name($0) } }

    /// A value of a row.
    package enum Value: Hashable, Sendable {
        case null, integer(Int64), real(Double), text(String)
    }

    /// The rows for the alert that the engine sees, at most so many.
    ///
    /// - Throws: ``FilterError`` where the statement breaks its bounds.
    package func rows(atMost most: Int) throws(FilterError) -> [[Value]] {
        var rows: [[Value]] = []
        defer { statement.reset() }
        do throws(SQLiteError) {
            while rows.count < most, try statement.step() {
                rows.append(
                    (0..<statement.columnCount).map { column in
                        switch statement.kind(column) {
                        case .null: .null
                        case .integer: .integer(statement.integer(column))
                        case .real: .real(statement.double(column))
                        case .text, .blob: .text(statement.text(column) ?? "")
                        }
                    })
            }
        } catch { throw FilterEngine.failure(error, of: text, database) }
        return rows
    }
}

package import Alerts
internal import SQLite

/// Why a cut says what it says of an alert: the values that it looked at.
package struct CutExplanation: Sendable {
    /// Values of some columns of one table.
    package struct Rows: Sendable {
        /// The table's name.
        package let table: String
        /// The columns that the cut read.
        package let columns: [String]
        /// Their values in the table's first rows.
        package let rows: [[AlertQuery.Value]]
        /// How many rows the table has.
        package let count: Int
    }

    /// The cut's name.
    package let cut: String
    /// What it says; `nil` for null.
    package let verdict: Bool?
    /// What it looked at, the alert's own row first.
    package let values: [Rows]
}

extension FilterEngine {
    /// Rows of a history that an explanation has at most.
    private static let mostRows = 20

    /// Each cut of a filter with its verdict on an alert and the values that it looked at.
    ///
    /// - Parameters:
    ///   - filter: The filter.
    ///   - alert: The alert.
    ///   - computed: What was computed of it.
    /// - Returns: The cuts, in their order.
    /// - Throws: ``FilterError`` for a filter that cannot be used, or breaks its bounds.
    package func explanation(
        of filter: FilterText, for alert: DecodedAlert, computed: ComputedValues = [:]
    ) throws(FilterError) -> [CutExplanation] {
        let compiled = try compile(filter)
        var cuts: [CutExplanation] = []
        for cut in compiled.cuts {
            // The cut alone: what SQLite reads then is what the cut looks at.
            let one = try FilterText(
                name: filter.name, survey: filter.survey,
                sql: "SELECT \(sqlName(cut)) FROM (\n\(compiled.statementText)\n)", path: filter.path)
            let alone = try compile(one)
            let found: Result<CutExplanation, FilterError> = with(alert, computed: computed) {
                Result { () throws(FilterError) in
                    var verdicts = CutVerdicts()
                    let seen = try reading { () throws(FilterError) in verdicts = try verdict(of: alone) }
                    return CutExplanation(cut: cut, verdict: verdicts[0], values: try seen.map(rows))
                }
            }
            cuts.append(try found.get())
        }
        return cuts
    }

    private func rows(_ seen: (table: String, columns: [String])) throws(FilterError) -> CutExplanation.Rows {
        func query(_ sql: String) throws(FilterError) -> [[AlertQuery.Value]] {
            try self.query(FilterText(name: "values", survey: survey, sql: sql, path: seen.table)).rows(
                atMost: Self.mostRows)
        }
        var count = 0
        if case .integer(let number)? = try query("SELECT count(*) FROM \(seen.table)").first?.first {
            count = Int(number)
        }
        // What only counts rows reads no column.
        guard !seen.columns.isEmpty else {
            return CutExplanation.Rows(table: seen.table, columns: [], rows: [], count: count)
        }
        let list = seen.columns.map { sqlName($0) }.joined(separator: ", ")
        return CutExplanation.Rows(
            table: seen.table, columns: seen.columns, rows: try query("SELECT \(list) FROM \(seen.table)"), count: count
        )
    }
}

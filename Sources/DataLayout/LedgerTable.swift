package import SQLite
internal import Pipeline

/// The table `ledger`, whose counters are the columns that ``Counts`` names.
package enum LedgerTable {
    private static let key = ["night", "source", "fingerprint", "partition"]
    private static let counters = Counts.Counter.allCases.map(\.name)
    private static let columns = key + ["firstOffset", "lastOffset"] + counters

    /// Makes the table.
    static let definition = """
        CREATE TABLE ledger (
            night INTEGER NOT NULL, source TEXT NOT NULL, fingerprint TEXT NOT NULL, partition INTEGER NOT NULL,
            firstOffset INTEGER NOT NULL, lastOffset INTEGER NOT NULL,
            \(counters.map { "\($0) INTEGER NOT NULL" }.joined(separator: ", ")),
            PRIMARY KEY (\(key.joined(separator: ", ")))
        ) WITHOUT ROWID
        """

    /// Adds a row's counts to what its key has; bound in the order of the columns.
    package static let upsert = """
        INSERT INTO ledger (\(columns.joined(separator: ", ")))
        VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))
        ON CONFLICT DO UPDATE SET
            firstOffset = min(firstOffset, excluded.firstOffset), lastOffset = max(lastOffset, excluded.lastOffset),
            \(counters.map { "\($0) = \($0) + excluded.\($0)" }.joined(separator: ", "))
        """

    /// Gives a folder that an older Nightjar made the counters that have come since.
    package static func addNewCounters(to database: Database) throws(SQLiteError) {
        let known = try database.columns(of: "ledger")
        for counter in counters where !known.contains(counter) {
            try database.execute("ALTER TABLE ledger ADD COLUMN \(counter) INTEGER NOT NULL DEFAULT 0")
        }
    }

    /// The whole ledger, by night and source; a counter that the folder does not have yet is 0.
    package static func rows(in database: Database) throws(SQLiteError) -> [LedgerRow] {
        let known = try database.columns(of: "ledger")
        let wanted = columns.map { known.contains($0) ? "ledger.\($0)" : "0" }.joined(separator: ", ")
        let hasMarks = try database.columns(of: "positions").contains("isComplete")
        let query = try database.prepare(
            """
            SELECT \(wanted), \(hasMarks ? "positions.isComplete" : "NULL") FROM ledger
            \(hasMarks ? "LEFT JOIN positions USING (source, fingerprint, partition)" : "")
            WHERE received > 0 ORDER BY \(key.map { "ledger.\($0)" }.joined(separator: ", "))
            """)
        let mark = columns.count
        var rows: [LedgerRow] = []
        while try query.step() {
            func number(_ column: Int) -> Int { Int(query.integer(column)) }
            rows.append(
                LedgerRow(
                    night: number(0), source: query.text(1) ?? "", fingerprint: query.text(2) ?? "",
                    partition: number(3), firstOffset: number(4), lastOffset: number(5),
                    counts: Counts { number(6 + $0.rawValue) },
                    isComplete: query.isNull(mark) ? nil : query.integer(mark) == 1))
        }
        return try PruneTables.mark(rows, in: database)
    }
}

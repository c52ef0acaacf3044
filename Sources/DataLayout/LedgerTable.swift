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
        let known = try names(in: database)
        for counter in counters where !known.contains(counter) {
            try database.execute("ALTER TABLE ledger ADD COLUMN \(counter) INTEGER NOT NULL DEFAULT 0")
        }
    }

    /// The whole ledger, by night and source; a counter that the folder does not have yet is 0.
    package static func rows(in database: Database) throws(SQLiteError) -> [LedgerRow] {
        let known = try names(in: database)
        let wanted = columns.map { known.contains($0) ? $0 : "0" }.joined(separator: ", ")
        let query = try database.prepare(
            "SELECT \(wanted) FROM ledger WHERE received > 0 ORDER BY \(key.joined(separator: ", "))")
        var rows: [LedgerRow] = []
        while try query.step() {
            func number(_ column: Int) -> Int { Int(query.integer(column)) }
            rows.append(
                LedgerRow(
                    night: number(0), source: query.text(1) ?? "", fingerprint: query.text(2) ?? "",
                    partition: number(3), firstOffset: number(4), lastOffset: number(5),
                    counts: Counts { number(6 + $0.rawValue) }))
        }
        return rows
    }

    private static func names(in database: Database) throws(SQLiteError) -> Set<String> {
        let query = try database.prepare("SELECT name FROM pragma_table_info('ledger')")
        var names: Set<String> = []
        while try query.step() { if let name = query.text(0) { names.insert(name) } }
        return names
    }
}

internal import SQLite

/// What the ledger says of one night, source and partition.
package struct LedgerRow: Sendable, Hashable, Encodable {
    /// YYYYMMDD, or 0 for packets whose night is unknown.
    package let night: Int
    package let source: String
    package let partition: Int
    package let firstOffset: Int
    package let lastOffset: Int
    package let received: Int
    package let duplicates: Int
    package let archived: Int
    package let stored: Int
    package let passedFilter: Int
    package let fitted: Int
    package let fitFailed: Int
    package let deadLettered: Int

    package var addsUp: Bool { received == duplicates + stored + deadLettered }

    /// The whole account of a data folder, by night and source.
    package static func all(folder: String) throws(BrokerError) -> [LedgerRow] {
        let database = try DataFolder.openForReading(folder)
        do {
            let query = try database.prepare(
                """
                SELECT night, source, partition, firstOffset, lastOffset, received, duplicates, archived, stored,
                passedFilter, fitted, fitFailed, deadLettered FROM ledger WHERE received > 0
                ORDER BY night, source, fingerprint, partition
                """)
            var rows: [LedgerRow] = []
            while try query.step() {
                func number(_ column: Int) -> Int { Int(query.integer(column)) }
                rows.append(
                    LedgerRow(
                        night: number(0), source: query.text(1) ?? "", partition: number(2), firstOffset: number(3),
                        lastOffset: number(4), received: number(5), duplicates: number(6), archived: number(7),
                        stored: number(8), passedFilter: number(9), fitted: number(10), fitFailed: number(11),
                        deadLettered: number(12)))
            }
            return rows
        } catch { throw BrokerError(error) }
    }
}

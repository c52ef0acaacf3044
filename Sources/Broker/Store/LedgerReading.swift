internal import SQLite

/// What the ledger says of one night, source and partition.
package struct LedgerRow: Sendable, Hashable, Encodable {
    /// YYYYMMDD, or 0 for packets whose night is unknown.
    package let night: Int
    package let source: String
    /// What the source's content looks like; Kafka's cluster.
    package let fingerprint: String
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

    package var addsUp: Bool { received == duplicates &+ stored &+ deadLettered }

    /// The whole account of a data folder, by night and source.
    package static func all(folder: String) throws(BrokerError) -> [LedgerRow] {
        let database = try DataFolder.openForReading(folder)
        do {
            let query = try database.prepare(
                """
                SELECT night, source, fingerprint, partition, firstOffset, lastOffset, received, duplicates, archived, stored,
                passedFilter, fitted, fitFailed, deadLettered FROM ledger WHERE received > 0
                ORDER BY night, source, fingerprint, partition
                """)
            var rows: [LedgerRow] = []
            while try query.step() {
                func number(_ column: Int) -> Int { Int(query.integer(column)) }
                rows.append(
                    LedgerRow(
                        night: number(0), source: query.text(1) ?? "", fingerprint: query.text(2) ?? "",
                        partition: number(3), firstOffset: number(4), lastOffset: number(5), received: number(6),
                        duplicates: number(7), archived: number(8), stored: number(9), passedFilter: number(10),
                        fitted: number(11), fitFailed: number(12), deadLettered: number(13)))
            }
            return rows
        } catch { throw BrokerError(error) }
    }
}

internal import SQLite
package import Stages

/// What the ledger says of one night, source and partition.
package struct LedgerRow: Sendable, Hashable, Counted {
    /// YYYYMMDD, or 0 for packets whose night is unknown.
    package let night: Int
    package let source: String
    /// What the source's content looks like; Kafka's cluster.
    package let fingerprint: String
    package let partition: Int
    package let firstOffset: Int
    package let lastOffset: Int
    package let counts: Counts

    /// The whole account of a data folder, by night and source.
    package static func all(folder: String) throws(BrokerError) -> [LedgerRow] {
        let database = try DataFolder.openForReading(folder)
        do { return try LedgerTable.rows(in: database) } catch { throw BrokerError(error) }
    }
}

extension LedgerRow: Encodable {
    private enum Key: CodingKey { case night, source, fingerprint, partition, firstOffset, lastOffset }

    /// One object, the counts among its members.
    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Key.self)
        try members.encode(night, forKey: .night)
        try members.encode(source, forKey: .source)
        try members.encode(fingerprint, forKey: .fingerprint)
        try members.encode(partition, forKey: .partition)
        try members.encode(firstOffset, forKey: .firstOffset)
        try members.encode(lastOffset, forKey: .lastOffset)
        try counts.encode(to: encoder)
    }
}

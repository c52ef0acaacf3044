package import Pipeline

/// What the ledger says of one night, source and partition.
package struct LedgerRow: Sendable, Hashable, Counted {
    /// YYYYMMDD, or 0 for packets whose night is unknown.
    package let night: Int
    /// The source's name, as it was given to the run.
    package let source: String
    /// What the source's content looks like; Kafka's cluster.
    package let fingerprint: String
    /// Kafka's partition; 0 for all else.
    package let partition: Int
    /// The lowest number of a packet that counts here.
    package let firstOffset: Int
    /// The highest one.
    package let lastOffset: Int
    /// What became of the alerts.
    package let counts: Counts
    /// When its alerts were removed (UTC); `nil` where they are there.
    package var pruned: String?

    /// Whether the source was read to its end; `nil` where it has none, as a stream that is followed, and where an older Nightjar
    /// read it.
    package let isComplete: Bool?

    /// A row of these values.
    package init(
        night: Int, source: String, fingerprint: String, partition: Int, firstOffset: Int, lastOffset: Int,
        counts: Counts, isComplete: Bool? = nil
    ) {
        self.night = night
        self.source = source
        self.fingerprint = fingerprint
        self.partition = partition
        self.firstOffset = firstOffset
        self.lastOffset = lastOffset
        self.counts = counts
        self.isComplete = isComplete
    }
}

extension LedgerRow: Encodable {
    private enum Key: CodingKey { case night, source, fingerprint, partition, firstOffset, lastOffset, complete }

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
        try members.encode(isComplete, forKey: .complete)
        var mark = encoder.container(keyedBy: Mark.self)
        try mark.encodeIfPresent(pruned, forKey: .pruned)
    }

    private enum Mark: CodingKey { case pruned }
}

/// A source and one of its partitions, as the ledger knows them: with another content it is another source.
package struct SourceKey: Hashable, Sendable, Encodable {
    /// As the user named it.
    package let name: String
    /// What its content looks like.
    package let fingerprint: String
    /// Kafka's; 0 for everything else.
    package var partition: Int

    /// A source, or a partition of it.
    package init(name: String, fingerprint: String, partition: Int = 0) {
        self.name = name
        self.fingerprint = fingerprint
        self.partition = partition
    }
}

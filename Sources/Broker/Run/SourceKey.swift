/// A source and one of its partitions, as the ledger knows them: with another content it is another source.
struct SourceKey: Hashable, Sendable, Encodable {
    /// As the user named it.
    let name: String
    /// What its content looks like.
    let fingerprint: String
    /// Kafka's; 0 for everything else.
    var partition = 0
}

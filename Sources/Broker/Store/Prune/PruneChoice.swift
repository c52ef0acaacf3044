/// Which nights are removed.
package enum PruneChoice: Codable, Hashable, Sendable {
    /// All but the newest so many nights of each survey that are there.
    case keepNewest(Int)
    /// Those before a night, YYYYMMDD.
    case before(Int)
}

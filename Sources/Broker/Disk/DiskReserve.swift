/// How much of a disk a run leaves free: so much that what it holds can still be committed, and other programs can write.
package enum DiskReserve: Hashable, Sendable {
    /// The smaller one of 1 GB and 2 % of the disk.
    case standard
    /// So many bytes; 0 for none.
    case bytes(Int64)
    /// A share of the disk, from 0 to 1.
    case share(Double)

    private static let standardBytes: Int64 = 1_000_000_000
    private static let standardShare = 0.02

    /// The bytes that stay free on a disk of a size.
    package func bytes(of size: Int64) -> Int64 {
        switch self {
        case .standard: min(Self.standardBytes, Int64(Double(size) * Self.standardShare))
        case .bytes(let bytes): max(0, bytes)
        case .share(let share): Int64(Double(size) * min(max(share, 0), 1))
        }
    }
}

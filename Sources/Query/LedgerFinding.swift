internal import DataLayout
internal import Pipeline

/// Something that the offsets of one source's partition tell beside the counts.
///
/// A row knows its first and last offset and how many it received, not which: where a partition went from worker to worker
/// and back, their ranges overlap, and only the counts say whether anything was taken twice.
package struct LedgerFinding: Sendable, Hashable, Encodable, CustomStringConvertible {
    /// What kind of finding it is.
    package enum Kind: String, Sendable, Encodable {
        /// Two folders' ranges share offsets.
        case overlap
        /// Offsets between the folders' ranges that lie in none.
        case gap
        /// Fewer were received than the ranges have offsets: a Kafka transaction's marks, expired messages, or a loss.
        case unreceived
        /// Ranges overlap, and more was received than they have offsets: the account does not add up.
        case countedTwice
    }

    /// What kind of finding it is.
    package let kind: Kind
    /// The source's name.
    package let source: String
    /// Kafka's partition; 0 for all else.
    package let partition: Int
    /// The first offset that it concerns.
    package let firstOffset: Int
    /// The last one.
    package let lastOffset: Int
    /// Offsets that it concerns.
    package let count: Int
    /// The folders that share them; empty for a gap.
    package let folders: [String]

    package var description: String {
        let prefix = "\(source), partition \(partition): "
        let range = "\(firstOffset) to \(lastOffset)"
        return switch kind {
        case .overlap: prefix + "offsets \(range) lie in the ranges of \(folders.joined(separator: " and "))"
        case .gap: prefix + "offsets \(range) are in no folder"
        case .unreceived: prefix + "\(count) of the offsets \(range) were not received"
        case .countedTwice: prefix + "\(count) more were received than there are offsets from \(range)"
        }
    }

    /// What one folder has of a partition, over all nights.
    private struct Holding {
        let folder: String
        var first: Int
        var last: Int
        var received: Int
    }

    private struct Key: Hashable, Comparable {
        let source: String
        let fingerprint: String
        let partition: Int

        static func < (left: Key, right: Key) -> Bool {
            (left.source, left.fingerprint, left.partition) < (right.source, right.fingerprint, right.partition)
        }
    }

    static func all(in entries: [LedgerAccount.Entry]) -> [LedgerFinding] {
        var holdings: [Key: [String: Holding]] = [:]
        // What no honest ledger says is held within bounds, so that sums of it are.
        func bounded(_ number: Int) -> Int { max(0, min(number, Int.max >> 20)) }
        for entry in entries {
            let row = entry.row
            let (first, last) = (bounded(row.firstOffset), bounded(row.lastOffset))
            let key = Key(source: row.source, fingerprint: row.fingerprint, partition: row.partition)
            var holding =
                holdings[key]?[entry.folder] ?? Holding(folder: entry.folder, first: first, last: first, received: 0)
            holding.first = min(holding.first, first)
            holding.last = max(holding.last, max(first, last))
            holding.received = bounded(holding.received + bounded(row[.received]))
            holdings[key, default: [:]][entry.folder] = holding
        }
        return holdings.sorted { $0.key < $1.key }.flatMap { key, folders in
            findings(key, folders.values.sorted { ($0.first, $0.last, $0.folder) < ($1.first, $1.last, $1.folder) })
        }
    }

    /// What the ranges of one partition tell, one a folder, by first offset.
    private static func findings(_ key: Key, _ holdings: [Holding]) -> [LedgerFinding] {
        var found: [LedgerFinding] = []
        func find(_ kind: Kind, _ first: Int, _ last: Int, count: Int, _ folders: [String] = []) {
            found.append(
                LedgerFinding(
                    kind: kind, source: key.source, partition: key.partition, firstOffset: first, lastOffset: last,
                    count: count, folders: folders))
        }
        guard var reach = holdings.first else { return [] }
        let start = reach.first
        var (covered, received, overlaps) = (reach.last - reach.first + 1, reach.received, false)
        for next in holdings.dropFirst() {
            if next.first > reach.last + 1 {
                find(.gap, reach.last + 1, next.first - 1, count: next.first - reach.last - 1)
            } else if next.first <= reach.last {
                let last = min(reach.last, next.last)
                find(.overlap, next.first, last, count: last - next.first + 1, [reach.folder, next.folder])
                overlaps = true
            }
            covered += max(0, next.last - max(next.first - 1, reach.last))
            received += next.received
            if next.last > reach.last { reach = next }
        }
        let folders = holdings.map(\.folder)
        if received < covered { find(.unreceived, start, reach.last, count: covered - received, folders) }
        // Within one folder a packet may hold several alerts, and the ledger lets no offset count twice.
        if received > covered && overlaps { find(.countedTwice, start, reach.last, count: received - covered, folders) }
        return found
    }
}

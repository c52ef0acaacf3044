package import DataLayout
package import Pipeline

/// The ledgers of several data folders as one account: workers that shared a night, or one that had it alone.
package struct LedgerAccount: Sendable {
    /// A row and the folder that it stands in.
    package struct Entry: Sendable, Hashable {
        /// The data folder's path.
        package let folder: String
        /// The row.
        package let row: LedgerRow

        /// A row of a folder.
        package init(folder: String, row: LedgerRow) {
            self.folder = folder
            self.row = row
        }
    }

    /// Counts of one night over all its rows, or of all nights.
    package struct Total: Sendable, Hashable, Encodable, Counted {
        /// YYYYMMDD, 0 for packets whose night is unknown, `nil` for all nights.
        package let night: Int?
        /// The sums.
        package let counts: Counts

        fileprivate init(night: Int?, _ entries: [Entry]) {
            self.night = night
            counts = entries.reduce(into: Counts()) { $0 += $1.row.counts }
        }

        private enum Key: CodingKey { case night }

        /// One object, the counts among its members.
        package func encode(to encoder: any Encoder) throws {
            var members = encoder.container(keyedBy: Key.self)
            try members.encodeIfPresent(night, forKey: .night)
            try counts.encode(to: encoder)
        }
    }

    /// By night, source, partition and folder.
    package let entries: [Entry]
    /// What the offsets tell, by source and partition.
    package let findings: [LedgerFinding]
    /// Alerts that several folders have, by survey.
    package let shared: [SharedAlerts]

    init(_ entries: [Entry], shared: [SharedAlerts] = []) {
        self.shared = shared
        // Stable, so that the folders stay in the order in which they were named.
        self.entries = entries.sorted {
            ($0.row.night, $0.row.source, $0.row.fingerprint, $0.row.partition)
                < ($1.row.night, $1.row.source, $1.row.fingerprint, $1.row.partition)
        }
        findings = LedgerFinding.all(in: entries)
    }

    /// Each night's, and last that of all.
    package var totals: [Total] {
        let nights = Dictionary(grouping: entries) { $0.row.night }.sorted { $0.key < $1.key }
        return nights.map { Total(night: $0.key, $0.value) } + [Total(night: nil, entries)]
    }

    /// The account of one night alone. What the offsets tell is of all nights, and left out.
    package func night(_ night: Int) -> LedgerAccount {
        LedgerAccount(entries.filter { $0.row.night == night }, findings: [], shared: [])
    }

    private init(_ entries: [Entry], findings: [LedgerFinding], shared: [SharedAlerts]) {
        (self.entries, self.findings, self.shared) = (entries, findings, shared)
    }

    /// Sources that were not read to their end, a line each.
    package var unread: [String] {
        var lines: [String] = []
        for entry in entries where entry.row.isComplete == false {
            let line =
                "\(entry.folder): \(entry.row.source)"
                + (entry.row.partition > 0 ? ", partition \(entry.row.partition)," : "")
                + " was not read to its end; 'nightjar run' reads on"
            if !lines.contains(line) { lines.append(line) }
        }
        return lines
    }

    /// Why the account does not add up, a line each; empty where it does.
    package var faults: [String] {
        let rows = entries.filter { !$0.row.addsUp }.map { entry in
            "\(entry.folder): \(entry.row.source), partition \(entry.row.partition), night \(entry.row.night): "
                + "received is not duplicates + stored + dead-lettered"
        }
        return rows + findings.filter { $0.kind == .countedTwice }.map(\.description) + shared.map(\.description)
    }
}

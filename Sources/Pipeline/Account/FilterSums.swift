internal import Filters

/// Numbers of alerts that filters judged, by outcome. Counting looks at no name.
package struct FilterSums: Sendable {
    /// The numbers of one filter.
    package struct Row: Sendable {
        /// The filter.
        package let filter: LiveFilter
        /// The first and the last packet of which alerts were counted.
        package fileprivate(set) var (first, last) = (Int.max, Int.min)
        /// Alerts that it judged, those of them that pass, and those that it could not judge.
        package fileprivate(set) var (judged, passed, broken) = (0, 0, 0)
        /// Judged alerts that each of its cuts did not let pass, in their order.
        package fileprivate(set) var rejected: [Int]

        fileprivate init(_ filter: LiveFilter) {
            self.filter = filter
            rejected = [Int](repeating: 0, count: filter.cuts.count)
        }

        fileprivate mutating func count(_ verdicts: CutVerdicts?) {
            guard let verdicts else {
                broken += 1
                return
            }
            judged += 1
            if verdicts.pass {
                passed += 1
            } else {
                for cut in rejected.indices where verdicts[cut] != true { rejected[cut] += 1 }
            }
        }

        fileprivate mutating func add(_ other: Row) {
            (first, last) = (min(first, other.first), max(last, other.last))
            judged &+= other.judged
            passed &+= other.passed
            broken &+= other.broken
            for cut in rejected.indices { rejected[cut] &+= other.rejected[cut] }
        }
    }

    /// A row for each filter.
    package private(set) var rows: [Row] = []

    /// No alerts.
    package init() {}

    /// Counts what filters say of an alert of a packet.
    package mutating func count(_ judged: JudgedFilters, packet: Int = 0) {
        for (index, verdicts) in judged.cuts.enumerated() {
            let place = place(of: judged.filters[index], near: index)
            rows[place].first = min(rows[place].first, packet)
            rows[place].last = max(rows[place].last, packet)
            rows[place].count(verdicts)
        }
    }

    /// Has a row of a filter, though it may have judged nothing.
    package mutating func include(_ filter: LiveFilter) { _ = place(of: filter, near: rows.count) }

    /// The filters of a batch are the same and in one order, so that the row is where it is looked for first.
    private mutating func place(of filter: LiveFilter, near index: Int) -> Int {
        if index < rows.count, rows[index].filter === filter { return index }
        if let known = rows.firstIndex(where: { $0.filter === filter }) { return known }
        rows.append(Row(filter))
        return rows.count - 1
    }

    package static func += (left: inout FilterSums, right: FilterSums) {
        for (index, row) in right.rows.enumerated() {
            let place = left.place(of: row.filter, near: index)
            left.rows[place].add(row)
        }
    }

    /// The numbers by the filters' streams, such as `ztf_young`; those of several versions are added.
    package var counts: [String: FilterCounts] {
        var counts: [String: FilterCounts] = [:]
        for row in rows { counts[row.filter.streamName, default: FilterCounts()] += FilterCounts(row) }
        return counts
    }
}

extension FilterSums: Hashable {
    package static func == (left: FilterSums, right: FilterSums) -> Bool { left.counts == right.counts }
    package func hash(into hasher: inout Hasher) { hasher.combine(counts) }
}

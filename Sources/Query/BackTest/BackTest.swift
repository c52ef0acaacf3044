package import Filters

/// What a filter would have done in nights that are archived.
package struct BackTest: Encodable, Sendable {
    /// One night's alerts.
    package struct Night: Encodable, Sendable {
        /// YYYYMMDD.
        package let night: Int
        /// Alerts that were judged.
        package fileprivate(set) var alerts = 0
        /// Those that pass.
        package fileprivate(set) var passes = 0
    }

    /// What one cut does.
    package struct Cut: Encodable, Sendable {
        /// The cut's name.
        package let cut: String
        /// Alerts for which it is true.
        package fileprivate(set) var passes = 0
        /// Alerts for which it is null.
        package fileprivate(set) var null = 0
        /// Alerts that are left once this cut and those before it are applied.
        package fileprivate(set) var left = 0
        /// Alerts that it alone rejects.
        package fileprivate(set) var alone = 0
    }

    /// Alerts that pass another filter.
    package struct Overlap: Encodable, Sendable {
        /// The other filter.
        package let filter: String
        /// Alerts that pass it.
        package fileprivate(set) var passes = 0
        /// Alerts that pass both.
        package fileprivate(set) var both = 0
    }

    /// The filter's name.
    package let filter: String
    /// Its version.
    package let version: String
    /// The nights, in their order.
    package private(set) var nights: [Night] = []
    /// Alerts that the filter cannot judge, and why the first of them.
    package private(set) var broken = 0
    /// Why; `nil` where it judges all.
    package private(set) var reason: String?
    /// The cuts, in their order.
    package private(set) var cuts: [Cut]
    /// The other filters.
    package private(set) var overlaps: [Overlap]
    /// Ids of the first alerts that pass.
    package private(set) var examples: [String] = []
    /// By class, where a table of the truth is given.
    package private(set) var classes: [TruthTable.Class]?
    private let truth: TruthTable?
    private let mostExamples: Int

    private enum CodingKeys: String, CodingKey {
        case filter, version, nights, broken, reason, cuts, overlaps, examples, classes
    }

    /// A test without alerts.
    ///
    /// - Parameters:
    ///   - filter: The filter.
    ///   - cuts: Its cuts.
    ///   - others: Other filters, whose verdicts follow its own.
    ///   - truth: What the alerts are.
    ///   - examples: How many examples are kept.
    package init(_ filter: FilterText, cuts: [String], others: [String], truth: TruthTable?, examples: Int) {
        (self.filter, version, self.truth, mostExamples) = (filter.name, filter.version, truth, examples)
        self.cuts = cuts.map { Cut(cut: $0) }
        overlaps = others.map { Overlap(filter: $0) }
        classes = truth?.classes
    }

    /// All alerts that were judged.
    package var alerts: Int { nights.reduce(0) { $0 + $1.alerts } }
    /// Those that pass.
    package var passes: Int { nights.reduce(0) { $0 + $1.passes } }

    /// Adds alerts of a night. Nights may repeat, since each folder has its own.
    package mutating func add(_ alerts: [ArchiveSweep.Judged], of night: Int) {
        let place: Int
        if let known = nights.firstIndex(where: { $0.night == night }) {
            place = known
        } else {
            place = nights.firstIndex { $0.night > night } ?? nights.count
            nights.insert(Night(night: night), at: place)
        }
        for alert in alerts {
            nights[place].alerts += 1
            guard let own = alert.verdicts[0] else {
                broken += 1
                reason = reason ?? alert.reason.map { "alert \(alert.id): \($0)" }
                continue
            }
            let passes = own.pass
            if passes {
                nights[place].passes += 1
                if examples.count < mostExamples { examples.append("\(alert.id)") }
            }
            add(own)
            for (number, other) in alert.verdicts.dropFirst().enumerated() where other?.pass == true {
                overlaps[number].passes += 1
                if passes { overlaps[number].both += 1 }
            }
            if let truth, let found = truth[alert.id] { classes?[found.number].add(passes: passes, bin: found.bin) }
        }
    }

    private mutating func add(_ own: CutVerdicts) {
        var isLeft = true
        let failed = (0..<own.count).filter { own[$0] != true }
        for cut in 0..<own.count {
            if own[cut] == true { cuts[cut].passes += 1 }
            if own[cut] == nil { cuts[cut].null += 1 }
            isLeft = isLeft && own[cut] == true
            if isLeft { cuts[cut].left += 1 }
        }
        if failed.count == 1 { cuts[failed[0]].alone += 1 }
    }
}

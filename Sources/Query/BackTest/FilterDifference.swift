internal import Filters

/// What another version of a filter would gain and lose.
package struct FilterDifference: Encodable, Sendable {
    /// Alerts that were judged.
    package private(set) var alerts = 0
    /// Alerts that pass both.
    package private(set) var both = 0
    /// Alerts that only the new one passes.
    package private(set) var gained = 0
    /// Their ids.
    package private(set) var gainedIds: [String] = []
    /// Alerts that only the old one passes.
    package private(set) var lost = 0
    /// Their ids.
    package private(set) var lostIds: [String] = []
    private let most: Int

    private enum CodingKeys: String, CodingKey { case alerts, both, gained, gainedIds, lost, lostIds }

    /// Without alerts; so many ids are kept.
    package init(mostIds: Int) { most = mostIds }

    /// Adds alerts, with the old filter's verdict first.
    package mutating func add(_ judged: [ArchiveSweep.Judged]) {
        for alert in judged {
            alerts += 1
            switch (alert.verdicts[0]?.pass == true, alert.verdicts[1]?.pass == true) {
            case (true, true): both += 1
            case (false, true):
                gained += 1
                if gainedIds.count < most { gainedIds.append("\(alert.id)") }
            case (true, false):
                lost += 1
                if lostIds.count < most { lostIds.append("\(alert.id)") }
            case (false, false): break
            }
        }
    }
}

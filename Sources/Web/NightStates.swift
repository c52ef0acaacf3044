internal import Alerts
internal import Conductor
internal import Glibc
internal import Synchronization

/// The states of all nights that were conducted. A file is read again where it has changed alone: a year has hundreds.
final class NightStates: Sendable {
    /// One night of one survey.
    struct Night: Sendable {
        let survey: String
        let night: Int
        /// `nil` where the state cannot be read.
        let state: NightState?
        let reason: String
        /// Of its receipt.
        var editions: [Int]
    }

    private struct Stamp: Hashable, Sendable {
        let seconds, nanoseconds, size: Int
    }

    private let kept = Mutex<[String: (Stamp, Night)]>([:])
    /// Nights that are given, the newest.
    private static let most = 2_000

    /// The nights in the folders as they were named, the newest first.
    func all(in given: [String]) -> [Night] {
        var nights: [Night] = []
        for files in given.map({ NightFiles(data: $0) }) {
            for survey in Survey.all {
                let receipts = NightReceipt.editions(of: survey.name, in: files.folder)
                for night in Set(files.nights(of: survey.name) + receipts.keys).sorted().suffix(Self.most) {
                    var found = state(survey.name, night, files)
                    found.editions = receipts[night] ?? []
                    nights.append(found)
                }
            }
        }
        return nights.sorted { ($0.night, $1.survey) > ($1.night, $0.survey) }
    }

    private func state(_ survey: String, _ night: Int, _ files: NightFiles) -> Night {
        let path = "\(files.folder)/\(survey)-\(night).json"
        var status = stat()
        let isThere = stat(path, &status) == 0
        let stamp = Stamp(
            seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec, size: Int(status.st_size))
        if isThere, let known = kept.withLock({ $0[path] }), known.0 == stamp { return known.1 }
        let found: Night
        do {
            let machine = try files.load(survey, night)?.machine
            found = Night(
                survey: survey, night: night, state: machine?.state, reason: machine?.reason ?? "", editions: [])
        } catch { found = Night(survey: survey, night: night, state: nil, reason: "\(error)", editions: []) }
        kept.withLock { kept in
            if kept.count > 4 * Self.most { kept = [:] }
            kept[path] = (stamp, found)
        }
        return found
    }
}

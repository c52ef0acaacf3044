internal import DataLayout
internal import JSON
internal import Pipeline
internal import Query

/// What was received of a night over the last hour, as its ledger was seen to grow.
struct TonightRates: Sendable {
    /// Seconds between two looks.
    static let step = 10
    /// Looks that are kept: an hour.
    static let most = 361

    private struct Look: Sendable {
        /// MJD in UTC.
        let mjd: Double
        let counts: Counts
        /// Free bytes of the disk.
        let free: Double?
    }

    private static let shown: [Counts.Counter] = [.received, .stored, .passedFilter, .deadLettered]
    private var looks: [Look] = []
    private let night: Int

    init(night: Int) { self.night = night }

    /// Whether they are of a night.
    func isOf(_ night: Int) -> Bool { self.night == night }

    mutating func add(_ counts: Counts, mjd: Double, free: Double?) {
        looks.append(Look(mjd: mjd, counts: counts, free: free))
        if looks.count > Self.most { looks.removeFirst(looks.count - Self.most) }
    }

    /// Alerts received a second over the last `seconds`; `nil` before two looks.
    private func rate(_ seconds: Double) -> Double? {
        guard let last = looks.last,
            let first = looks.first(where: { (last.mjd - $0.mjd) * 86_400 <= seconds * 1.05 }), first.mjd < last.mjd
        else { return nil }
        return Double(last.counts[.received] - first.counts[.received]) / ((last.mjd - first.mjd) * 86_400)
    }

    /// Alerts a second now.
    var perSecond: Double? { rate(60) }

    /// Seconds since something was received; `nil` where nothing was since the first look.
    private var quietSeconds: Double? {
        guard let last = looks.last else { return nil }
        let same = looks.last { $0.counts[.received] != last.counts[.received] }
        guard let same, let change = looks.first(where: { $0.mjd > same.mjd }) else { return nil }
        return (last.mjd - change.mjd) * 86_400
    }

    /// Seconds until the disk is full, as it was filled over the looks; `nil` where it is not filled.
    private var fullSeconds: Double? {
        guard let first = looks.first, let last = looks.last, let before = first.free, let now = last.free,
            (last.mjd - first.mjd) * 86_400 >= 60, before > now
        else { return nil }
        return now / ((before - now) / ((last.mjd - first.mjd) * 86_400))
    }

    var json: JSONTree {
        var members: [(name: String, value: JSONTree)] = [
            ("mjd_utc", .list(looks.map { .number($0.mjd) }))
        ]
        for counter in Self.shown {
            members.append((counter.name, .list(looks.map { .integer($0.counts[counter]) })))
        }
        members += [
            ("per_second", JSONTree(rate(60))), ("per_second_15_min", JSONTree(rate(900))),
            ("quiet_seconds", JSONTree(quietSeconds)), ("disk_free_bytes", JSONTree(looks.last?.free)),
            ("disk_full_seconds", JSONTree(fullSeconds)),
        ]
        return .object(members)
    }

    static var schema: JSONTree {
        func orNull(_ meaning: String) -> JSONTree { Schema.orNull(Schema.number(meaning)) }
        return Schema.object(
            [("mjd_utc", Schema.list(Schema.number("when the ledger was looked at, MJD in UTC")))]
                + shown.map { ($0.name, Schema.list(Schema.integer("alerts of the night until then"))) }
                + [
                    ("per_second", orNull("alerts received a second, over the last minute")),
                    ("per_second_15_min", orNull("the same over 15 minutes")),
                    ("quiet_seconds", orNull("since something was received; null where nothing was meanwhile")),
                    ("disk_free_bytes", orNull("free on the data folder's disk")),
                    ("disk_full_seconds", orNull("until it is full, as it was filled over these looks")),
                ])
    }
}

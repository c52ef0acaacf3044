internal import Alerts
internal import Conductor
internal import DataLayout
internal import Foundation
internal import JSON
internal import Pipeline
internal import Query

/// The present night of one survey: what its conductor knows, and what the data folders have of it.
struct TonightNight {
    let survey: Survey
    let night: Int
    /// What the conductor wrote; `nil` where nobody conducts.
    private let record: NightFiles.Record?
    private let isHeld: Bool
    private let acts: [String]
    private let isWritten: Bool
    /// Of this night.
    private let account: LedgerAccount
    private let latencies: [LatencyStage: LatencyHistogram]
    private let letters: [LetterCount]
    /// The nights before, the newest first.
    private let earlier: [LedgerAccount.Total]

    /// Conditions that are shown of nights before.
    private static let mostEarlier = 7
    /// Nights that are asked whether they are the survey's.
    private static let mostLookedAt = 60
    private static let mostActs = 30
    private static let mostRows = 200

    /// The present nights of all surveys that have any.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    static func all(_ reader: DataReader, in given: [String]) throws -> [TonightNight] {
        try Survey.all.compactMap { survey in
            try TonightNight(survey, reader.limited(to: survey), NightFolder(survey, in: given))
        }
    }

    /// The folders are those of the survey.
    private init?(_ survey: Survey, _ reader: DataReader, _ folder: NightFolder) throws {
        let account = try reader.ledger(comparesAlerts: false)
        let record = try folder.present()
        let totals = account.totals.filter { $0.night ?? 0 > 0 }
        let newest = try totals.last { try Self.has($0, survey, reader) }?.night
        guard let night = record?.machine.times.night ?? newest else { return nil }
        (self.survey, self.night, self.record) = (survey, night, record)
        // A run that writes to another folder, or another survey's night, is not this one's.
        isWritten = try reader.folders.contains { folder in
            try LockFile.state(of: "\(folder.path)/nightjar.lock").isHeld
                && reader.surveys(ofNight: night, in: folder).contains(survey)
        }
        isHeld = folder.isHeld
        acts = folder.acts(most: Self.mostActs)
        self.account = account.night(night)
        latencies = try reader.latencies(of: survey, night: night)
        letters = try reader.deadLetterCounts(ofNight: night)
        earlier = try Self.nights(of: survey, in: totals.filter { $0.night ?? 0 < night }, reader)
    }

    /// Whether a night has alerts of a survey.
    private static func has(_ total: LedgerAccount.Total, _ survey: Survey, _ reader: DataReader) throws -> Bool {
        try reader.surveys(ofNight: total.night ?? 0).contains(survey)
    }

    /// The newest nights of a survey, the newest first; the ledger itself does not say whose a night is.
    private static func nights(
        of survey: Survey, in totals: [LedgerAccount.Total], _ reader: DataReader
    ) throws -> [LedgerAccount.Total] {
        var found: [LedgerAccount.Total] = []
        for total in totals.suffix(mostLookedAt).reversed() where found.count < mostEarlier {
            if try has(total, survey, reader) { found.append(total) }
        }
        return found
    }

    /// A state in a word: the conductor's, or whether a run writes.
    var state: String { record?.machine.state.rawValue ?? (isWritten ? "running" : "idle") }

    /// Whether it is under way.
    var isActive: Bool { ["opening", "running", "draining"].contains(state) }

    private var reason: String {
        if let record { return record.machine.reason }
        return isWritten
            ? "a run writes to the data folder; nobody conducts it" : "no run writes, and nobody conducts the night"
    }

    /// What became of its alerts.
    var counts: Counts { account.entries.reduce(into: Counts()) { $0 += $1.row.counts } }

    private static func mjd(_ date: Date) -> Double { date.timeIntervalSince1970 / 86_400 + 40_587 }

    func json(perSecond: Double?) throws -> JSONTree {
        let lag = record?.partitions.reduce(Int64(0)) { $0 &+ $1.lag }
        let expected = earlier.map { $0.counts[.received] }.filter { $0 > 0 }.sorted()
        let rate = perSecond ?? 0
        return [
            "survey": .text(survey.name), "title": .text(survey.title), "night": .integer(night),
            "state": .text(state), "reason": .text(reason), "isConducted": .flag(record != nil),
            "isHeld": .flag(isHeld), "looked_mjd_utc": JSONTree(record.map { Self.mjd($0.written) }),
            "clauses": .list((record?.proof.clauses ?? []).map(Self.clause)),
            "totals": try JSONTree(encoding: counts),
            "ledger": .list(try account.entries.prefix(Self.mostRows).map(LedgerRoutes.row)),
            "faults": .list(account.faults.prefix(Self.mostRows).map { .text($0) }),
            "partitions": .list((record?.partitions ?? []).prefix(Self.mostRows).map(Self.partition)),
            "lag": JSONTree(lag.map { Int($0) }),
            "workers": .list(
                (record?.workers ?? []).map {
                    ["name": .text($0.name), "state": .text($0.state.rawValue), "detail": .text($0.detail)]
                }),
            "latencies": .list(
                LatencyStage.allCases.compactMap { stage in latencies[stage].map { Self.row(stage, $0) } }),
            "deadLetters": .list(
                letters.map {
                    ["reason": .text($0.code), "letters": .integer($0.letters), "waiting": .integer($0.waiting)]
                }),
            "drain_seconds": JSONTree(lag.flatMap { $0 > 0 && rate > 0 ? Double($0) / rate : nil }),
            "expected": JSONTree(expected.isEmpty ? nil : expected[expected.count / 2]),
            "earlier": .list(try earlier.map { try JSONTree(encoding: $0) }),
            "acts": .list(acts.map { .text($0) }),
        ]
    }

    private static func clause(_ clause: Clause) -> JSONTree {
        [
            "name": .text(clause.name.rawValue), "title": .text(clause.name.title), "value": .text(clause.value),
            "limit": .text(clause.limit), "isMet": .flag(clause.isMet),
        ]
    }

    private static func partition(_ part: NightFiles.Record.Reach) -> JSONTree {
        [
            "topic": .text(part.topic), "number": .integer(Int(part.number)),
            "from": part.from.map { JSONTree(id: $0) } ?? .null,
            "committed": part.committed.map { JSONTree(id: $0) } ?? .null, "end": JSONTree(id: part.end),
            "lag": .integer(Int(part.lag)),
        ]
    }

    private static func row(_ stage: LatencyStage, _ histogram: LatencyHistogram) -> JSONTree {
        func seconds(_ time: Duration?) -> JSONTree { JSONTree(time.map { Double(Int($0 / .milliseconds(1))) / 1000 }) }
        return [
            "from": .text(stage.ends.from), "to": .text(stage.ends.to), "count": .integer(histogram.count),
            "p50": seconds(histogram.p50), "p95": seconds(histogram.p95), "p99": seconds(histogram.p99),
            "max": seconds(histogram.max),
        ]
    }

    static var schema: JSONTree {
        let clause = Schema.object([
            ("name", Schema.text("the condition")), ("title", Schema.text("the condition in words")),
            ("value", Schema.text("what was found")), ("limit", Schema.text("what is asked for")),
            ("isMet", Schema.flag("whether it holds")),
        ])
        let partition = Schema.object([
            ("topic", Schema.text("the topic")), ("number", Schema.integer("the partition")),
            ("from", Schema.orNull(Schema.id("the night's first offset"))),
            ("committed", Schema.orNull(Schema.id("where the workers have got to"))),
            ("end", Schema.id("the night's end by now")), ("lag", Schema.integer("messages that are still to be read")),
        ])
        let worker = Schema.object([
            ("name", Schema.text("the worker")), ("state", Schema.text("its state")),
            ("detail", Schema.text("more of it")),
        ])
        func seconds(_ meaning: String) -> JSONTree { Schema.orNull(Schema.number(meaning + ", seconds")) }
        let latency = Schema.object([
            ("from", Schema.text("where the time begins")), ("to", Schema.text("where it ends")),
            ("count", Schema.integer("alerts")), ("p50", seconds("the median")), ("p95", seconds("of 95 in 100")),
            ("p99", seconds("of 99 in 100")), ("max", seconds("the longest")),
        ])
        let letters = Schema.object([
            ("reason", Schema.text("why")), ("letters", Schema.integer("all")),
            ("waiting", Schema.integer("those that were not replayed")),
        ])
        return Schema.object([
            ("survey", Schema.text("the survey's name")), ("title", Schema.text("as people write it")),
            ("night", Schema.integer("YYYYMMDD")),
            ("state", Schema.text("waiting, opening, running, draining, complete, incomplete, closed, or idle")),
            ("reason", Schema.text("why, in a sentence")), ("isConducted", Schema.flag("whether a conductor knows it")),
            ("isHeld", Schema.flag("whether somebody holds its workers")),
            ("looked_mjd_utc", Schema.orNull(Schema.number("when the conductor looked last, MJD in UTC"))),
            ("clauses", Schema.list(clause)),
            ("totals", Schema.object(Counts.Counter.allCases.map { ($0.name, Schema.integer("alerts")) })),
            ("ledger", Schema.list(Schema.named("LedgerRow"))),
            ("faults", Schema.list(Schema.text("why the account does not add up"))),
            ("partitions", Schema.list(partition)), ("lag", Schema.orNull(Schema.integer("of all partitions"))),
            ("workers", Schema.list(worker)), ("latencies", Schema.list(latency)),
            ("deadLetters", Schema.list(letters)),
            ("drain_seconds", seconds("until the lag is read at the present rate")),
            ("expected", Schema.orNull(Schema.integer("the median night's alerts, of the nights before"))),
            ("earlier", Schema.list(Schema.open("the counts of a night before, the newest first"))),
            ("acts", Schema.list(Schema.text("what the conductor did, the newest last"))),
        ])
    }
}

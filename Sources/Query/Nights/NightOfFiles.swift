internal import Alerts
internal import DataLayout
internal import Pipeline
internal import SQLite

/// Makes the account of a night that came as files: by the ledger's rows of the night.
struct NightOfFiles {
    private let survey: Survey
    private var account: NightAccount
    private var sums = NightSums()

    init(survey: Survey, night: Int) {
        self.survey = survey
        account = NightAccount(survey: survey, night: night)
    }

    /// The account over folders.
    mutating func account(_ folders: [OpenFolder]) throws(SQLiteError) -> NightAccount {
        var stored = 0
        var letters: [String: Int] = [:]
        for folder in folders {
            let rows = try LedgerTable.rows(in: folder.database)
            let mine = rows.filter { $0.night == account.night }
            let sources = Set(
                mine.map { SourceKey(name: $0.source, fingerprint: $0.fingerprint, partition: $0.partition) })
            // The night of a packet that could not be read is unknown: it is of a source that has the night.
            let unknown = rows.filter {
                $0.night == 0
                    && sources.contains(
                        SourceKey(name: $0.source, fingerprint: $0.fingerprint, partition: $0.partition))
            }
            for row in mine + unknown { add(row) }
            account.faults += (mine + unknown).filter { !$0.addsUp }.map {
                "\(folder.path): \($0.source), partition \($0.partition): received is not duplicates + stored + dead-lettered"
            }
            for (code, count) in try Self.deadLetters(of: sources, in: folder) { letters[code, default: 0] += count }
            stored += try Self.stored(account.night, besides: survey, in: folder.database)
            guard try folder.database.hasTable(survey.tables.alerts) else { continue }
            let outcomes = try sums.add(where: "alerts.night = ?", of: survey, in: folder) {
                $0.bind(0, account.night)
            }
            stored += outcomes.counts[.stored]
            account.faults += mine.compactMap { row in
                row.isComplete == false
                    ? "\(folder.path): \(row.source) was not read to its end; run it again" : nil
            }
        }
        for part in account.parts { account.counts += part.counts }
        if account.counts[.stored] != stored {
            account.faults.append(
                "the ledger has \(account.counts[.stored]) stored alerts of the night, the tables \(stored); "
                    + "'nightjar verify' tells more")
        }
        if let shared = sums.shared {
            account.faults.append(
                "\(shared.count) alerts are stored in more than one folder, \(survey.idName) \(shared.example) for one")
        }
        account.receivedIds = sums.ids
        let ids = IdDigest(account.receivedIds)
        (account.ids, account.idsDigest) = (ids.count, ids.sha256)
        (account.nights, account.schemas, account.times) = (sums.nights, sums.schemas, sums.times)
        account.deadLetters = NightAccount.LetterCount.all(letters)
        return account
    }

    /// Adds a row to the part of its source.
    private mutating func add(_ row: LedgerRow) {
        let range = max(0, row.firstOffset)..<max(0, row.firstOffset, min(row.lastOffset, .max - 1) + 1)
        let index = account.parts.firstIndex { $0.source == row.source && $0.partition == row.partition }
        var part =
            index.map { account.parts[$0] }
            ?? NightAccount.Part(source: row.source, partition: row.partition, offsets: range)
        part = NightAccount.Part(
            source: part.source, partition: part.partition,
            offsets: min(part.offsets.lowerBound, range.lowerBound)..<max(part.offsets.upperBound, range.upperBound),
            counts: part.counts)
        part.counts += row.counts
        if let index { account.parts[index] = part } else { account.parts.append(part) }
    }

    /// The night's alerts of other surveys, which the ledger does not tell apart.
    private static func stored(
        _ night: Int, besides survey: Survey, in database: Database
    ) throws(SQLiteError) -> Int {
        var count = 0
        for other in Survey.all where other != survey {
            guard try database.hasTable(other.tables.alerts) else { continue }
            count += Int(
                try database.integer("SELECT count(*) FROM \(other.tables.alerts) WHERE night = \(night)") ?? 0)
        }
        return count
    }

    /// Waiting letters of some sources, by reason.
    private static func deadLetters(
        of sources: Set<SourceKey>, in folder: OpenFolder
    ) throws(SQLiteError) -> [String: Int] {
        let query = try folder.database.prepare(
            """
            SELECT source, fingerprint, partition, code, count(*) FROM dead_letters WHERE state = 'waiting'
            GROUP BY source, fingerprint, partition, code
            """)
        var letters: [String: Int] = [:]
        while try query.step() {
            let key = SourceKey(
                name: query.text(0) ?? "", fingerprint: query.text(1) ?? "", partition: Int(query.integer(2)))
            if sources.contains(key) { letters[query.text(3) ?? "", default: 0] += Int(query.integer(4)) }
        }
        return letters
    }
}

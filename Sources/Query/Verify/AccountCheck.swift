internal import Alerts
internal import DataLayout
internal import Pipeline
internal import SQLite

/// Compares a folder's ledger with what is in the folder.
struct AccountCheck {
    private let database: Database

    init(_ database: Database) { self.database = database }

    /// What a count is of.
    private struct Key: Hashable, Comparable {
        let night: Int
        let source: String
        let fingerprint: String
        let partition: Int

        static func < (left: Key, right: Key) -> Bool {
            (left.night, left.source, left.fingerprint, left.partition)
                < (right.night, right.source, right.fingerprint, right.partition)
        }
    }

    /// Where the ledger's rows differ from what is there, a sentence each.
    func damages(_ rows: [LedgerRow]) throws(SQLiteError) -> [String] {
        try stored(rows) + published(rows) + fitted(rows) + deadLetters(rows) + positions(rows)
    }

    // MARK: - Stored alerts

    private func stored(_ rows: [LedgerRow]) throws(SQLiteError) -> [String] {
        var (bySource, byNight): ([Key: Int], [Int: Int]) = ([:], [:])
        var isWhole = true
        // Layout 3 and older did not say whence an alert came.
        let hasSources = try database.hasTable("sources")
        let columns = hasSources ? "sources.name, sources.fingerprint, sources.partition" : "NULL, NULL, NULL"
        let join = hasSources ? "LEFT JOIN sources ON sources.source = archive.source" : ""
        for survey in Survey.all where try database.hasTable(survey.tables.alerts) {
            let query = try database.prepare(
                """
                SELECT alerts.night, \(columns), count(*) FROM archive
                JOIN \(survey.tables.alerts) AS alerts ON alerts.\(survey.tables.idColumn) = archive.id
                \(join) WHERE archive.survey = '\(survey.name)' GROUP BY 1, 2, 3, 4
                """)
            while try query.step() {
                let (night, count) = (Int(query.integer(0)), Int(query.integer(4)))
                byNight[night, default: 0] += count
                guard let name = query.text(1) else {
                    isWhole = false  // an older Nightjar stored them without their source
                    continue
                }
                let key = Key(
                    night: night, source: name, fingerprint: query.text(2) ?? "", partition: Int(query.integer(3)))
                bySource[key, default: 0] += count
            }
        }
        var ledger: [Int: Int] = [:]
        for row in rows where row.pruned == nil { ledger[row.night, default: 0] &+= row[.stored] }
        let nights = Set(ledger.keys).union(byNight.keys).sorted().filter { ledger[$0] ?? 0 != byNight[$0] ?? 0 }.map {
            "night \($0): the ledger has \(ledger[$0] ?? 0) stored alerts, the archive \(byNight[$0] ?? 0)"
        }
        guard isWhole, nights.isEmpty else { return nights }
        let counts = Dictionary(
            rows.map { (Self.key($0), $0.pruned == nil ? $0[.stored] : 0) }, uniquingKeysWith: +)
        return Set(counts.keys).union(bySource.keys).sorted().filter { counts[$0] ?? 0 != bySource[$0] ?? 0 }.map {
            "\($0.source), partition \($0.partition), night \($0.night): the ledger has \(counts[$0] ?? 0) stored alerts, "
                + "the archive \(bySource[$0] ?? 0)"
        }
    }

    private static func key(_ row: LedgerRow) -> Key {
        Key(night: row.night, source: row.source, fingerprint: row.fingerprint, partition: row.partition)
    }

    // MARK: - What was made of them

    private func published(_ rows: [LedgerRow]) throws(SQLiteError) -> [String] {
        let topics = Survey.all.map { "'\(Topic($0, .exgalacTrans).name)'" }.joined(separator: ", ")
        let count = Int(try database.integer("SELECT count(*) FROM messages WHERE topic IN (\(topics))") ?? 0)
        // Messages of removed alerts stay as long as their segments hold others.
        let stale = Int(try PruneTables.stale(in: database))
        let passed = rows.filter { $0.pruned == nil }.reduce(stale) { $0 &+ $1[.passedFilter] }
        return count == passed
            ? [] : ["the ledger has \(passed) alerts that passed the filter, the streams \(count) messages"]
    }

    private func fitted(_ rows: [LedgerRow]) throws(SQLiteError) -> [String] {
        var found: [Int: Int] = [:]
        for survey in Survey.all where try database.hasTable("\(survey.name)_\(Salt2Row.table.name)") {
            let query = try database.prepare(
                """
                SELECT night, count(*) FROM \(survey.name)_\(Salt2Row.table.name) WHERE success = 1 AND night IS NOT NULL
                GROUP BY night
                """)
            while try query.step() { found[Int(query.integer(0)), default: 0] += Int(query.integer(1)) }
        }
        var ledger: [Int: Int] = [:]
        for row in rows where row.pruned == nil { ledger[row.night, default: 0] &+= row[.fitted] }
        return Set(ledger.keys).union(found.keys).sorted().filter { ledger[$0] ?? 0 != found[$0] ?? 0 }.map {
            "night \($0): the ledger has \(ledger[$0] ?? 0) fitted alerts, the table of fits \(found[$0] ?? 0)"
        }
    }

    private func deadLetters(_ rows: [LedgerRow]) throws(SQLiteError) -> [String] {
        var waiting: [SourceKey: Int] = [:]
        let query = try database.prepare(
            """
            SELECT source, fingerprint, partition, count(*) FROM dead_letters WHERE state = 'waiting'
            GROUP BY source, fingerprint, partition
            """)
        while try query.step() {
            let key = SourceKey(
                name: query.text(0) ?? "", fingerprint: query.text(1) ?? "", partition: Int(query.integer(2)))
            waiting[key] = Int(query.integer(3))
        }
        var ledger: [SourceKey: Int] = [:]
        for row in rows {
            let key = SourceKey(name: row.source, fingerprint: row.fingerprint, partition: row.partition)
            ledger[key, default: 0] &+= row[.deadLettered]
        }
        // The same bytes twice in one packet are one letter, and count as two.
        return Set(ledger.keys).union(waiting.keys).sorted { ($0.name, $0.partition) < ($1.name, $1.partition) }
            .filter { waiting[$0] ?? 0 > ledger[$0] ?? 0 || waiting[$0] ?? 0 == 0 && ledger[$0] ?? 0 > 0 }.map {
                "\($0.name), partition \($0.partition): the ledger has \(ledger[$0] ?? 0) dead letters, "
                    + "\(waiting[$0] ?? 0) wait"
            }
    }

    private func positions(_ rows: [LedgerRow]) throws(SQLiteError) -> [String] {
        let find = try database.prepare(
            "SELECT position FROM positions WHERE source = ? AND fingerprint = ? AND partition = ?")
        var damages: [String] = []
        for row in rows {
            find.bind(0, row.source)
            find.bind(1, row.fingerprint)
            find.bind(2, row.partition)
            let position = try find.step() ? Int(find.integer(0)) : 0
            find.reset()
            guard position <= row.lastOffset else { continue }
            damages.append(
                "\(row.source), partition \(row.partition): accounted for up to packet \(row.lastOffset), but it would "
                    + "be read from packet \(position) on")
        }
        return damages
    }
}

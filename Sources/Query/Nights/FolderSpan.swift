internal import Alerts
internal import DataLayout
internal import Pipeline
internal import SQLite

/// What one folder has of a part of a stream.
struct FolderSpan {
    let span: NightAccount.Span
    let folder: OpenFolder

    /// A partition's row in the folder's table of sources; one for each cluster.
    struct Source {
        let number: Int64
        let fingerprint: String
    }

    init(_ span: NightAccount.Span, in folder: OpenFolder) {
        self.span = span
        self.folder = folder
    }

    /// The sources that have offsets of their alerts; none in a folder of an older layout.
    func sources() throws(SQLiteError) -> [Source] {
        let database = folder.database
        guard try database.hasTable("sources"), try database.hasTable("duplicates") else { return [] }
        let query = try database.prepare("SELECT source, fingerprint FROM sources WHERE name = ? AND partition = ?")
        query.bind(0, span.source)
        query.bind(1, span.partition)
        var sources: [Source] = []
        while try query.step() {
            sources.append(Source(number: query.integer(0), fingerprint: query.text(1) ?? ""))
        }
        return sources
    }

    /// Alerts of a survey that are stored.
    func stored(_ source: Int64, of survey: Survey) throws(SQLiteError) -> Int {
        let query = try folder.database.prepare(
            "SELECT count(*) FROM archive WHERE source = ? AND position >= ? AND position < ? AND survey = ?")
        bind(source, to: query)
        query.bind(3, survey.name)
        return try query.step() ? Int(query.integer(0)) : 0
    }

    /// Alerts that were repeated, and the ids of those of a survey.
    func repeated(_ source: Int64, of survey: Survey) throws(SQLiteError) -> (count: Int, ids: [Int64]) {
        let query = try folder.database.prepare(
            "SELECT id, survey FROM duplicates WHERE source = ? AND position >= ? AND position < ?")
        bind(source, to: query)
        var (count, ids): (Int, [Int64]) = (0, [])
        while try query.step() {
            count += 1
            if query.text(1) == survey.name { ids.append(query.integer(0)) }
        }
        return (count, ids)
    }

    /// Letters that wait, by reason.
    func deadLetters() throws(SQLiteError) -> [String: Int] {
        let query = try folder.database.prepare(
            """
            SELECT code, count(*) FROM dead_letters WHERE source = ? AND partition = ? AND position >= ? AND position < ?
            AND state = 'waiting' GROUP BY code
            """)
        query.bind(0, span.source)
        query.bind(1, span.partition)
        query.bind(2, span.offsets.lowerBound)
        query.bind(3, span.offsets.upperBound)
        var letters: [String: Int] = [:]
        while try query.step() { letters[query.text(0) ?? ""] = Int(query.integer(1)) }
        return letters
    }

    /// The offsets that are accounted for.
    func packets(_ sources: [Int64]) throws(SQLiteError) -> OffsetRanges {
        let chosen = sources.map(String.init).joined(separator: ", ")
        let (from, to) = (span.offsets.lowerBound, span.offsets.upperBound)
        let within = "position >= \(from) AND position < \(to)"
        let query = try folder.database.prepare(
            (sources.isEmpty
                ? ""
                : """
                SELECT position FROM archive WHERE source IN (\(chosen)) AND \(within)
                UNION SELECT position FROM duplicates WHERE source IN (\(chosen)) AND \(within) UNION
                """) + """
                     SELECT position FROM dead_letters WHERE source = ? AND partition = ? AND \(within) ORDER BY position
                    """)
        query.bind(0, span.source)
        query.bind(1, span.partition)
        var ranges = OffsetRanges()
        while try query.step() { ranges.append(Int(query.integer(0))) }
        return ranges
    }

    /// Where the ledger differs from what is there, a sentence each: of a partition all of which lies in the span.
    func disagreements(with counts: Counts) throws(SQLiteError) -> [String] {
        let rows = try LedgerTable.rows(in: folder.database).filter {
            $0.source == span.source && $0.partition == span.partition
        }
        guard !rows.isEmpty,
            rows.allSatisfy({ span.offsets.contains($0.firstOffset) && span.offsets.contains($0.lastOffset) })
        else { return [] }
        let ledger = rows.reduce(into: Counts()) { $0 += $1.counts }
        return [(Counts.Counter.stored, "stored alerts"), (.duplicates, "repeated alerts")].compactMap {
            counter, name in
            ledger[counter] == counts[counter]
                ? nil
                : "\(folder.path): \(span.source), partition \(span.partition): the ledger has \(ledger[counter]) \(name), "
                    + "the tables \(counts[counter]); 'nightjar verify' tells more"
        }
    }

    private func bind(_ source: Int64, to query: Statement) {
        query.bind(0, source)
        query.bind(1, span.offsets.lowerBound)
        query.bind(2, span.offsets.upperBound)
    }
}

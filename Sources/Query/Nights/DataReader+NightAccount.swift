package import Alerts
package import DataLayout
internal import Pipeline
internal import SQLite

extension DataReader {
    /// What became of a night's packets.
    ///
    /// - Parameters:
    ///   - survey: The survey.
    ///   - night: YYYYMMDD.
    ///   - spans: The parts of a stream that are the night's; empty where the night came as files.
    /// - Returns: The account over all folders.
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package func account(
        of survey: Survey, night: Int, spans: [NightAccount.Span]
    ) throws(BrokerError) -> NightAccount {
        do throws(SQLiteError) {
            if spans.isEmpty {
                var files = NightOfFiles(survey: survey, night: night)
                return try files.account(folders)
            }
            var stream = NightOfStream(survey: survey, night: night)
            return try stream.account(spans, folders)
        } catch { throw BrokerError(error) }
    }
}

/// Makes the account of a night that is a part of a stream.
private struct NightOfStream {
    private let survey: Survey
    private var account: NightAccount
    private var sums = NightSums()
    /// Ids of alerts that packets repeated.
    private var repeated: [Int64] = []
    private var letters: [String: Int] = [:]

    init(survey: Survey, night: Int) {
        self.survey = survey
        account = NightAccount(survey: survey, night: night)
    }

    mutating func account(
        _ spans: [NightAccount.Span], _ folders: [OpenFolder]
    ) throws(SQLiteError) -> NightAccount {
        for span in spans.sorted(by: {
            ($0.topic, $0.partition, $0.offsets.lowerBound) < ($1.topic, $1.partition, $1.offsets.lowerBound)
        }) {
            account.parts.append(try part(span, folders))
        }
        for folder in folders { try checkOldRows(folder, Set(spans.map(\.source))) }
        for part in account.parts { account.counts += part.counts }
        account.receivedIds = sums.ids + repeated
        let ids = IdDigest(account.receivedIds)
        (account.ids, account.idsDigest) = (ids.count, ids.sha256)
        (account.nights, account.schemas, account.times) = (sums.nights, sums.schemas, sums.times)
        account.deadLetters = NightAccount.LetterCount.all(letters)
        if let shared = sums.shared {
            account.faults.append(
                "\(shared.count) alerts are stored in more than one folder, \(survey.idName) \(shared.example) for one")
        }
        try checkRepeated(folders)
        return account
    }

    private mutating func part(
        _ span: NightAccount.Span, _ folders: [OpenFolder]
    ) throws(SQLiteError) -> NightAccount.Part {
        var part = NightAccount.Part(source: span.source, partition: span.partition, offsets: span.offsets)
        var (holdings, clusters): ([OffsetRanges], Set<String>) = ([], [])
        for folder in folders {
            let holding = FolderSpan(span, in: folder)
            let sources = try holding.sources()
            clusters.formUnion(sources.map(\.fingerprint))
            let counts = try add(holding, sources)
            part.counts += counts
            holdings.append(try holding.packets(sources.map(\.number)))
            account.faults += try holding.disagreements(with: counts)
        }
        let whole = OffsetRanges.union(holdings)
        part.packets = whole.count
        part.missing = whole.missing(of: span.offsets)
        let name = "\(span.source), partition \(span.partition)"
        if !part.missing.isEmpty {
            let count = part.missing.reduce(0) { $0 + $1.count }
            account.faults.append(
                "\(name): \(count) of the offsets \(Self.text(span.offsets)) are in no folder, "
                    + "\(Self.text(part.missing[0])) for one; 'nightjar night check' asks the stream what they were")
        }
        let twice = holdings.reduce(0) { $0 + $1.count } - whole.count
        if twice > 0 { account.faults.append("\(name): \(twice) offsets are accounted for in more than one folder") }
        if clusters.count > 1 { account.faults.append("\(name): its messages came from \(clusters.count) clusters") }
        return part
    }

    /// Adds what one folder has of a span.
    private mutating func add(
        _ holding: FolderSpan, _ sources: [FolderSpan.Source]
    ) throws(SQLiteError) -> Counts {
        var counts = Counts()
        for source in sources {
            for other in Survey.all where try holding.folder.database.hasTable(other.tables.alerts) {
                guard other == survey else {
                    let strangers = try holding.stored(source.number, of: other)
                    counts += Counts(.received, .archived, .stored) * strangers
                    if strangers > 0 {
                        account.faults.append(
                            "\(holding.folder.path): \(strangers) alerts of the night's messages are \(other.title)'s")
                    }
                    continue
                }
                let outcomes = try sums.add(
                    where: "archive.source = ? AND archive.position >= ? AND archive.position < ?", of: survey,
                    in: holding.folder
                ) { query in
                    query.bind(0, source.number)
                    query.bind(1, holding.span.offsets.lowerBound)
                    query.bind(2, holding.span.offsets.upperBound)
                }
                counts += outcomes.counts
                counts[.received] += outcomes.counts[.stored]
                if outcomes.withoutRow > 0 {
                    account.faults.append(
                        "\(holding.folder.path): \(outcomes.withoutRow) archived alerts have no row in "
                            + "\(survey.tables.alerts); 'nightjar verify' tells more")
                }
            }
            let again = try holding.repeated(source.number, of: survey)
            repeated += again.ids
            counts += Counts(.received, .duplicates) * again.count
        }
        for (code, count) in try holding.deadLetters() {
            letters[code, default: 0] += count
            counts += Counts(.received, .deadLettered) * count
        }
        return counts
    }

    /// Alerts whose place in the stream is unknown cannot be told to be the night's.
    private mutating func checkOldRows(_ folder: OpenFolder, _ sources: Set<String>) throws(SQLiteError) {
        let database = folder.database
        guard try database.columns(of: "archive").contains("position") else {
            account.faults.append(
                "\(folder.path) is of an older Nightjar's layout, which did not keep offsets: its alerts cannot be "
                    + "told to be the night's; 'nightjar run' upgrades it, and keeps those of alerts to come")
            return
        }
        // By the night that they are of, since nothing else is known.
        let tables = survey.tables
        guard try database.hasTable(tables.alerts) else { return }
        let old = try database.integer(
            """
            SELECT count(*) FROM \(tables.alerts) AS alerts JOIN archive ON archive.survey = '\(survey.name)'
            AND archive.id = alerts.\(tables.idColumn) LEFT JOIN sources USING (source)
            WHERE alerts.night = \(account.night) AND archive.position IS NULL
            AND (sources.name IS NULL OR sources.name LIKE 'kafka:%')
            """)
        if let old, old > 0 {
            account.faults.append(
                "\(folder.path): \(old) alerts of the night were stored by an older Nightjar, which did not keep offsets"
            )
        }
    }

    /// What a packet repeats must be stored somewhere.
    private mutating func checkRepeated(_ folders: [OpenFolder]) throws(SQLiteError) {
        let stored = Set(sums.ids)
        var lost = Set(repeated).subtracting(stored)
        for folder in folders where !lost.isEmpty {
            let find = try folder.database.prepare("SELECT 1 FROM archive WHERE survey = ? AND id = ?")
            find.bind(0, survey.name)
            for id in lost {
                find.bind(1, id)
                if try find.step() { lost.remove(id) }
                find.reset()
            }
        }
        if let example = lost.min() {
            account.faults.append(
                "\(lost.count) alerts count as repeated and are stored in no folder, \(survey.idName) \(example) for one; "
                    + "name the folders of all workers")
        }
    }

    /// `0 to 99`
    private static func text(_ range: Range<Int>) -> String { "\(range.lowerBound) to \(range.upperBound - 1)" }
}

extension NightAccount.LetterCount {
    static func all(_ letters: [String: Int]) -> [NightAccount.LetterCount] {
        letters.map { NightAccount.LetterCount(code: $0.key, letters: $0.value) }
            .sorted { ($1.letters, $0.code) < ($0.letters, $1.code) }
    }
}

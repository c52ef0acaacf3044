internal import Alerts
internal import Avro
internal import DataLayout
internal import Pipeline
internal import SQLite

/// Removes the closed segments of streams in which all alerts are gone, in the caller's transaction.
///
/// A segment that also holds others stays as it is, and its messages with it.
struct StreamRemoval {
    private let folder: OpenFolder
    private let database: Database

    init(_ folder: OpenFolder, _ database: Database) { (self.folder, self.database) = (folder, database) }

    private struct Segment {
        let number: Int64
        let records: Int64
    }

    /// - Returns: How many segments were removed.
    func run() throws(BrokerError) -> Int {
        var removed = 0
        let filters = try folder.filterStreams()
        for survey in Survey.all {
            for kind in StreamKind.own + filters[survey, default: []] where kind != .alertData {
                let topic = Topic(survey, kind)
                for segment in try segments(of: topic) where try isGone(segment, topic, survey, kind) {
                    try remove(segment, topic)
                    removed += 1
                    guard kind == .exgalacTrans else { continue }
                    do {
                        try database.execute("UPDATE stale_messages SET count = max(0, count - \(segment.records))")
                    } catch { throw BrokerError(error) }
                }
            }
        }
        return try removed + removeReceived()
    }

    private func segments(of topic: Topic) throws(BrokerError) -> [Segment] {
        do {
            let query = try database.prepare(
                "SELECT segment, records FROM segments WHERE topic = ? AND state = 2 ORDER BY segment")
            query.bind(0, topic.name)
            var segments: [Segment] = []
            while try query.step() { segments.append(Segment(number: query.integer(0), records: query.integer(1))) }
            return segments
        } catch { throw BrokerError(error) }
    }

    /// Whether none of a segment's alerts is archived any more. One that cannot be read stays.
    private func isGone(
        _ segment: Segment, _ topic: Topic, _ survey: Survey, _ kind: StreamKind
    ) throws(BrokerError) -> Bool {
        var isGone = segment.records > 0
        let isArchived: Statement
        let hasNight: Statement
        do {
            isArchived = try database.prepare("SELECT 1 FROM archive WHERE survey = ? AND id = ?")
            hasNight = try database.prepare("SELECT 1 FROM segments WHERE topic = ? AND night = ?")
        } catch { throw BrokerError(error) }
        do throws(BrokerError) {
            try folder.forEachRecord(ofSegment: segment.number) { (body, schema) throws(BrokerError) in
                guard isGone else { return false }
                guard let number = Self.number(in: body, schema, survey, kind) else {
                    isGone = false
                    return false
                }
                let find = kind == .avroBucket ? hasNight : isArchived
                find.bind(0, kind == .avroBucket ? Topic(survey, .alertData).name : survey.name)
                find.bind(1, number)
                defer { find.reset() }
                do throws(SQLiteError) { isGone = try !find.step() } catch { throw BrokerError(error) }
                return isGone
            }
        } catch {
            guard error.code == .damagedArchive else { throw error }
            return false
        }
        return isGone
    }

    /// The alert's id that a message is of; of an announcement its night.
    private static func number(
        in body: ArraySlice<UInt8>, _ schema: AvroSchema, _ survey: Survey, _ kind: StreamKind
    ) -> Int64? {
        let paths: [String]
        switch kind {
        case .avroBucket: paths = ["night"]
        case .exgalacTrans, .filter: paths = Self.idPaths(survey)
        case .salt2: paths = Self.idPaths(survey).map { "alert.\($0)" }
        case .alertData: return nil
        }
        guard let projection = try? Projection(schema: schema, columns: paths) else { return nil }
        var record = ProjectedRecord()
        guard (try? projection.decode(body, into: &record)) != nil else { return nil }
        return record.columns.lazy.compactMap { scalar in if case .long(let number) = scalar { number } else { nil } }
            .first
    }

    /// As the surveys' own layouts have it: at the top of the packet, or else in its detection.
    private static func idPaths(_ survey: Survey) -> [String] {
        [survey.tables.idColumn, "\(survey.packet.flat.record).\(survey.packet.flat.id)"]
    }

    /// Removes the segments of whole packets that no archived alert needs any more.
    private func removeReceived() throws(BrokerError) -> Int {
        var needed: Set<Int64> = []
        do {
            let query = try database.prepare("SELECT extra FROM archive WHERE form = ?")
            query.bind(0, ReceivedForm.packet.rawValue)
            while try query.step() { needed.insert((query.blob(0) ?? []).reduce(0) { $0 << 8 | Int64($1) }) }
        } catch { throw BrokerError(error) }
        var removed = 0
        for segment in try segments(of: .received) {
            do throws(SQLiteError) {
                let query = try database.prepare("SELECT offset FROM messages WHERE topic = ? AND segment = ?")
                query.bind(0, Topic.received.name)
                query.bind(1, segment.number)
                var isNeeded = false
                while try query.step() { if needed.contains(query.integer(0)) { isNeeded = true } }
                guard !isNeeded else { continue }
            } catch { throw BrokerError(error) }
            try remove(segment, .received)
            removed += 1
        }
        return removed
    }

    private func remove(_ segment: Segment, _ topic: Topic) throws(BrokerError) {
        let isMeant = "topic = '\(topic.name)' AND segment = \(segment.number)"
        do {
            try database.execute(
                """
                INSERT OR IGNORE INTO doomed_files SELECT path FROM segments WHERE \(isMeant);
                INSERT INTO removed_messages SELECT '\(topic.name)', min(offset), max(offset) FROM (
                    SELECT offset, offset - row_number() OVER (ORDER BY offset) AS island FROM messages
                    WHERE \(isMeant)) GROUP BY island;
                DELETE FROM messages WHERE \(isMeant);
                DELETE FROM segments WHERE \(isMeant);
                """)
            try MessageRanges.join(topic.name, in: database)
        } catch { throw BrokerError(error) }
    }
}

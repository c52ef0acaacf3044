package import Alerts
package import Avro
internal import Pipeline
internal import SQLite

extension OpenFolder {
    /// Some archived alerts of one night, in the order in which they came.
    package struct ArchivePart: Sendable, Hashable {
        /// Their night, YYYYMMDD.
        package let night: Int
        fileprivate let segment: Int64
        fileprivate let offsets: ClosedRange<Int64>

        /// Where it begins.
        package var start: ArchivePlace { ArchivePlace(night: night, segment: segment, offset: offsets.lowerBound) }
    }

    /// A place in the order of the parts.
    package struct ArchivePlace: Sendable, Hashable {
        /// YYYYMMDD.
        package let night: Int
        /// The segment's number.
        package let segment: Int64
        /// The offset of the next alert.
        package let offset: Int64

        /// A place, as another had it.
        package init(night: Int, segment: Int64, offset: Int64) {
            (self.night, self.segment, self.offset) = (night, segment, offset)
        }
    }

    /// The surveys of which there are archived alerts.
    ///
    /// - Throws: ``BrokerError`` where the database cannot be read.
    package func archivedSurveys() throws(BrokerError) -> [Survey] {
        do {
            let query = try database.prepare("SELECT DISTINCT topic FROM segments WHERE records > 0")
            var topics: Set<String> = []
            while try query.step() { topics.insert(query.text(0) ?? "") }
            return Survey.all.filter { topics.contains(Topic($0, .alertData).name) }
        } catch { throw BrokerError(error) }
    }

    /// The newest night of which there are archived alerts of a survey, YYYYMMDD; `nil` where there are none.
    ///
    /// - Throws: ``BrokerError`` where the database cannot be read.
    package func newestNight(of survey: Survey) throws(BrokerError) -> Int? {
        do {
            let query = try database.prepare("SELECT max(night) FROM segments WHERE topic = ? AND records > 0")
            query.bind(0, Topic(survey, .alertData).name)
            return try query.step() && !query.isNull(0) ? Int(query.integer(0)) : nil
        } catch { throw BrokerError(error) }
    }

    /// The archived alerts of a survey in parts of at most so many, night by night.
    ///
    /// - Parameters:
    ///   - survey: Whose alerts.
    ///   - nights: YYYYMMDD.
    ///   - most: Alerts of a part at most.
    ///   - place: Where they begin; `nil` for the first.
    /// - Returns: The parts.
    /// - Throws: ``BrokerError`` where the database cannot be read.
    package func archiveParts(
        of survey: Survey, nights: ClosedRange<Int>, most: Int64, from place: ArchivePlace? = nil
    ) throws(BrokerError) -> [ArchivePart] {
        do {
            let query = try database.prepare(
                """
                SELECT s.segment, s.night, s.lastOffset,
                    (SELECT min(m.offset) FROM messages AS m WHERE m.topic = s.topic AND m.segment = s.segment)
                FROM segments AS s
                WHERE s.topic = ? AND s.night BETWEEN ? AND ? AND s.records > 0
                AND (s.night, s.segment) >= (?, ?) ORDER BY s.night, s.segment
                """)
            query.bind(0, Topic(survey, .alertData).name)
            query.bind(1, nights.lowerBound)
            query.bind(2, nights.upperBound)
            query.bind(3, place.map { Int64($0.night) } ?? .min)
            query.bind(4, place?.segment ?? .min)
            var parts: [ArchivePart] = []
            while try query.step() {
                let (segment, night) = (query.integer(0), Int(query.integer(1)))
                let last = query.integer(2)
                var first = query.integer(3)
                if let place, place.segment == segment { first = max(first, place.offset) }
                for start in stride(from: first, through: last, by: Int64.Stride(most)) {
                    parts.append(
                        ArchivePart(night: night, segment: segment, offsets: start...min(last, start + most - 1)))
                }
            }
            return parts
        } catch { throw BrokerError(error) }
    }

    /// Reads the records of a part, in the order of their offsets.
    ///
    /// - Parameters:
    ///   - part: The part.
    ///   - survey: Whose alerts.
    ///   - body: Called with each record and its schema.
    ///   - damaged: Called for each record that is not as it was written; the others are read all the same.
    /// - Throws: ``BrokerError`` where the database cannot be read.
    package func forEachRecord(
        of part: ArchivePart, _ survey: Survey, _ body: (ArraySlice<UInt8>, AvroSchema) -> Void,
        damaged: (BrokerError) -> Void
    ) throws(BrokerError) {
        let query: Statement
        do {
            query = try database.prepare(
                """
                SELECT \(RecordLocation.columns) FROM messages AS m JOIN segments AS s USING (segment, topic)
                WHERE m.topic = ?1 AND m.offset BETWEEN ?2 AND ?3 AND m.segment = ?4 ORDER BY m.offset
                """)
        } catch { throw BrokerError(error) }
        query.bind(0, Topic(survey, .alertData).name)
        query.bind(1, part.offsets.lowerBound)
        query.bind(2, part.offsets.upperBound)
        query.bind(3, part.segment)
        while true {
            do { guard try query.step() else { return } } catch { throw BrokerError(error) }
            do throws(BrokerError) {
                let (record, schema) = try segments.record(at: RecordLocation(query, from: 0))
                body(record, schema)
            } catch {
                guard error.code == .damagedArchive else { throw error }
                damaged(error)
            }
        }
    }
}

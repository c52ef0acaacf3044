internal import Alerts
package import Avro
internal import SQLite

/// Reads a topic's messages in order, also while a run writes them; only what is committed is seen.
package final class TopicReader {
    /// Messages looked up at a time.
    private static let lookAhead = 256

    private let topic: Topic
    private let folder: OpenFolder
    private let query: Statement
    private var records: [(offset: Int64, location: RecordLocation)] = []
    /// The ids of the alerts in ``records`` by their offsets; looked up where one of them is damaged.
    private var ids: [Int64: Int64]?
    /// The offset of the message that ``next()`` gives.
    package private(set) var offset: Int64
    /// Messages given so far that an older Nightjar wrote, which kept no checksums: they were not checked.
    package private(set) var unchecked = 0
    /// Segments whose headers are damaged; their messages are given all the same.
    package var damagedHeaders: [BrokerError] { folder.damagedHeaders }

    /// Reads a topic of a folder from an offset on.
    ///
    /// - Parameters:
    ///   - folder: The data folder.
    ///   - topic: The topic.
    ///   - offset: Of the first message.
    ///   - night: YYYYMMDD: only the messages of this night, of a topic whose segments have one; `nil` for all.
    /// - Throws: ``BrokerError`` where the folder cannot be read.
    package init(
        _ folder: OpenFolder, topic: Topic, from offset: Int64 = 0, night: Int? = nil
    ) throws(BrokerError) {
        self.folder = folder
        self.topic = topic
        self.offset = offset
        do {
            query = try folder.database.prepare(
                """
                SELECT m.offset, \(RecordLocation.columns) FROM messages AS m JOIN segments AS s USING (segment)
                WHERE m.topic = ? AND m.offset >= ? AND m.offset < \(Int64.max)
                \(night.map { "AND s.night = \($0)" } ?? "") ORDER BY m.offset LIMIT \(Self.lookAhead)
                """)
        } catch { throw BrokerError(error) }
    }

    /// One message: its record's bytes and the schema they are written in.
    package struct Message: Sendable {
        /// Its number in the topic, from 0.
        package let offset: Int64
        /// The record.
        package let body: ArraySlice<UInt8>
        /// What the record is written in.
        package let schema: AvroSchema
    }

    /// The next message, or `nil` where there is none yet.
    ///
    /// - Throws: ``BrokerError``; after one of code `damagedArchive`, which says which message is damaged, the next call
    ///   gives the message behind it.
    package func next() throws(BrokerError) -> Message? {
        if records.isEmpty { try look() }
        guard let next = records.first else { return nil }
        let (body, schema): (ArraySlice<UInt8>, AvroSchema)
        do throws(BrokerError) { (body, schema) = try folder.segments.record(at: next.location) } catch {
            guard error.code == .damagedArchive else { throw error }
            let damage = try described(error, offset: next.offset)
            pass(next.offset)
            throw damage
        }
        if next.location.checksum == nil { unchecked += 1 }
        pass(next.offset)
        return Message(offset: next.offset, body: body, schema: schema)
    }

    private func pass(_ read: Int64) {
        records.removeFirst()
        offset = read + 1
    }

    /// The damage with the message's offset in its topic, and the id where it is an archived alert.
    private func described(_ damage: BrokerError, offset: Int64) throws(BrokerError) -> BrokerError {
        if ids == nil { ids = try lookUpIDs() }
        let alert = ids?[offset].map { ", alert \($0)," } ?? ""
        return BrokerError(
            damage.code, path: damage.path,
            detail: "message \(offset) of \(topic.name)\(alert) is damaged: \(damage.detail)")
    }

    private func lookUpIDs() throws(BrokerError) -> [Int64: Int64] {
        guard let survey = topic.archivedSurvey, let first = records.first, let last = records.last else { return [:] }
        var ids: [Int64: Int64] = [:]
        do {
            let find = try folder.database.prepare(
                "SELECT offset, id FROM archive WHERE survey = ? AND offset BETWEEN ? AND ?")
            find.bind(0, survey.name)
            find.bind(1, first.offset)
            find.bind(2, last.offset)
            while try find.step() { ids[find.integer(0)] = find.integer(1) }
        } catch { throw BrokerError(error) }
        return ids
    }

    private func look() throws(BrokerError) {
        ids = nil
        do {
            query.bind(0, topic.name)
            query.bind(1, offset)
            while try query.step() {
                records.append((query.integer(0), RecordLocation(query, from: 1)))
            }
        } catch { throw BrokerError(error) }
    }
}

extension OpenFolder {
    /// How many messages a topic has.
    package func messages(of topic: Topic) throws(BrokerError) -> Int64 {
        do {
            // Offsets have no gaps but of removed messages. A damaged index may have the highest number, which none comes after.
            let query = try database.prepare(
                "SELECT coalesce(max(offset), -1) FROM messages WHERE topic = ? AND offset < \(Int64.max)")
            query.bind(0, topic.name)
            defer { query.reset() }
            let removed = try PruneTables.removed(of: topic.name, in: database)
            return max(0, (try query.step() ? max(removed.end, query.integer(0) + 1) : removed.end) - removed.count)
        } catch { throw BrokerError(error) }
    }
}

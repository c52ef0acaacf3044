internal import Alerts
internal import Avro
internal import Compression
internal import DataLayout
internal import Foundation
internal import Glibc
internal import SQLite
internal import Pipeline

/// Appends records to the topics' segments, and indexes them in the database.
///
/// A record counts once the transaction with its `messages` row and its segment's `bytes` is committed, which happens only
/// after ``sync()``: so the database never names bytes that a crash could lose.
final class SegmentStore {
    /// A segment is closed when it is larger than this.
    private static let segmentBytes: Int64 = 512 << 20
    /// Open segments of a topic at most; beyond it, the one with the oldest last record is closed. Each topic has its own
    /// bound, so that the archive's files do not depend on the streams.
    private static let mostOpen = 48

    /// The properties that determine a record's segment.
    private struct Key: Hashable {
        let topic: Topic
        let night: Int?
        let fingerprint: String
    }

    private final class Open {
        let id: Int64
        let key: Key
        let file: SegmentFile
        /// The sync marker at the end of each block.
        let sync: [UInt8]
        var records: Int64
        var lastOffset: Int64
        var isTouched = true

        init(id: Int64, key: Key, file: SegmentFile, sync: [UInt8], records: Int64, lastOffset: Int64) {
            self.id = id
            self.key = key
            self.file = file
            self.sync = sync
            self.records = records
            self.lastOffset = lastOffset
        }
    }

    /// A closed segment of the archive, to be announced.
    struct Closed {
        let survey: Survey
        let night: Int
        let path: String
        let fingerprint: String
        let records: Int64
        let bytes: Int64
    }

    /// Writes the segments, and other files that need not be durable before ``sync()``.
    let writer = FileWriter()
    private let root: String
    private let database: Database
    private var open: [Key: Open] = [:]
    private var nextSegment: Int64
    private var nextOffsets: [Topic: Int64] = [:]
    /// The number of each folder's next segment.
    private var nextNumbers: [String: Int] = [:]
    private let insertMessage: Statement
    private let insertSegment: Statement
    private let insertSchema: Statement
    private let lastPath: Statement
    private let updateSegment: Statement
    private var counts = BinaryEncoder()

    init(root: String, database: Database) throws(BrokerError) {
        self.root = root
        self.database = database
        do {
            nextSegment = (try database.integer("SELECT max(segment) FROM segments") ?? 0) + 1
            insertMessage = try database.prepare("INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?)")
            insertSegment = try database.prepare("INSERT INTO segments VALUES (?, ?, ?, ?, ?, ?, 0, 0, 0, -1)")
            insertSchema = try database.prepare("INSERT OR IGNORE INTO schemas VALUES (?, ?)")
            lastPath = try database.prepare("SELECT max(path) FROM segments WHERE topic = ? AND night IS ?")
            updateSegment = try database.prepare(
                "UPDATE segments SET state = ?, bytes = ?, records = ?, lastOffset = ? WHERE segment = ?")
        } catch { throw BrokerError(error) }
        try recover()
    }

    // MARK: - Appending

    /// Appends a record to its topic, and returns its offset there.
    ///
    /// `sum` is the record's checksum, where the caller has it.
    func append(
        _ record: ArraySlice<UInt8>, sum: CRC32C.Part? = nil, to topic: Topic, survey: Survey? = nil, night: Int? = nil,
        schema: SegmentSchema
    ) throws(BrokerError) -> Int64 {
        let segment = try segment(
            Key(topic: topic, night: night, fingerprint: schema.fingerprint), survey: survey, schema: schema)
        let offset = try nextOffset(of: topic)
        counts.removeAll(keepingCapacity: true)
        counts.long(1)
        counts.long(Int64(record.count))
        let position = segment.file.append(counts.bytes, record, segment.sync)
        let checksum = CRC32C.of(
            segment.sync[...], after: (sum ?? CRC32C.Part(record)).after(CRC32C.of(counts.bytes[...])))
        insertMessage.bind(0, topic.name)
        insertMessage.bind(1, offset)
        insertMessage.bind(2, segment.id)
        insertMessage.bind(3, position)
        insertMessage.bind(4, segment.file.length - position)
        insertMessage.bind(5, Int64(checksum))
        do { try insertMessage.run() } catch { throw BrokerError(error) }
        nextOffsets[topic] = offset + 1
        segment.records += 1
        segment.lastOffset = offset
        segment.isTouched = true
        return offset
    }

    /// The offset of the topic's next record.
    func nextOffset(of topic: Topic) throws(BrokerError) -> Int64 {
        if let known = nextOffsets[topic] { return known }
        do {
            let last = try database.integer("SELECT max(offset) FROM messages WHERE topic = '\(topic.name)'")
            // max() of no rows is null, which reads as 0.
            let isEmpty = try database.integer("SELECT count(*) FROM messages WHERE topic = '\(topic.name)'") == 0
            // The number of a removed message is not given again: subscribers know it.
            let next = max(isEmpty ? 0 : (last ?? -1) + 1, try PruneTables.removed(of: topic.name, in: database).end)
            nextOffsets[topic] = next
            return next
        } catch { throw BrokerError(error) }
    }

    private func segment(_ key: Key, survey: Survey?, schema: SegmentSchema) throws(BrokerError) -> Open {
        if let known = open[key] {
            if known.file.length < Self.segmentBytes { return known }
            try retire(known)
        } else {
            let growing = open.values.filter { $0.key.topic == key.topic }
            if growing.count >= Self.mostOpen, let idle = growing.min(by: { $0.lastOffset < $1.lastOffset }) {
                try retire(idle)
            }
        }
        let id = nextSegment
        nextSegment += 1
        let folder = key.night.map { "\(key.topic.folder)/\($0)" } ?? key.topic.folder
        let number = try nextNumber(in: folder, key)
        let name = SegmentName(path: SegmentName.path(folder: folder, number: number), fingerprint: key.fingerprint)
        let file = try create(name, schema: schema)
        insertSegment.bind(0, id)
        insertSegment.bind(1, key.topic.name)
        insertSegment.bind(2, survey?.name ?? "")
        if let night = key.night { insertSegment.bind(3, night) } else { insertSegment.bindNull(3) }
        insertSegment.bind(4, name.path)
        insertSegment.bind(5, schema.fingerprint)
        insertSchema.bind(0, schema.fingerprint)
        insertSchema.bind(1, blob: schema.schema.json)
        do {
            try insertSegment.run()
            try insertSchema.run()
        } catch { throw BrokerError(error) }
        let created = Open(id: id, key: key, file: file, sync: name.sync.bytes, records: 0, lastOffset: -1)
        open[key] = created
        nextNumbers[folder] = number + 1
        return created
    }

    /// The number of a folder's next segment. Each folder has its own numbers, so that the names of a night's segments do not
    /// depend on other nights and streams.
    private func nextNumber(in folder: String, _ key: Key) throws(BrokerError) -> Int {
        if let known = nextNumbers[folder] { return known }
        lastPath.bind(0, key.topic.name)
        if let night = key.night { lastPath.bind(1, night) } else { lastPath.bindNull(1) }
        defer { lastPath.reset() }
        do {
            let last = try lastPath.step() ? lastPath.text(0).flatMap { SegmentName.number(in: $0) } : nil
            return (last ?? 0) + 1
        } catch { throw BrokerError(error) }
    }

    private func create(_ name: SegmentName, schema: SegmentSchema) throws(BrokerError) -> SegmentFile {
        let absolute = "\(root)/\(name.path)"
        let folder = String(absolute[..<(absolute.lastIndex(of: "/") ?? absolute.startIndex)])
        try FolderMaking.make(folder, failing: .cannotCreate)
        let file = try SegmentFile(create: absolute, header: name.header(schema.schema), writer: writer)
        try SegmentFile.syncFolder(of: absolute)
        return file
    }

    // MARK: - Making it durable

    /// Starts writing appended records to the disk, while the caller continues.
    func startWriting() {
        for segment in open.values { segment.file.startWriting() }
    }

    /// Waits until all appended bytes are on the disk, and records the new lengths in the open transaction.
    func sync() throws(BrokerError) {
        for segment in open.values { segment.file.flush() }
        try writer.finish()
        for segment in open.values where segment.isTouched {
            try segment.file.sync()
            try record(segment, state: 0)
            segment.isTouched = false
        }
    }

    /// Waits until the writer is idle: appended records do not count, and the files may be cut.
    func abandon() { try? writer.finish() }

    private func record(_ segment: Open, state: Int) throws(BrokerError) {
        updateSegment.bind(0, state)
        updateSegment.bind(1, segment.file.length)
        updateSegment.bind(2, segment.records)
        updateSegment.bind(3, segment.lastOffset)
        updateSegment.bind(4, segment.id)
        do { try updateSegment.run() } catch { throw BrokerError(error) }
    }

    // MARK: - Closing

    /// Records in the open transaction that a segment is complete; ``renameClosed()`` then renames it.
    private func retire(_ segment: Open) throws(BrokerError) {
        segment.file.flush()
        try writer.finish()
        try segment.file.sync()
        try record(segment, state: 1)
        open[segment.key] = nil
    }

    /// Retires the archive's open segments.
    func retireArchive() throws(BrokerError) { try retire { $0.isArchive } }

    /// Retires the open segments of all other topics.
    func retireStreams() throws(BrokerError) { try retire { !$0.isArchive } }

    private func retire(_ isMeant: (Topic) -> Bool) throws(BrokerError) {
        for segment in open.values.sorted(by: { $0.id < $1.id }) where isMeant(segment.key.topic) {
            try retire(segment)
        }
    }

    /// Renames every retired segment to its closed name. Must be called after the transaction that retired it.
    func renameClosed() throws(BrokerError) {
        for segment in try retired() { try SegmentFile.close(path: "\(root)/\(segment.path)") }
    }

    /// Returns the archive's segments among the retired ones, after ``renameClosed()``, and marks all retired ones as done in
    /// the open transaction.
    func drainClosed() throws(BrokerError) -> [Closed] {
        let closed = try retired()
        guard !closed.isEmpty else { return [] }
        do { try database.execute("UPDATE segments SET state = 2 WHERE state = 1") } catch { throw BrokerError(error) }
        return closed.compactMap { $0.alerts }
    }

    /// The retired segments; those of streams, dead letters and received packets are not announced.
    private func retired() throws(BrokerError) -> [(path: String, alerts: Closed?)] {
        do {
            let query = try database.prepare(
                """
                SELECT topic, survey, night, path, fingerprint, records, bytes FROM segments WHERE state = 1
                ORDER BY segment
                """)
            var rows: [(String, Closed?)] = []
            while try query.step() {
                let path = query.text(3) ?? ""
                guard let survey = query.text(1).flatMap({ Survey.named($0) }),
                    query.text(0) == Topic(survey, .alertData).name
                else {
                    rows.append((path, nil))
                    continue
                }
                let closed = Closed(
                    survey: survey, night: Int(query.integer(2)), path: path, fingerprint: query.text(4) ?? "",
                    records: query.integer(5), bytes: query.integer(6))
                rows.append((path, closed))
            }
            return rows
        } catch { throw BrokerError(error) }
    }

    // MARK: - After a crash

    /// An open segment of an earlier run, as the database has it.
    private struct Growing {
        let id: Int64
        let key: Key
        /// Path below the data folder.
        let path: String
        let bytes: Int64
        let records: Int64
        let lastOffset: Int64
    }

    private func growing() throws(BrokerError) -> [Growing] {
        do {
            let query = try database.prepare(
                """
                SELECT segment, topic, night, path, fingerprint, bytes, records, lastOffset FROM segments
                WHERE state = 0 ORDER BY segment
                """)
            var rows: [Growing] = []
            while try query.step() {
                guard let topic = Self.topic(named: query.text(1) ?? ""), let path = query.text(3) else { continue }
                let key = Key(
                    topic: topic, night: query.isNull(2) ? nil : Int(query.integer(2)),
                    fingerprint: query.text(4) ?? "")
                rows.append(
                    Growing(
                        id: query.integer(0), key: key, path: path, bytes: query.integer(5), records: query.integer(6),
                        lastOffset: query.integer(7)))
            }
            return rows
        } catch { throw BrokerError(error) }
    }

    /// Reopens the open segments of an earlier run, and removes files that no transaction names.
    private func recover() throws(BrokerError) {
        var known: Set<String> = []
        var abandoned: [Int64] = []
        for row in try growing() {
            let path = "\(root)/\(row.path)"
            known.insert(path + SegmentName.openSuffix)
            let file: SegmentFile
            do throws(BrokerError) {
                file = try SegmentFile(reopen: path, committed: row.bytes, writer: writer)
            } catch {
                // With a file of the closed name the operator lets the run continue without this segment.
                guard error.code == .lostFile, access(path, F_OK) == 0 else { throw error }
                abandoned.append(row.id)
                continue
            }
            let name = SegmentName(path: row.path, fingerprint: row.key.fingerprint)
            let segment = Open(
                id: row.id, key: row.key, file: file, sync: name.sync.bytes, records: row.records,
                lastOffset: row.lastOffset)
            segment.isTouched = false
            open[row.key] = segment
        }
        do {
            for id in abandoned { try database.execute("UPDATE segments SET state = 2 WHERE segment = \(id)") }
        } catch { throw BrokerError(error) }
        for segment in try retired() { known.insert("\(root)/\(segment.path)" + SegmentName.openSuffix) }
        removeStrays(except: known)
    }

    private static func topic(named name: String) -> Topic? {
        [Topic.deadLetters, .received].first { $0.name == name } ?? Topic(name: name)
    }

    private func removeStrays(except known: Set<String>) {
        for folder in Topic.topFolders {
            let base = "\(root)/\(folder)"
            guard let files = FileManager.default.enumerator(atPath: base) else { continue }
            for case let name as String in files where name.hasSuffix(".avro" + SegmentName.openSuffix) {
                let path = "\(base)/\(name)"
                if !known.contains(path) { try? FileManager.default.removeItem(atPath: path) }
            }
        }
    }
}

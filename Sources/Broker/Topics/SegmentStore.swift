internal import Alerts
internal import Avro
internal import Foundation
internal import SQLite
internal import Stages

/// Appends records to the topics' segments, and says in the database what of them counts.
///
/// A record counts once the transaction that holds its `messages` row and its segment's `bytes` is committed, and that
/// happens only after ``sync()``: so the database never speaks of bytes that a crash could take.
final class SegmentStore {
    /// A segment is closed when it is larger than this.
    private static let segmentBytes: Int64 = 512 << 20
    /// Segments that grow at the same time; past it, the one that has waited longest for a record is closed.
    private static let mostOpen = 48

    /// What decides which segment a record goes to.
    private struct Key: Hashable {
        let topic: Topic
        let night: Int?
        let fingerprint: String
    }

    private final class Open {
        let id: Int64
        let key: Key
        let file: SegmentFile
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

    /// A segment that was closed in the archive, to be announced.
    struct Closed {
        let survey: Survey
        let night: Int
        let path: String
        let fingerprint: String
        let records: Int64
        let bytes: Int64
    }

    /// Writes the segments, and what else need not be waited for before ``sync()``.
    let writer = FileWriter()
    private let root: String
    private let database: Database
    private var open: [Key: Open] = [:]
    private var nextSegment: Int64
    private var nextOffsets: [Topic: Int64] = [:]
    private let insertMessage: Statement
    private let insertSegment: Statement
    private let updateSegment: Statement
    private var counts = BinaryEncoder()

    init(root: String, database: Database) throws(BrokerError) {
        self.root = root
        self.database = database
        do {
            nextSegment = (try database.integer("SELECT max(segment) FROM segments") ?? 0) + 1
            insertMessage = try database.prepare("INSERT INTO messages VALUES (?, ?, ?, ?, ?)")
            insertSegment = try database.prepare("INSERT INTO segments VALUES (?, ?, ?, ?, ?, ?, 0, 0, 0, -1)")
            updateSegment = try database.prepare(
                "UPDATE segments SET state = ?, bytes = ?, records = ?, lastOffset = ? WHERE segment = ?")
        } catch { throw BrokerError(error) }
        try recover()
    }

    // MARK: - Appending

    /// Adds a record to its topic and gives its offset there.
    func append(
        _ record: ArraySlice<UInt8>, to topic: Topic, survey: Survey? = nil, night: Int? = nil, schema: SegmentSchema
    ) throws(BrokerError) -> Int64 {
        let segment = try segment(
            Key(topic: topic, night: night, fingerprint: schema.fingerprint), survey: survey, schema: schema)
        let offset = try nextOffset(of: topic)
        counts.removeAll(keepingCapacity: true)
        counts.long(1)
        counts.long(Int64(record.count))
        let position = segment.file.append(counts.bytes, record, segment.sync)
        insertMessage.bind(0, topic.name)
        insertMessage.bind(1, offset)
        insertMessage.bind(2, segment.id)
        insertMessage.bind(3, position)
        insertMessage.bind(4, segment.file.length - position)
        do { try insertMessage.run() } catch { throw BrokerError(error) }
        nextOffsets[topic] = offset + 1
        segment.records += 1
        segment.lastOffset = offset
        segment.isTouched = true
        return offset
    }

    /// The offset that the topic's next record will have.
    func nextOffset(of topic: Topic) throws(BrokerError) -> Int64 {
        if let known = nextOffsets[topic] { return known }
        do {
            let last = try database.integer("SELECT max(offset) FROM messages WHERE topic = '\(topic.name)'")
            // max() of no rows is null, which reads as 0.
            let isEmpty = try database.integer("SELECT count(*) FROM messages WHERE topic = '\(topic.name)'") == 0
            let next = isEmpty ? 0 : (last ?? -1) + 1
            nextOffsets[topic] = next
            return next
        } catch { throw BrokerError(error) }
    }

    private func segment(_ key: Key, survey: Survey?, schema: SegmentSchema) throws(BrokerError) -> Open {
        if let known = open[key] {
            if known.file.length < Self.segmentBytes { return known }
            try retire(known)
        } else if open.count >= Self.mostOpen {
            guard let idle = open.values.min(by: { $0.lastOffset < $1.lastOffset }) else { preconditionFailure() }
            try retire(idle)
        }
        let id = nextSegment
        nextSegment += 1
        let folder = key.night.map { "\(key.topic.folder)/\($0)" } ?? key.topic.folder
        let number = String(id)
        let path = "\(folder)/\(String(repeating: "0", count: max(0, 8 - number.count)))\(number).avro"
        let created = try create(path: path, id: id, key: key, schema: schema)
        insertSegment.bind(0, id)
        insertSegment.bind(1, key.topic.name)
        insertSegment.bind(2, survey?.rawValue ?? "")
        if let night = key.night { insertSegment.bind(3, night) } else { insertSegment.bindNull(3) }
        insertSegment.bind(4, path)
        insertSegment.bind(5, schema.fingerprint)
        do { try insertSegment.run() } catch { throw BrokerError(error) }
        open[key] = created
        return created
    }

    /// The sync marker follows from the segment's name, so that the same night gives the same archive, byte for byte.
    private func create(path: String, id: Int64, key: Key, schema: SegmentSchema) throws(BrokerError) -> Open {
        let absolute = "\(root)/\(path)"
        let folder = String(absolute[..<(absolute.lastIndex(of: "/") ?? absolute.startIndex)])
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch { throw BrokerError(.cannotCreate, path: folder, detail: error.localizedDescription) }
        let marker = SyncMarker(Digest.sha256(ArraySlice(path.utf8), ArraySlice(schema.fingerprint.utf8))[..<16])
        let encoder = ContainerEncoder(schema: schema.schema.json, codec: .null, sync: marker)
        let file = try SegmentFile(create: absolute, header: encoder.header, writer: writer)
        try SegmentFile.syncFolder(of: absolute)
        return Open(id: id, key: key, file: file, sync: marker.bytes, records: 0, lastOffset: -1)
    }

    // MARK: - Making it durable

    /// Has the disk begin with what was appended, while the caller goes on with other work.
    func startWriting() {
        for segment in open.values { segment.file.startWriting() }
    }

    /// Waits until every appended byte is on the disk, and notes the new lengths in the open transaction.
    func sync() throws(BrokerError) {
        for segment in open.values { segment.file.flush() }
        try writer.finish()
        for segment in open.values where segment.isTouched {
            try segment.file.sync()
            try note(segment, state: 0)
            segment.isTouched = false
        }
    }

    /// Waits until nothing is written any more: what was appended does not count, and its files may be cut.
    func abandon() { try? writer.finish() }

    private func note(_ segment: Open, state: Int) throws(BrokerError) {
        updateSegment.bind(0, state)
        updateSegment.bind(1, segment.file.length)
        updateSegment.bind(2, segment.records)
        updateSegment.bind(3, segment.lastOffset)
        updateSegment.bind(4, segment.id)
        do { try updateSegment.run() } catch { throw BrokerError(error) }
    }

    // MARK: - Closing

    /// Notes in the open transaction that a segment is whole; ``renameClosed()`` then gives it its name.
    private func retire(_ segment: Open) throws(BrokerError) {
        segment.file.flush()
        try writer.finish()
        try segment.file.sync()
        try note(segment, state: 1)
        open[segment.key] = nil
    }

    /// Retires all growing segments of the archive; the other topics' go on with the next run.
    func retireArchive() throws(BrokerError) {
        for segment in open.values.sorted(by: { $0.id < $1.id }) where segment.key.night != nil { try retire(segment) }
    }

    /// Gives every retired segment its closed name. To be called after the transaction that retired it.
    func renameClosed() throws(BrokerError) {
        for path in try retired().map(\.path) { try SegmentFile.close(path: "\(root)/\(path)") }
    }

    /// The retired segments, which ``renameClosed()`` has renamed, and marks them as done with in the open transaction.
    func takeClosed() throws(BrokerError) -> [Closed] {
        let closed = try retired()
        do { try database.execute("UPDATE segments SET state = 2 WHERE state = 1") } catch { throw BrokerError(error) }
        return closed.compactMap { row in row.closed }
    }

    private func retired() throws(BrokerError) -> [(path: String, closed: Closed?)] {
        do {
            let query = try database.prepare(
                "SELECT survey, night, path, fingerprint, records, bytes FROM segments WHERE state = 1 ORDER BY segment"
            )
            var rows: [(String, Closed?)] = []
            while try query.step() {
                let path = query.text(2) ?? ""
                let survey = query.text(0).flatMap { Survey(rawValue: $0) }
                rows.append(
                    (
                        path,
                        survey.map { survey in
                            Closed(
                                survey: survey, night: Int(query.integer(1)), path: path,
                                fingerprint: query.text(3) ?? "", records: query.integer(4), bytes: query.integer(5))
                        }
                    ))
            }
            return rows
        } catch { throw BrokerError(error) }
    }

    // MARK: - After a crash

    /// Takes up the segments that a run before this one left growing, and removes files that no transaction names.
    private func recover() throws(BrokerError) {
        var known: Set<String> = []
        do {
            let query = try database.prepare(
                """
                SELECT segment, topic, night, path, fingerprint, bytes, records, lastOffset FROM segments
                WHERE state = 0 ORDER BY segment
                """)
            while try query.step() {
                guard let topic = Self.topic(named: query.text(1) ?? ""), let path = query.text(3) else { continue }
                let key = Key(
                    topic: topic, night: query.isNull(2) ? nil : Int(query.integer(2)),
                    fingerprint: query.text(4) ?? "")
                let file = try SegmentFile(reopen: "\(root)/\(path)", committed: query.integer(5), writer: writer)
                known.insert(file.path + SegmentFile.openSuffix)
                let marker = Digest.sha256(ArraySlice(path.utf8), ArraySlice(key.fingerprint.utf8)).prefix(16)
                let segment = Open(
                    id: query.integer(0), key: key, file: file, sync: Array(marker), records: query.integer(6),
                    lastOffset: query.integer(7))
                segment.isTouched = false
                open[key] = segment
            }
        } catch let error as SQLiteError {
            throw BrokerError(error)
        } catch let error as BrokerError {
            throw error
        } catch {
            throw BrokerError(.table, path: root, detail: "\(error)")
        }
        for path in try retired().map(\.path) { known.insert("\(root)/\(path)" + SegmentFile.openSuffix) }
        removeStrays(besides: known)
    }

    private static func topic(named name: String) -> Topic? {
        [Topic.deadLetters, .received].first { $0.name == name } ?? Topic(name: name)
    }

    private func removeStrays(besides known: Set<String>) {
        for folder in Topic.topFolders {
            let base = "\(root)/\(folder)"
            guard let files = FileManager.default.enumerator(atPath: base) else { continue }
            for case let name as String in files where name.hasSuffix(".avro" + SegmentFile.openSuffix) {
                let path = "\(base)/\(name)"
                if !known.contains(path) { try? FileManager.default.removeItem(atPath: path) }
            }
        }
    }
}

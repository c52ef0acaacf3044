internal import Alerts
internal import Avro
internal import SQLite
internal import Stages

/// A packet that could not be used.
package struct DeadLetter: Sendable, Hashable, Encodable {
    /// Its number in the data folder.
    package let id: Int64
    package let source: String
    /// The file or tarball member it came in, where there was one.
    package let member: String?
    /// Its number in the source, from 0.
    package let position: Int
    package let code: String
    package let reason: String
    /// The field and the byte of the packet where the fault is.
    package let field: String
    package let byte: Int
    package let sha256: String
    /// Bytes of the packet.
    package let size: Int
    /// Whether all of it was kept; of one that was too large only the beginning is.
    package let isWhole: Bool
    package let state: String
    let key: SourceKey
}

/// Keeps packets that could not be used, whole, until they are replayed.
final class DeadLetters {
    private let database: Database
    private let segments: SegmentStore
    private let insert: Statement
    private let resolve: Statement
    private let schema: SegmentSchema
    private var encoder = BinaryEncoder()

    init(database: Database, segments: SegmentStore) throws(BrokerError) {
        self.database = database
        self.segments = segments
        do {
            insert = try database.prepare(
                """
                INSERT INTO dead_letters VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting')
                ON CONFLICT (source, fingerprint, partition, position, sha256) DO NOTHING
                """)
            resolve = try database.prepare(
                """
                UPDATE dead_letters SET state = 'replayed'
                WHERE source = ? AND fingerprint = ? AND partition = ? AND position = ? AND state = 'waiting'
                """)
        } catch { throw BrokerError(error) }
        do {
            schema = SegmentSchema(
                try AvroSchema.parse(
                    """
                    {"type": "record", "name": "nightjar.dead_letter", "fields": [
                    {"name": "source", "type": "string"}, {"name": "member", "type": ["null", "string"], "default": null},
                    {"name": "position", "type": "long"}, {"name": "code", "type": "string"},
                    {"name": "reason", "type": "string"}, {"name": "size", "type": "long"},
                    {"name": "packet", "type": "bytes"}]}
                    """))
        } catch { preconditionFailure("the dead letters' own schema: \(error)") }
    }

    /// Keeps a packet, unless the same source brought the same bytes at the same place before.
    ///
    /// `size` is the packet's, of which `bytes` may be only the beginning.
    func keep(
        _ bytes: ArraySlice<UInt8>, size: Int, error: AlertError, source: SourceKey, position: Int, member: String?
    ) throws(BrokerError) {
        let id = try segments.nextOffset(of: .deadLetters)
        insert.bind(0, id)
        insert.bind(1, source.name)
        insert.bind(2, source.fingerprint)
        insert.bind(3, source.partition)
        insert.bind(4, position)
        if let member { insert.bind(5, member) } else { insert.bindNull(5) }
        insert.bind(6, error.code.rawValue)
        insert.bind(7, error.description)
        insert.bind(8, error.field)
        insert.bind(9, error.offset)
        insert.bind(10, Digest.hexadecimal(Digest.sha256(bytes)))
        insert.bind(11, size)
        insert.bind(12, size == bytes.count ? 1 : 0)
        do { try insert.run() } catch { throw BrokerError(error) }
        guard database.changes == 1 else { return }
        encoder.removeAll(keepingCapacity: true)
        encoder.string(source.name)
        encoder.branch(member == nil ? 0 : 1)
        if let member { encoder.string(member) }
        encoder.long(Int64(position))
        encoder.string(error.code.rawValue)
        encoder.string(error.description)
        encoder.long(Int64(size))
        encoder.bytes(bytes)
        _ = try segments.append(encoder.bytes[...], to: .deadLetters, schema: schema)
    }

    /// Marks the letters of a packet as replayed.
    ///
    /// - Returns: Whether there were any waiting.
    func markReplayed(source: SourceKey, position: Int) throws(BrokerError) -> Bool {
        resolve.bind(0, source.name)
        resolve.bind(1, source.fingerprint)
        resolve.bind(2, source.partition)
        resolve.bind(3, position)
        do { try resolve.run() } catch { throw BrokerError(error) }
        return database.changes > 0
    }

    /// The letters of a folder whose numbers come after one, the oldest first, `limit` of them at most.
    static func list(
        in database: Database, after id: Int64 = -1, limit: Int = .max
    ) throws(BrokerError) -> [DeadLetter] {
        do {
            let query = try database.prepare(
                """
                SELECT id, source, fingerprint, partition, position, member, code, reason, field, byte, sha256, size,
                whole, state FROM dead_letters WHERE id > ? ORDER BY id LIMIT ?
                """)
            query.bind(0, id)
            query.bind(1, limit)
            var letters: [DeadLetter] = []
            while try query.step() {
                let key = SourceKey(
                    name: query.text(1) ?? "", fingerprint: query.text(2) ?? "", partition: Int(query.integer(3)))
                letters.append(
                    DeadLetter(
                        id: query.integer(0), source: key.name, member: query.text(5), position: Int(query.integer(4)),
                        code: query.text(6) ?? "", reason: query.text(7) ?? "", field: query.text(8) ?? "",
                        byte: Int(query.integer(9)), sha256: query.text(10) ?? "", size: Int(query.integer(11)),
                        isWhole: query.integer(12) == 1, state: query.text(13) ?? "", key: key))
            }
            return letters
        } catch { throw BrokerError(error) }
    }

    /// The bytes that were kept of a letter.
    ///
    /// - Throws: ``BrokerError``, of code `damagedArchive` where they are not what was kept.
    static func packet(_ id: Int64, folder: String) throws(BrokerError) -> ArraySlice<UInt8> {
        guard let message = try TopicReader(folder: folder, topic: .deadLetters, from: id).next(), message.offset == id
        else { throw BrokerError(.unknownAlert, path: folder, detail: "there is no dead letter \(id)") }
        do {
            var record = ProjectedRecord()
            try Projection(schema: message.schema, columns: ["packet"]).decode(message.body, into: &record)
            return record.columns[0].slice(of: message.body) ?? []
        } catch { throw BrokerError(.damagedArchive, path: folder, detail: "dead letter \(id): \(error)") }
    }
}

internal import Alerts
internal import Avro
internal import DataLayout
internal import Hashing
internal import SQLite
internal import Pipeline

/// Stores unusable packets whole, until they are replayed.
final class DeadLetters {
    private let database: Database
    private let segments: SegmentStore
    private let insert: Statement
    private let waiting: Statement
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
            waiting = try database.prepare(
                """
                SELECT id, sha256 FROM dead_letters
                WHERE source = ? AND fingerprint = ? AND partition = ? AND position = ? AND state = 'waiting'
                """)
            resolve = try database.prepare("UPDATE dead_letters SET state = 'replayed' WHERE id = ?")
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

    /// Stores a packet, or its unusable part, unless the same source had the same bytes at the same position before.
    ///
    /// - Returns: The digest that identifies it among the packet's letters, and whether it is new.
    func store(
        _ fault: PacketFault, of packet: ProcessedPacket, source: SourceKey
    ) throws(BrokerError) -> (digest: String, isNew: Bool) {
        let (error, bytes) = (fault.error, fault.part.bytes(of: packet.bytes))
        // Of a packet that is too large only the first bytes are there.
        let isWhole = if case .whole = fault.part { packet.size == bytes.count } else { true }
        let size = isWhole ? bytes.count : packet.size
        let digest = Digest.hexadecimal(Digest.sha256(bytes))
        insert.bind(0, try segments.nextOffset(of: .deadLetters))
        insert.bind(1, source.name)
        insert.bind(2, source.fingerprint)
        insert.bind(3, source.partition)
        insert.bind(4, packet.position)
        if let member = packet.member { insert.bind(5, member) } else { insert.bindNull(5) }
        insert.bind(6, error.code.rawValue)
        insert.bind(7, error.description)
        insert.bind(8, error.field)
        insert.bind(9, error.offset)
        insert.bind(10, digest)
        insert.bind(11, size)
        insert.bind(12, isWhole ? 1 : 0)
        do { try insert.run() } catch { throw BrokerError(error) }
        guard database.changes == 1 else { return (digest, false) }
        encoder.removeAll(keepingCapacity: true)
        encoder.string(source.name)
        encoder.branch(packet.member == nil ? 0 : 1)
        if let member = packet.member { encoder.string(member) }
        encoder.long(Int64(packet.position))
        encoder.string(error.code.rawValue)
        encoder.string(error.description)
        encoder.long(Int64(size))
        encoder.bytes(bytes)
        _ = try segments.append(encoder.bytes[...], to: .deadLetters, schema: schema)
        return (digest, true)
    }

    /// The digest that identifies a part of a packet among others of the same position.
    static func digest(_ fault: PacketFault, of packet: ProcessedPacket) -> String {
        Digest.hexadecimal(Digest.sha256(fault.part.bytes(of: packet.bytes)))
    }

    /// Marks one letter of a packet, or all of them, as replayed, except those whose digests still wait.
    ///
    /// - Returns: The number of letters marked.
    func markReplayed(
        source: SourceKey, position: Int, letter: Int64?, stillWaiting digests: Set<String>
    ) throws(BrokerError) -> Int {
        do {
            waiting.bind(0, source.name)
            waiting.bind(1, source.fingerprint)
            waiting.bind(2, source.partition)
            waiting.bind(3, position)
            var freed: [Int64] = []
            while try waiting.step() {
                let id = waiting.integer(0)
                guard letter == nil || letter == id, !digests.contains(waiting.text(1) ?? "") else { continue }
                freed.append(id)
            }
            for id in freed {
                resolve.bind(0, id)
                try resolve.run()
            }
            return freed.count
        } catch { throw BrokerError(error) }
    }
}

internal import Alerts
internal import Avro
internal import Compression
internal import DataLayout
internal import Glibc
internal import Hashing
internal import SQLite
internal import Pipeline

/// Stores every alert once, in Avro containers that strict readers accept, with an index.
final class AvroArchive {
    private let database: Database
    private let segments: SegmentStore
    private let find: Statement
    private let insert: Statement
    private let insertDuplicate: Statement
    private let insertSource: Statement
    private let findSource: Statement
    private var lastSource: (key: SourceKey, number: Int64)?
    private let insertEnvelope: Statement
    private let findEnvelope: Statement
    /// The last headers; a night has one or two.
    private var envelopes: [KnownEnvelope] = []
    private let receivedSchema: SegmentSchema
    private var encoder = BinaryEncoder()

    private struct KnownEnvelope {
        let header: [UInt8]
        let key: Int64
        /// The header's CRC32C.
        let checksum: UInt32
    }

    init(database: Database, segments: SegmentStore) throws(BrokerError) {
        self.database = database
        self.segments = segments
        do {
            find = try database.prepare("SELECT 1 FROM archive WHERE survey = ? AND id = ?")
            insert = try database.prepare("INSERT INTO archive VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
            insertDuplicate = try database.prepare("INSERT OR IGNORE INTO duplicates VALUES (?, ?, ?, ?)")
            insertSource = try database.prepare(
                "INSERT OR IGNORE INTO sources (name, fingerprint, partition) VALUES (?, ?, ?)")
            findSource = try database.prepare(
                "SELECT source FROM sources WHERE name = ? AND fingerprint = ? AND partition = ?")
            insertEnvelope = try database.prepare(
                "INSERT INTO envelopes (digest, header) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING")
            findEnvelope = try database.prepare("SELECT envelope FROM envelopes WHERE digest = ?")
        } catch { throw BrokerError(error) }
        do {
            receivedSchema = SegmentSchema(
                try AvroSchema.parse(
                    #"{"type": "record", "name": "nightjar.received", "fields": [{"name": "packet", "type": "bytes"}]}"#
                ))
        } catch { preconditionFailure("the archive's own schema: \(error)") }
    }

    /// Whether an alert is archived.
    func contains(_ key: AlertKey) throws(BrokerError) -> Bool {
        find.bind(0, key.survey.name)
        find.bind(1, key.id)
        defer { find.reset() }
        do { return try find.step() } catch { throw BrokerError(error) }
    }

    /// The source that a stored alert came from; `nil` where an older Nightjar stored it.
    func source(of key: AlertKey) throws(BrokerError) -> SourceKey? {
        do {
            let query = try database.prepare(
                """
                SELECT name, fingerprint, partition FROM archive JOIN sources USING (source)
                WHERE survey = ? AND id = ?
                """)
            query.bind(0, key.survey.name)
            query.bind(1, key.id)
            guard try query.step() else { return nil }
            return SourceKey(
                name: query.text(0) ?? "", fingerprint: query.text(1) ?? "", partition: Int(query.integer(2)))
        } catch { throw BrokerError(error) }
    }

    /// The number of a source, which is inserted if it is new.
    private func number(of source: SourceKey) throws(BrokerError) -> Int64 {
        if let lastSource, lastSource.key == source { return lastSource.number }
        let number: Int64?
        do {
            for (statement, isInsert) in [(insertSource, true), (findSource, false)] {
                statement.bind(0, source.name)
                statement.bind(1, source.fingerprint)
                statement.bind(2, source.partition)
                if isInsert { try statement.run() }
            }
            defer { findSource.reset() }
            number = try findSource.step() ? findSource.integer(0) : nil
        } catch { throw BrokerError(error) }
        guard let number else {
            throw BrokerError(.table, path: database.path, detail: "the row of a source is missing")
        }
        lastSource = (source, number)
        return number
    }

    /// Notes that a packet of a source repeats an alert.
    func noteDuplicate(_ key: AlertKey, from source: SourceKey, at position: Int) throws(BrokerError) {
        insertDuplicate.bind(0, try number(of: source))
        insertDuplicate.bind(1, position)
        insertDuplicate.bind(2, key.survey.name)
        insertDuplicate.bind(3, key.id)
        do { try insertDuplicate.run() } catch { throw BrokerError(error) }
    }

    /// Archives an alert that is not archived yet, with its source and the number of its packet there.
    ///
    /// - Throws: ``BrokerError`` where nothing can be written.
    func store(_ alert: ProcessedAlert, from source: SourceKey, at position: Int) throws(BrokerError) {
        let decoded = alert.decoded
        let topic = Topic(decoded.schema.survey, .alertData)
        let received = try received(alert)
        insert.bind(0, decoded.schema.survey.name)
        insert.bind(1, decoded.alert.id)
        insert.bind(2, try segments.nextOffset(of: topic))
        insert.bind(3, received.envelope)
        insert.bind(4, received.form.rawValue)
        insert.bind(5, blob: received.extra)
        insert.bind(6, Int64(received.checksum))
        insert.bind(7, try number(of: source))
        insert.bind(8, position)
        do { try insert.run() } catch { throw BrokerError(error) }
        if let packet = received.packet {
            encoder.removeAll(keepingCapacity: true)
            encoder.bytes(packet)
            _ = try segments.append(encoder.bytes[...], to: .received, schema: receivedSchema)
        }
        _ = try segments.append(
            alert.body, sum: alert.checksum, to: topic, survey: decoded.schema.survey, night: decoded.alert.night,
            schema: alert.schema.segment)
    }

    private struct Received {
        let form: ReceivedForm
        let envelope: Int64
        /// The CRC32C of the packet, or of the record where the packet has several.
        let checksum: UInt32
        var extra: [UInt8] = []
        var packet: ArraySlice<UInt8>?
    }

    /// How the packet's bytes are restored, and their checksum.
    private func received(_ alert: ProcessedAlert) throws(BrokerError) -> Received {
        let decoded = alert.decoded
        switch decoded.envelope {
        case .container(let header, let sync):
            let envelope = try envelope(header)
            encoder.removeAll(keepingCapacity: true)
            encoder.raw(sync)
            RecordBlock.header(of: decoded.body, into: &encoder)
            let before = CRC32C.of(encoder.bytes[...], after: envelope.checksum)
            return Received(
                form: .container, envelope: envelope.key,
                checksum: CRC32C.of(sync, after: Self.checksum(ofReceived: alert).after(before)), extra: Array(sync))
        case .confluent(let number):
            let id = withUnsafeBytes(of: number.bigEndian) { Array($0) }
            let before = CRC32C.of([0] + id[...])
            return Received(
                form: .confluent, envelope: try envelope(decoded.schema.writer.json[...]).key,
                checksum: Self.checksum(ofReceived: alert).after(before), extra: id)
        case .packet(let packet):
            let offset = try segments.nextOffset(of: .received)
            let extra = withUnsafeBytes(of: offset.bigEndian) { Array($0) }
            return Received(
                form: .packet, envelope: try envelope([]).key, checksum: CRC32C.of(packet), extra: extra, packet: packet
            )
        case .oneOfMany(let header):
            return Received(
                form: .oneOfMany, envelope: try envelope(header).key, checksum: Self.checksum(ofReceived: alert).sum)
        }
    }

    /// The checksum of the record as received, which usually is the archived one, in the same memory.
    private static func checksum(ofReceived alert: ProcessedAlert) -> CRC32C.Part {
        let (received, archived) = (alert.decoded.body, alert.body)
        let isSame =
            received.count == archived.count
            && received.withUnsafeBytes { $0.baseAddress } == archived.withUnsafeBytes { $0.baseAddress }
        return isSame ? alert.checksum : CRC32C.Part(received)
    }

    /// A header's row, which is inserted if it is new.
    private func envelope(_ header: ArraySlice<UInt8>) throws(BrokerError) -> KnownEnvelope {
        if let known = envelopes.first(where: { Self.same($0.header, header) }) { return known }
        let digest = Digest.sha256(header)
        let key: Int64?
        do {
            insertEnvelope.bind(0, blob: digest)
            insertEnvelope.bind(1, blob: header)
            try insertEnvelope.run()
            findEnvelope.bind(0, blob: digest)
            defer { findEnvelope.reset() }
            key = try findEnvelope.step() ? findEnvelope.integer(0) : nil
        } catch { throw BrokerError(error) }
        guard let key else {
            throw BrokerError(.table, path: database.path, detail: "the row of an envelope is missing")
        }
        let known = KnownEnvelope(header: Array(header), key: key, checksum: CRC32C.of(header))
        if envelopes.count >= 8 { envelopes.removeLast() }
        envelopes.insert(known, at: 0)
        return known
    }

    private static func same(_ known: [UInt8], _ header: ArraySlice<UInt8>) -> Bool {
        guard known.count == header.count else { return false }
        return known.withUnsafeBytes { known in
            header.withUnsafeBytes { header in
                guard let left = known.baseAddress, let right = header.baseAddress else { return true }
                return memcmp(left, right, known.count) == 0
            }
        }
    }
}

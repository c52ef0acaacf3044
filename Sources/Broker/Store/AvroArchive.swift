internal import Alerts
internal import Avro
internal import Glibc
internal import SQLite
internal import Stages

/// How the bytes of a packet are given back as they were received.
enum ReceivedForm: Int64 {
    /// A container with one plain block: the envelope's header, the sync marker, the record.
    case container = 0
    /// A Confluent frame: the envelope is the schema, `extra` the schema's number.
    case confluent = 1
    /// The whole packet, kept in the topic `received` at the offset in `extra`.
    case packet = 2
    /// One record of a container of many: given back in a container of its own.
    case oneOfMany = 3
}

/// Keeps every alert once, in Avro containers that strict readers accept, and knows where each lies.
final class AvroArchive {
    private let database: Database
    private let segments: SegmentStore
    private let insert: Statement
    private let insertEnvelope: Statement
    private let findEnvelope: Statement
    /// The last headers seen and their keys; a night has one or two.
    private var envelopes: [(header: [UInt8], key: Int64)] = []
    private let receivedSchema: SegmentSchema
    private var encoder = BinaryEncoder()

    init(database: Database, segments: SegmentStore) throws(BrokerError) {
        self.database = database
        self.segments = segments
        do {
            insert = try database.prepare(
                "INSERT INTO archive VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (survey, id) DO NOTHING")
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

    /// Archives an alert unless one with its id is archived already.
    ///
    /// - Returns: Whether it is new.
    func store(_ judged: JudgedAlert) throws(BrokerError) -> Bool {
        let decoded = judged.decoded
        let topic = Topic(decoded.schema.survey, .alertData)
        let received = try received(decoded)
        insert.bind(0, decoded.schema.survey.rawValue)
        insert.bind(1, decoded.alert.id)
        insert.bind(2, try segments.nextOffset(of: topic))
        insert.bind(3, received.envelope)
        insert.bind(4, received.form.rawValue)
        insert.bind(5, blob: received.extra)
        do { try insert.run() } catch { throw BrokerError(error) }
        guard database.changes == 1 else { return false }
        if let packet = received.packet {
            encoder.removeAll(keepingCapacity: true)
            encoder.bytes(packet)
            _ = try segments.append(encoder.bytes[...], to: .received, schema: receivedSchema)
        }
        _ = try segments.append(
            judged.body, to: topic, survey: decoded.schema.survey, night: decoded.alert.night,
            schema: judged.schema.segment)
        return true
    }

    private struct Received {
        let form: ReceivedForm
        let envelope: Int64
        var extra: [UInt8] = []
        var packet: ArraySlice<UInt8>?
    }

    private func received(_ decoded: DecodedAlert) throws(BrokerError) -> Received {
        switch decoded.envelope {
        case .container(let header, let sync):
            return Received(form: .container, envelope: try envelope(header), extra: Array(sync))
        case .confluent(let number):
            let id = withUnsafeBytes(of: number.bigEndian) { Array($0) }
            return Received(form: .confluent, envelope: try envelope(decoded.schema.writer.json[...]), extra: id)
        case .packet(let packet):
            let offset = try segments.nextOffset(of: .received)
            let extra = withUnsafeBytes(of: offset.bigEndian) { Array($0) }
            return Received(form: .packet, envelope: try envelope([]), extra: extra, packet: packet)
        case .oneOfMany(let header):
            return Received(form: .oneOfMany, envelope: try envelope(header))
        }
    }

    /// A container's block of one record.
    static func block(_ body: ArraySlice<UInt8>, sync: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var encoder = BinaryEncoder()
        encoder.long(1)
        encoder.long(Int64(body.count))
        return encoder.bytes + body + sync
    }

    /// The key of a header's row, which is made where there is none.
    private func envelope(_ header: ArraySlice<UInt8>) throws(BrokerError) -> Int64 {
        if let known = envelopes.first(where: { Self.same($0.header, header) }) { return known.key }
        let digest = Digest.sha256(header)
        do {
            insertEnvelope.bind(0, blob: digest)
            insertEnvelope.bind(1, blob: header)
            try insertEnvelope.run()
            findEnvelope.bind(0, blob: digest)
            guard try findEnvelope.step() else {
                throw BrokerError(.table, path: database.path, detail: "an envelope vanished")
            }
            let key = findEnvelope.integer(0)
            findEnvelope.reset()
            if envelopes.count >= 8 { envelopes.removeLast() }
            envelopes.insert((Array(header), key), at: 0)
            return key
        } catch let error as SQLiteError {
            throw BrokerError(error)
        } catch let error as BrokerError {
            throw error
        } catch {
            throw BrokerError(.table, path: database.path, detail: "\(error)")
        }
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

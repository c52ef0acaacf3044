package import Alerts
package import Avro
internal import Compression
internal import Hashing
internal import SQLite
internal import Stages

/// Gives alerts back from the archive.
package struct ArchiveReader {
    /// An alert as archived.
    package struct Archived {
        package let survey: Survey
        package let id: Int64
        /// The segment, below the data folder.
        package let path: String
        /// The record, in ``schema``, which strict readers accept.
        package let body: ArraySlice<UInt8>
        package let schema: AvroSchema
        /// Whether the record was compared with its checksum: what an older Nightjar archived has none.
        package let isChecked: Bool
        let form: ReceivedForm
        let envelope: [UInt8]
        /// The envelope's SHA-256.
        let digest: [UInt8]
        let extra: [UInt8]
        /// The CRC32C of what was received, where it is known.
        let checksum: UInt32?

        /// The record in an Avro container of its own, with the corrected schema.
        package func container() throws(BrokerError) -> [UInt8] { SegmentSchema(schema).container(body) }
    }

    let database: Database
    private let segments: SegmentReader
    let folder: String
    /// Segments whose headers are damaged; their alerts are given all the same.
    package var damagedHeaders: [BrokerError] { segments.damagedHeaders }

    package init(folder: String) throws(BrokerError) {
        database = try DataFolder.openForReading(folder)
        segments = try SegmentReader(root: folder, database: database)
        self.folder = folder
    }

    /// The alert with an id; where both surveys have one, ZTF's.
    ///
    /// - Throws: ``BrokerError``, of code `damagedArchive` where the record is not as it was archived.
    package func alert(_ id: Int64) throws(BrokerError) -> Archived {
        do {
            let query = try database.prepare(
                """
                SELECT a.survey, a.form, a.extra, a.checksum, e.header, e.digest, \(RecordPlace.columns)
                FROM archive AS a JOIN envelopes AS e USING (envelope)
                JOIN messages AS m ON m.topic = a.survey || '_alert_data' AND m.offset = a.offset
                JOIN segments AS s USING (segment)
                WHERE a.id = ? ORDER BY a.survey DESC
                """)
            query.bind(0, id)
            guard try query.step(), let survey = query.text(0).flatMap({ Survey.named($0) }),
                let form = ReceivedForm(rawValue: query.integer(1))
            else { throw try unknown(id) }
            let place = RecordPlace(query, from: 6)
            let (body, schema) = try record(of: id, at: place)
            return Archived(
                survey: survey, id: id, path: place.segment.path, body: body, schema: schema,
                isChecked: place.checksum != nil, form: form, envelope: query.blob(4) ?? [],
                digest: query.blob(5) ?? [], extra: query.blob(2) ?? [],
                checksum: query.isNull(3) ? nil : UInt32(truncatingIfNeeded: query.integer(3)))
        } catch let error as SQLiteError {
            throw BrokerError(error)
        } catch let error as BrokerError {
            throw error
        } catch {
            throw BrokerError(.cannotRead, path: folder, detail: "\(error)")
        }
    }

    private func record(
        of id: Int64, at place: RecordPlace
    ) throws(BrokerError) -> (ArraySlice<UInt8>, AvroSchema) {
        do throws(BrokerError) { return try segments.record(at: place) } catch {
            guard error.code == .damagedArchive else { throw error }
            throw BrokerError(.damagedArchive, path: error.path, detail: "alert \(id) is damaged: \(error.detail)")
        }
    }

    /// The packet as it was received, byte for byte; one of several records of a container comes in one of its own.
    ///
    /// - Throws: ``BrokerError``, of code `damagedArchive` where it is not what was received.
    package func received(_ alert: Archived) throws(BrokerError) -> ArraySlice<UInt8> {
        guard Digest.sha256(alert.envelope[...]) == alert.digest else {
            throw Self.damage(alert, "the header that it came in is not as it was stored in nightjar.db")
        }
        do {
            switch alert.form {
            case .container:
                let header = try ContainerHeader.parse(alert.envelope[...] + alert.extra)
                let body = try ArchivedSchema.received(alert.body, writer: header.schema)
                return try Self.checked(Self.container(alert, body, sync: alert.extra[...]), of: alert)
            case .oneOfMany:
                let sync = Digest.sha256(alert.body)[..<SyncMarker.count]
                let header = try ContainerHeader.parse(alert.envelope[...] + sync)
                let body = try ArchivedSchema.received(alert.body, writer: header.schema)
                return Self.container(alert, try Self.checked(body, of: alert), sync: sync)
            case .confluent:
                let writer = try AvroSchema.parse(alert.envelope[...])
                let body = try ArchivedSchema.received(alert.body, writer: writer)
                return try Self.checked([0] + alert.extra[...] + body, of: alert)
            case .packet:
                return try Self.checked(storedPacket(at: alert.extra.reduce(0) { $0 << 8 | Int64($1) }), of: alert)
            }
        } catch let error as AvroError {
            throw Self.damage(alert, "\(error)")
        } catch let error as BrokerError {
            throw error
        } catch {
            throw Self.damage(alert, "\(error)")
        }
    }

    private static func damage(_ alert: Archived, _ detail: String) -> BrokerError {
        BrokerError(.damagedArchive, path: alert.path, detail: "alert \(alert.id) cannot be given back: \(detail)")
    }

    /// What was received, where it still has the checksum that it had then.
    private static func checked(
        _ received: ArraySlice<UInt8>, of alert: Archived
    ) throws(BrokerError) -> ArraySlice<UInt8> {
        guard let checksum = alert.checksum else { return received }
        let sum = CRC32C.of(received)
        guard sum == checksum else {
            throw damage(
                alert,
                "its packet would have the CRC32C \(SegmentReader.digits(sum)), but had "
                    + "\(SegmentReader.digits(checksum)) when it was received")
        }
        return received
    }

    private static func container(
        _ alert: Archived, _ body: ArraySlice<UInt8>, sync: ArraySlice<UInt8>
    ) -> ArraySlice<UInt8> {
        alert.envelope[...] + sync + AvroArchive.block(body, sync: sync)
    }

    private func storedPacket(at offset: Int64) throws -> ArraySlice<UInt8> {
        guard let message = try TopicReader(folder: folder, topic: .received, from: offset).next() else {
            throw BrokerError(.damagedArchive, path: folder, detail: "the received packet \(offset) is missing")
        }
        var record = ProjectedRecord()
        try Projection(schema: message.schema, columns: ["packet"]).decode(message.body, into: &record)
        return record.columns[0].slice(of: message.body) ?? []
    }
}

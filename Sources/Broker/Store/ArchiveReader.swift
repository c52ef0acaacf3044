package import Alerts
package import Avro
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
        let form: ReceivedForm
        let envelope: [UInt8]
        let extra: [UInt8]

        /// The record in an Avro container of its own, with the corrected schema.
        package func container() throws(BrokerError) -> [UInt8] { SegmentSchema(schema).container(body) }
    }

    private let database: Database
    private let segments: SegmentReader
    private let folder: String

    package init(folder: String) throws(BrokerError) {
        database = try DataFolder.openForReading(folder)
        segments = SegmentReader(root: folder)
        self.folder = folder
    }

    /// The alert with an id; where both surveys have one, ZTF's.
    package func alert(_ id: Int64) throws(BrokerError) -> Archived {
        do {
            let query = try database.prepare(
                """
                SELECT a.survey, a.form, a.extra, e.header, s.path, m.position, m.length
                FROM archive AS a JOIN envelopes AS e USING (envelope)
                JOIN messages AS m ON m.topic = a.survey || '_alert_data' AND m.offset = a.offset
                JOIN segments AS s USING (segment)
                WHERE a.id = ? ORDER BY a.survey DESC
                """)
            query.bind(0, id)
            guard try query.step(), let survey = query.text(0).flatMap({ Survey(rawValue: $0) }),
                let form = ReceivedForm(rawValue: query.integer(1)), let path = query.text(4)
            else { throw BrokerError(.unknownAlert, path: folder, detail: "no alert \(id) is archived here") }
            let (body, schema) = try segments.record(path: path, position: query.integer(5), length: query.integer(6))
            return Archived(
                survey: survey, id: id, path: path, body: body, schema: schema, form: form,
                envelope: query.blob(3) ?? [], extra: query.blob(2) ?? [])
        } catch let error as SQLiteError {
            throw BrokerError(error)
        } catch let error as BrokerError {
            throw error
        } catch {
            throw BrokerError(.cannotRead, path: folder, detail: "\(error)")
        }
    }

    /// The packet as it was received, byte for byte; one of several records of a container comes in one of its own.
    package func received(_ alert: Archived) throws(BrokerError) -> ArraySlice<UInt8> {
        do {
            switch alert.form {
            case .container:
                return try Self.container(alert, sync: alert.extra[...])
            case .oneOfMany:
                return try Self.container(alert, sync: Digest.sha256(alert.body)[..<SyncMarker.count])
            case .confluent:
                let writer = try AvroSchema.parse(alert.envelope[...])
                return try [0] + alert.extra[...] + ArchivedSchema.received(alert.body, writer: writer)
            case .packet:
                return try storedPacket(at: alert.extra.reduce(0) { $0 << 8 | Int64($1) })
            }
        } catch let error as AvroError {
            throw BrokerError(.damagedArchive, path: alert.path, detail: "\(error)")
        } catch let error as BrokerError {
            throw error
        } catch {
            throw BrokerError(.damagedArchive, path: alert.path, detail: "\(error)")
        }
    }

    private static func container(
        _ alert: Archived, sync: ArraySlice<UInt8>
    ) throws(AvroError) -> ArraySlice<UInt8> {
        let header = try ContainerHeader.parse(alert.envelope[...] + sync)
        let body = try ArchivedSchema.received(alert.body, writer: header.schema)
        return alert.envelope[...] + sync + AvroArchive.block(body, sync: sync)
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

internal import Alerts
internal import Avro
internal import SQLite

extension OpenFolder {
    /// The alert with an id; where both surveys have one, ZTF's.
    ///
    /// - Throws: ``BrokerError``, of code `damagedArchive` where the record is not as it was archived.
    package func alert(_ id: Int64) throws(BrokerError) -> ArchivedAlert {
        let query: Statement
        let isFound: Bool
        do {
            query = try database.prepare(
                """
                SELECT a.survey, a.form, a.extra, a.checksum, e.header, e.digest, \(RecordLocation.columns)
                FROM archive AS a JOIN envelopes AS e USING (envelope)
                JOIN messages AS m ON m.topic = a.survey || '_alert_data' AND m.offset = a.offset
                JOIN segments AS s USING (segment)
                WHERE a.id = ? ORDER BY a.survey DESC
                """)
            query.bind(0, id)
            isFound = try query.step()
        } catch { throw BrokerError(error) }
        guard isFound, let survey = query.text(0).flatMap({ Survey.named($0) }),
            let form = ReceivedForm(rawValue: query.integer(1))
        else { throw try unknown(id) }
        let location = RecordLocation(query, from: 6)
        let (body, schema) = try record(of: id, at: location)
        return ArchivedAlert(
            folder: self, survey: survey, id: id, path: location.segment.path, body: body, schema: schema,
            isChecked: location.checksum != nil, form: form, envelope: query.blob(4) ?? [],
            digest: query.blob(5) ?? [], extra: query.blob(2) ?? [],
            checksum: query.isNull(3) ? nil : UInt32(truncatingIfNeeded: query.integer(3)))
    }

    private func record(
        of id: Int64, at location: RecordLocation
    ) throws(BrokerError) -> (ArraySlice<UInt8>, AvroSchema) {
        do throws(BrokerError) { return try segments.record(at: location) } catch {
            guard error.code == .damagedArchive else { throw error }
            throw BrokerError(.damagedArchive, path: error.path, detail: "alert \(id) is damaged: \(error.detail)")
        }
    }
}

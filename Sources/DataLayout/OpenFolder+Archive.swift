package import Alerts
internal import Avro
internal import SQLite

extension OpenFolder {
    /// The surveys of which there is an alert with an id, with its time, MJD in TAI; the newest alert's first.
    package func surveys(ofAlert id: Int64) throws(BrokerError) -> [(survey: Survey, time: Double)] {
        var found: [(survey: Survey, time: Double)] = []
        do {
            let query = try database.prepare("SELECT 1 FROM archive WHERE survey = ? AND id = ?")
            query.bind(1, id)
            for survey in Survey.all {
                query.bind(0, survey.name)
                if try query.step() { found.append((survey, try time(ofAlert: id, of: survey))) }
                query.reset()
            }
        } catch { throw BrokerError(error) }
        return found.sorted { $0.time > $1.time }
    }

    private func time(ofAlert id: Int64, of survey: Survey) throws(SQLiteError) -> Double {
        let tables = survey.tables
        let query = try database.prepare(
            "SELECT \(tables.timeColumn) FROM \(tables.alerts) WHERE \(tables.idColumn) = ?")
        query.bind(0, id)
        return try query.step() ? survey.time.epoch(query.double(0)).mjdTAI : -.infinity
    }

    /// The alert with an id; where several surveys have one, the newest.
    ///
    /// - Throws: ``BrokerError``, of code `unknownAlert` where there is none, and `damagedArchive` where the record is not as
    ///   it was archived.
    package func alert(_ id: Int64) throws(BrokerError) -> ArchivedAlert {
        guard let survey = try surveys(ofAlert: id).first?.survey else { throw try unknown(id) }
        return try alert(id, of: survey)
    }

    /// A survey's alert with an id.
    ///
    /// - Throws: ``BrokerError``, of code `unknownAlert` where there is none, and `damagedArchive` where the record is not as
    ///   it was archived.
    package func alert(_ id: Int64, of survey: Survey) throws(BrokerError) -> ArchivedAlert {
        let query: Statement
        let isFound: Bool
        do {
            query = try database.prepare(
                """
                SELECT a.form, a.extra, a.checksum, e.header, e.digest, \(RecordLocation.columns)
                FROM archive AS a JOIN envelopes AS e USING (envelope)
                JOIN messages AS m ON m.topic = a.survey || '_alert_data' AND m.offset = a.offset
                JOIN segments AS s USING (segment)
                WHERE a.survey = ? AND a.id = ?
                """)
            query.bind(0, survey.name)
            query.bind(1, id)
            isFound = try query.step()
        } catch { throw BrokerError(error) }
        guard isFound, let form = ReceivedForm(rawValue: query.integer(0)) else { throw try unknown(id) }
        let location = RecordLocation(query, from: 5)
        let (body, schema) = try record(of: id, at: location)
        return ArchivedAlert(
            folder: self, survey: survey, id: id, path: location.segment.path, body: body, schema: schema,
            isChecked: location.checksum != nil, form: form, envelope: query.blob(3) ?? [],
            digest: query.blob(4) ?? [], extra: query.blob(1) ?? [],
            checksum: query.isNull(2) ? nil : UInt32(truncatingIfNeeded: query.integer(2)))
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

internal import Alerts
package import DataLayout
internal import SQLite

/// Where an alert came from, and where it is kept.
package struct AlertOrigin: Sendable, Hashable {
    /// The source, its content's fingerprint and its partition, as the ledger has them; `nil` where an older Nightjar stored the
    /// alert.
    package let source: SourceKey?
    /// The number of its packet in the source, such as Kafka's offset.
    package let position: Int64?
    /// The fingerprint of the corrected schema that it is stored with.
    package let schema: String
    /// The segment, below the data folder.
    package let segment: String
    /// The offset of its message in the topic of archived alerts.
    package let offset: Int64
    /// The first byte of its block in the segment.
    package let byte: Int64
    /// The block's bytes.
    package let length: Int64
}

extension DataReader {
    /// When an alert of a stream passed its stages, in their order; none of a file's.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where its folder cannot be read.
    package func times(
        of alert: ArchivedAlert
    ) throws(BrokerError) -> [(stage: AlertTimesTable.Stage, seconds: Double)] {
        do {
            return try AlertTimesTable.times(ofAlert: alert.id, of: alert.survey, in: alert.folder.database)
        } catch { throw BrokerError(error) }
    }

    /// Where an archived alert came from, and where it is kept.
    ///
    /// - Throws: ``DataLayout/BrokerError``, of code `unknownAlert` where its folder has no such alert.
    package func origin(of alert: ArchivedAlert) throws(BrokerError) -> AlertOrigin {
        do throws(SQLiteError) {
            let database = alert.folder.database
            // A folder that an older Nightjar made lacks the first.
            let known = try database.columns(of: "archive")
            let hasSource = try database.hasTable("sources") && known.contains("source")
            let source = hasSource ? "o.name, o.fingerprint, o.partition" : "NULL, NULL, NULL"
            let query = try database.prepare(
                """
                SELECT \(source), \(known.contains("position") ? "a.position" : "NULL"), s.fingerprint, s.path, m.offset,
                m.position, m.length
                FROM archive AS a \(hasSource ? "LEFT JOIN sources AS o ON o.source = a.source" : "")
                JOIN messages AS m ON m.topic = a.survey || '_alert_data' AND m.offset = a.offset
                JOIN segments AS s USING (segment) WHERE a.survey = ? AND a.id = ?
                """)
            query.bind(0, alert.survey.name)
            query.bind(1, alert.id)
            if try query.step() {
                return AlertOrigin(
                    source: query.text(0).map {
                        SourceKey(name: $0, fingerprint: query.text(1) ?? "", partition: Int(query.integer(2)))
                    },
                    position: query.isNull(3) ? nil : query.integer(3), schema: query.text(4) ?? "",
                    segment: query.text(5) ?? "", offset: query.integer(6), byte: query.integer(7),
                    length: query.integer(8))
            }
        } catch { throw BrokerError(error) }
        throw BrokerError(.unknownAlert, path: alert.folder.path, detail: "the alert \(alert.id) is gone")
    }
}

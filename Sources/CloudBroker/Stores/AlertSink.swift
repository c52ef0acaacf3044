internal import Alerts
internal import Avro
internal import BigQuery
internal import GoogleAuth
internal import Pipeline

/// Writes one worker's rows to one table of alerts, with a stream for each writer schema.
final class AlertSink {
    /// Open streams at most.
    private static let mostStreams = 8

    private struct Stream {
        let rows: AlertRows
        let writer: TableWriter
    }

    private let table: AlertTable
    private let tables: TableWriting
    private var streams: [String: Stream] = [:]

    init(_ table: AlertTable, tables: TableWriting) {
        self.table = table
        self.tables = tables
    }

    /// Opens a stream for each schema that is new.
    ///
    /// - Returns: The tables that must exist before rows are appended.
    func open(for alerts: [Products]) throws(GoogleCloudError) -> [StagingTable] {
        var opened: [StagingTable] = []
        for products in alerts where streams[products.alert.schema.segment.fingerprint] == nil {
            let schema = products.alert.schema.segment
            let rows = try AlertRows(
                writer: schema.schema, survey: products.alert.decoded.schema.survey, table: table,
                stages: products.alert.schema.stages)
            let staging = StagingTable(
                client: tables.rest, name: tables.name(rows.table.name), definition: rows.table, keys: [rows.key])
            streams[schema.fingerprint] = Stream(
                rows: rows,
                writer: TableWriter(client: tables.write, table: staging.stagingName, descriptor: rows.descriptor))
            opened.append(staging)
        }
        return opened
    }

    /// Closes all streams; rows that were not flushed are dropped.
    func close() { streams.removeAll() }

    /// Returns once the rows are in the staging table. Their streams must be open.
    func append(_ alerts: [Products]) throws(GoogleCloudError) -> [RefusedAlert] {
        var refused: [RefusedAlert] = []
        for (schema, group) in Dictionary(grouping: alerts, by: { $0.alert.schema.segment.fingerprint }) {
            guard let stream = streams[schema] else { continue }
            refused += try append(group, to: stream)
        }
        // A survey has a handful of schemas; hostile packets must not exhaust the memory.
        if streams.count > Self.mostStreams { close() }
        return refused
    }

    private func append(_ alerts: [Products], to stream: Stream) throws(GoogleCloudError) -> [RefusedAlert] {
        var refused: [RefusedAlert] = []
        var sent: [AlertKey] = []
        var rows: [[UInt8]] = []
        for products in alerts {
            do throws(AvroError) {
                rows.append(try stream.rows.row(products))
                sent.append(products.key)
            } catch {
                refused.append(RefusedAlert(key: products.key, reason: "table \(table.rawValue): \(error)"))
            }
        }
        try stream.writer.append(rows)
        refused += try stream.writer.flush().map { failure in
            RefusedAlert(key: sent[failure.row], reason: "table \(table.rawValue): \(failure.reason)")
        }
        return refused
    }
}

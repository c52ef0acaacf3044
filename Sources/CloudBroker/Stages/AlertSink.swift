internal import Alerts
internal import Avro
internal import GoogleCloud
internal import Stages

/// One table of alerts, as one worker fills it: a stream of rows for each writer schema that it meets.
final class AlertSink {
    /// Streams kept open.
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
    /// - Returns: The tables that must be there before anything is appended.
    func open(for alerts: [StageAlert]) throws(GoogleCloudError) -> [Arrivals] {
        var opened: [Arrivals] = []
        for alert in alerts where streams[alert.judged.schema.segment.fingerprint] == nil {
            let schema = alert.judged.schema.segment
            let rows = try AlertRows(
                writer: schema.schema, survey: alert.judged.decoded.schema.survey, table: table)
            let arrivals = Arrivals(
                client: tables.rest, name: tables.name(rows.table.name), definition: rows.table, key: rows.key)
            streams[schema.fingerprint] = Stream(
                rows: rows,
                writer: TableWriter(client: tables.write, table: arrivals.arrivals, descriptor: rows.descriptor))
            opened.append(arrivals)
        }
        return opened
    }

    /// Forgets what was not flushed.
    func close() { streams.removeAll() }

    /// Returns once the rows are among the arrivals; their streams are open.
    func append(_ alerts: [StageAlert]) throws(GoogleCloudError) -> [StageFault] {
        var faults: [StageFault] = []
        for (schema, group) in Dictionary(grouping: alerts, by: { $0.judged.schema.segment.fingerprint }) {
            guard let stream = streams[schema] else { continue }
            faults += try append(group, to: stream)
        }
        // A survey has a handful of schemas; hostile ones shall not fill the memory.
        if streams.count > Self.mostStreams { close() }
        return faults
    }

    private func append(_ alerts: [StageAlert], to stream: Stream) throws(GoogleCloudError) -> [StageFault] {
        var faults: [StageFault] = []
        var sent: [StageAlert] = []
        var rows: [[UInt8]] = []
        for alert in alerts {
            do throws(AvroError) {
                rows.append(try stream.rows.row(alert.judged.body, adding: alert.addedValues))
                sent.append(alert)
            } catch {
                faults.append(alert.fault("table \(table.rawValue): \(error)"))
            }
        }
        try stream.writer.append(rows)
        faults += try stream.writer.flush().map { failure in
            sent[failure.row].fault("table \(table.rawValue): \(failure.reason)")
        }
        return faults
    }
}

extension StageAlert {
    /// Microseconds since 1970, UTC, when the survey's Kafka took the alert.
    var kafkaTimestamp: Int64? {
        message.attributes["kafka.timestamp"].flatMap { Int64($0) }.flatMap { milliseconds in
            let (micros, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000)
            return overflow ? nil : micros
        }
    }

    /// What a row has beside the packet's own fields.
    fileprivate var addedValues: AddedValues {
        let labels = AlertAttributes.of(judged.decoded)
        func number(_ name: String) -> Int64? { labels[name].flatMap { Int64($0) } }
        return AddedValues(
            kafkaPublishTimestamp: kafkaTimestamp, healpix9: number("healpix9"), healpix19: number("healpix19"),
            healpix29: number("healpix29"), diaObjectId: number("diaObject_diaObjectId"))
    }
}

internal import Alerts
internal import Avro
package import GoogleCloud
internal import Stages

/// Puts each alert into the survey's tables `alerts` and `DIASource`, a row each, once.
package struct TableStage: Stage {
    private let sinks: [AlertTable: AlertSink]

    /// - Parameters:
    ///   - tables: The dataset; it is made beforehand, the tables are made here.
    ///   - settling: Takes the rows in that have arrived.
    package init(tables: TableWriting, settling: Settling) {
        sinks = Dictionary(
            uniqueKeysWithValues: AlertTable.allCases.map { ($0, AlertSink($0, tables: tables, settling: settling)) })
    }

    package mutating func take(_ alerts: [StageAlert]) throws(GoogleCloudError) -> [StageFault] {
        var faults: [StageFault] = []
        // Both tables have the row before a message is acknowledged; a fault of one keeps the other's.
        for table in AlertTable.allCases {
            guard let sink = sinks[table] else { continue }
            faults += try sink.append(alerts)
        }
        return faults
    }
}

/// Where rows are written.
package struct TableWriting: Sendable {
    let rest: BigQueryClient
    let write: StorageWriteClient
    let project: String
    let dataset: String

    package init(rest: BigQueryClient, write: StorageWriteClient, project: String, dataset: String) {
        self.rest = rest
        self.write = write
        self.project = project
        self.dataset = dataset
    }

    func name(_ table: String) -> TableName { TableName(project: project, dataset: dataset, table: table) }
}

/// One table of alerts, as one worker fills it: a stream of rows for each writer schema that it meets.
final class AlertSink {
    /// Streams kept open; a survey has a handful of schemas, and hostile ones shall not fill the memory.
    private static let mostStreams = 8

    private struct Stream {
        let rows: AlertRows
        let writer: TableWriter
    }

    private let table: AlertTable
    private let tables: TableWriting
    private let settling: Settling
    private var streams: [String: Stream] = [:]

    init(_ table: AlertTable, tables: TableWriting, settling: Settling) {
        self.table = table
        self.tables = tables
        self.settling = settling
    }

    /// Returns once the rows are among the arrivals.
    func append(_ alerts: [StageAlert]) throws(GoogleCloudError) -> [StageFault] {
        do throws(GoogleCloudError) {
            var faults: [StageFault] = []
            for (_, group) in Dictionary(grouping: alerts, by: { $0.judged.schema.segment.fingerprint }) {
                faults += try append(group, to: stream(for: group[0]))
            }
            return faults
        } catch {
            // After an error a writer is of no use.
            streams.removeAll()
            throw error
        }
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
                faults.append(StageFault(message: alert.message, reason: "table \(table.rawValue): \(error)"))
            }
        }
        try stream.writer.append(rows)
        faults += try stream.writer.flush().map { failure in
            StageFault(message: sent[failure.row].message, reason: "table \(table.rawValue): \(failure.reason)")
        }
        return faults
    }

    private func stream(for alert: StageAlert) throws(GoogleCloudError) -> Stream {
        let schema = alert.judged.schema.segment
        if let known = streams[schema.fingerprint] { return known }
        if streams.count >= Self.mostStreams { streams.removeAll() }
        let rows = try AlertRows(
            writer: schema.schema, survey: alert.judged.decoded.schema.survey, table: table)
        let arrivals = Arrivals(
            client: tables.rest, name: tables.name(rows.table.name), definition: rows.table, key: rows.key)
        try settling.begin(arrivals)
        let stream = Stream(
            rows: rows,
            writer: TableWriter(client: tables.write, table: arrivals.arrivals, descriptor: rows.descriptor))
        streams[schema.fingerprint] = stream
        return stream
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

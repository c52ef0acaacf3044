import Alerts
import Avro
import CloudBroker
import Foundation
import BigQuery
import GoogleAuth
import Simulator
import Pipeline
import TestSupport
import Testing

struct AlertRowsTests {
    @Test("a schema whose id is not a whole number makes no table") func idOfAnotherType() throws {
        for type in ["string", "double"] {
            let text = """
                {"type": "record", "name": "alert", "fields": [{"name": "candidate", "type": {"type": "record", \
                "name": "candidate", "fields": [{"name": "candid", "type": "\(type)"}]}}]}
                """
            let schema = try AvroSchema.parse(text)
            for table in AlertTable.allCases {
                #expect(throws: GoogleCloudError.self) { try AlertRows(writer: schema, survey: .ztf, table: table) }
            }
        }
    }
}

/// The rows of alerts in BigQuery's emulator.
extension CloudStoreTests {
    private func name(_ table: String) -> TableName {
        TableName(project: "project", dataset: "written", table: table)
    }

    private func written(_ sql: String) throws -> [[ColumnValue]] {
        var rows = try bigQuery.query(sql, project: "project")
        return try rows.all()
    }

    @Test("simulated alerts come back from the tables with the values of the packet") func alerts() throws {
        _ = try bigQuery.createDataset("written", project: "project")
        let night = try SimulatedNight(alerts: 40, seed: 5, night: 20_240_915)
        var makers: [AlertTable: (rows: AlertRows, writer: TableWriter)] = [:]
        var expected: [[ColumnValue]] = []
        for index in 0..<night.alerts {
            let packet = try night.packet(index)
            var container = try ContainerReader(packet[...])
            let schema = container.header.schema
            let body = try #require(try container.nextBlock()).data
            for table in AlertTable.allCases {
                if makers[table] == nil {
                    let rows = try AlertRows(writer: schema, survey: .ztf, table: table)
                    #expect(try bigQuery.ensureTable(rows.table, at: name(table.rawValue)) == .created)
                    let writer = TableWriter(
                        client: try StorageWriteClient(environment: environment), table: name(table.rawValue),
                        descriptor: rows.descriptor)
                    makers[table] = (rows, writer)
                }
                let maker = try #require(makers[table])
                // The time, and pixels of three orders.
                let values: [ColumnValue] = [
                    .timestamp(1_726_369_445_000_006), .null, .null, .integer(Int64(index)),
                ]
                try maker.writer.append([try maker.rows.row(body, adding: values)])
            }
            let value = try AvroValue.decode(body, schema: schema)
            guard case .string(let objectId)? = value["objectId"], case .long(let candid)? = value["candid"],
                case .double(let jd)? = value["candidate"]?["jd"]
            else { throw CocoaError(.coderReadCorrupt) }
            var past: [Double] = []
            if case .array(let items)? = value["prv_candidates"] {
                for case .double(let jd)? in items.map({ $0["jd"] }) { past.append(jd) }
            }
            expected.append([
                .text(objectId), .integer(candid), .real(jd), .list(past.map { .real($0) }),
                .timestamp(1_726_369_445_000_006), .integer(Int64(index)),
            ])
        }
        for maker in makers.values { #expect(try maker.writer.finish() == []) }
        let nested = try written(
            """
            SELECT objectId, candid, candidate.jd, prv_candidates, kafkaPublishTimestamp, healpix29
            FROM written.alerts ORDER BY healpix29
            """
        ).map { row in
            var row = row
            if case .list(let items) = row[3] {
                row[3] = .list(items.map { if case .record(let fields) = $0 { fields[0] } else { .null } })
            }
            return row
        }
        #expect(nested == expected)
        let flat = try written("SELECT objectId, candid, jd FROM written.DIASource ORDER BY healpix29")
        #expect(flat == expected.map { Array($0[..<3]) })
    }

    @Test("an alert without history has an empty list") func noHistory() throws {
        _ = try bigQuery.createDataset("written", project: "project")
        let packet = SmallPacket(candid: 7)
        let maker = try AlertRows(writer: try AvroSchema.parse(SmallPacket.schema), survey: .ztf, table: .alerts)
        _ = try bigQuery.ensureTable(maker.table, at: name("first"))
        let writer = TableWriter(
            client: try StorageWriteClient(environment: environment), table: name("first"), descriptor: maker.descriptor
        )
        try writer.append([try maker.row(packet.body[...], adding: [])])
        #expect(try writer.finish() == [])
        #expect(try written("SELECT candid, prv_candidates FROM written.first") == [[.integer(7), .list([])]])
    }

    @Test("a row has what the stages say of its alert, and where it is") func verdict() throws {
        _ = try bigQuery.createDataset("verdicts", project: "project")
        var pipeline = AlertPipeline(demandsPurity: false, supernovae: nil, schemaOfID: { _ in .unknown })
        let alert = try #require(
            pipeline.decode(SmallPacket(candid: 7).container()[...], position: 0, member: nil).alerts.first)
        let origin = PacketOrigin(topic: "t", partition: 0, offset: 1, timestamp: 1_726_369_445_006)
        for table in AlertTable.allCases {
            let verdicts = TableName(project: "project", dataset: "verdicts", table: table.rawValue)
            let maker = try AlertRows(writer: alert.schema.segment.schema, survey: .ztf, table: table)
            _ = try bigQuery.ensureTable(maker.table, at: verdicts)
            let writer = TableWriter(
                client: try StorageWriteClient(environment: environment), table: verdicts,
                descriptor: maker.descriptor)
            try writer.append([try maker.row(Products(alert, origin: origin))])
            #expect(try writer.finish() == [])
            let rows = try written(
                """
                SELECT is_positive_sub, not_moving, is_extragalactic_transient, kafkaPublishTimestamp, healpix9
                FROM verdicts.\(table.rawValue)
                """)
            let pixel = try #require(AlertAttributes.pixels(of: alert.decoded.alert).first)
            #expect(
                rows == [
                    [
                        .boolean(true), .boolean(false), .boolean(false), .timestamp(1_726_369_445_006_000),
                        .integer(pixel),
                    ]
                ])
        }
    }
}

import Alerts
import Avro
import BigQuery
import CloudBroker
import Foundation
import Packets
import TestServers
import TestSupport
import Testing

/// Every public ZTF and LSST packet's rows, decoded by google.protobuf and held against what fastavro reads.
@Suite(
    "Rows of public packets", .enabled(if: SharedFolder.isThere, Comment(rawValue: SharedFolder.skipped)),
    .enabled(if: PythonEnvironment.isThere, "scripts/python-env could not make its environment"))
struct RowDifferentialTests {
    @Test(
        "the rows hold the values that fastavro reads, bit for bit",
        arguments: [("ztf", 742), ("ztf_fink", 1_050), ("lsst", 283)])
    func fastavro(group: String, atLeast: Int) throws {
        let alerts = try #require(SharedFolder.alerts)
        let folder = try TemporaryFolder()
        var writer = RowFile()
        let written = try writer.write(group, alerts: alerts)
        #expect(written >= atLeast * 2)
        let path = try folder.write(writer.text, to: "rows.jsonl")
        let outcome = try PythonEnvironment.common.run("bigquery_rows.py", [alerts.path, path])
        #expect(outcome.status == 0)
        #expect(outcome.output == "compared \(written)\n", "\(outcome.output.prefix(2_000))")
    }
}

/// Rows of both tables, a line of JSON each, as Tests/Clients/bigquery_rows.py reads them.
private struct RowFile {
    private(set) var text: [UInt8] = []
    private var makers: [AvroSchema: [AlertRows]] = [:]

    /// Adds the rows of all sound packets of a group.
    ///
    /// - Returns: How many rows.
    mutating func write(_ group: String, alerts: URL) throws -> Int {
        let schemas = schemaSource(alerts)
        let manifest = try String(contentsOf: alerts.appending(path: "manifest.csv"), encoding: .utf8)
        let listed = Set(manifest.split(whereSeparator: \.isNewline).compactMap { $0.split(separator: ",").first })
        var decoder = AlertDecoder { schemas[$0].map(SchemaAnswer.found) ?? .unknown }
        let reader = try PacketReader(source: .folder(path: alerts.appending(path: group).path))
        var rows = 0
        while let batch = try reader.nextBatch(maxPackets: 100, maxBytes: 64 << 20) {
            for packet in batch.packets {
                let member = (packet.location.member ?? "").replacing(".tar.gz/", with: ".tar.gz!")
                guard listed.contains("\(group)/\(member)") else { continue }
                var found: [DecodedAlert] = []
                // LSST schemas before 7.0 are no alerts that Nightjar takes, nor are samples without a date.
                guard (try? decoder.decode(packet.bytes) { found.append($0) }) != nil else { continue }
                for (number, alert) in found.enumerated() {
                    rows += try add(alert, file: "\(group)/\(member)", number: number)
                }
            }
        }
        return rows
    }

    private mutating func add(_ alert: DecodedAlert, file: String, number: Int) throws -> Int {
        let schema = alert.schema
        let known = makers[schema.writer]
        let rows =
            try known
            ?? AlertTable.allCases.map {
                try AlertRows(writer: schema.writer, survey: schema.survey, table: $0)
            }
        makers[schema.writer] = rows
        for (table, rows) in zip(AlertTable.allCases, rows) {
            let row = try rows.row(alert.body, adding: [.timestamp(1_726_400_000_000_000)])
            var line: [String: Any] = [
                "file": file, "number": number, "survey": schema.survey.name, "table": table.rawValue,
                "class": "\(ObjectIdentifier(schema.writer).hashValue) \(table)",
                "row": Data(row).base64EncodedString(),
            ]
            if known == nil { line["descriptor"] = Data(rows.descriptor).base64EncodedString() }
            text += try JSONSerialization.data(withJSONObject: line)
            text.append(UInt8(ascii: "\n"))
        }
        return rows.count
    }

    /// Rubin's schemas by their numbers, major * 100 + minor.
    private func schemaSource(_ alerts: URL) -> [UInt32: AvroSchema] {
        var schemas: [UInt32: AvroSchema] = [:]
        for major in 7...11 {
            for minor in 0...4 {
                let folder = alerts.appending(path: "schema/lsst/\(major)/\(minor)")
                let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
                let texts = names.filter { $0.hasSuffix(".avsc") }.sorted().compactMap {
                    FileManager.default.contents(atPath: folder.appending(path: $0).path).map { Array($0)[...] }
                }
                let schema = try? SchemaSet(texts).schema(named: "lsst.v\(major)_\(minor).alert")
                schemas[UInt32(major * 100 + minor)] = schema
            }
        }
        return schemas
    }
}

import Alerts
import Avro
import CloudBroker
import Foundation
import BigQuery
import TestSupport
import Testing

/// Rubin's published schemas, one after the other into one table.
@Suite(.enabled(if: SharedFolder.isThere, Comment(rawValue: SharedFolder.skipped)))
struct SchemaVersionsTests {
    private func schema(_ version: String) throws -> AvroSchema {
        let parts = version.split(separator: ".")
        let folder = try #require(SharedFolder.alerts).appending(path: "schema/lsst/\(parts[0])/\(parts[1])")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".avsc") }
        let texts = names.sorted().compactMap { name in
            FileManager.default.contents(atPath: folder.appending(path: name).path).map { Array($0)[...] }
        }
        return try SchemaSet(texts).schema(named: "lsst.v\(parts[0])_\(parts[1]).alert")
    }

    private static func count(_ columns: [TableColumn]) -> Int {
        columns.reduce(0) { $0 + 1 + count($1.columns) }
    }

    @Test("a table takes every version from 7.0 to 11.1, in that order and the other", arguments: [true, false])
    func lsst(isForward: Bool) throws {
        var versions = ["7.0", "7.1", "7.2", "7.3", "7.4", "8.0", "9.0", "10.0", "11.0", "11.1"]
        if !isForward { versions.reverse() }
        var table: TableSchema?
        for version in versions {
            let rows = try AlertRows(writer: try schema(version), survey: .lsst, table: .alerts)
            #expect(rows.table.clustering == ["diaObjectId"])
            let change = try table.map { try SchemaChange(from: $0, to: rows.table.schema, resource: version) }
            table = change?.schema ?? rows.table.schema
            let merged = try SchemaChange(from: try #require(table), to: rows.table.schema, resource: version)
            #expect(merged.isEmpty, "\(version): \(merged.added) \(merged.relaxed)")
        }
        // fastavro counts 641 paths of fields in all versions together; three are cutouts, and eleven columns are ours.
        let columns = try #require(table).columns
        #expect(columns.first { $0.name == "diaSource" }?.mode == .required)
        #expect(columns.first { $0.name == "ssSource" }?.mode == .nullable)
        #expect(Self.count(columns) == 649)
    }
}

import Avro
import Foundation
import TestSupport
import Testing

/// Every public packet, against fastavro. Skipped where the packets or Python's clients are missing.
@Suite("Public packets", .enabled(if: SharedAlerts.areThere, Comment(rawValue: SharedFolder.skipped)))
struct DifferentialTests {
    @Test(
        "every record has the values that fastavro 1.13.1 reads, bit for bit, and the projection the same",
        .enabled(if: PythonClients.interpreter != nil, "scripts/python-env could not make its environment"))
    func fastavro() throws {
        let expected = try PythonClients.script("fastavro_digest.py", [SharedAlerts.folder.path])
        #expect(expected.status == 0)
        var known: Set<Substring> = Set(expected.output.split(separator: "\n"))
        #expect(known.count == 2417)  // 2426 alerts of the manifest less those of the nine damaged files

        var comparisons: [AvroSchema: ProjectionComparison] = [:]
        var record = ProjectedRecord()
        try SharedAlerts.forEachPacket { name, packet in
            if name.hasPrefix("malformed/") { return }
            for (number, (schema, body)) in try Self.bodies(of: packet).enumerated() {
                let value = try AvroValue.decode(body, schema: schema)
                let dump = AvroDump(value)
                let line = "\(name)\t\(number)\t\(dump.count)\t\(dump.checksum)"
                if known.remove(line[...]) == nil { Issue.record("fastavro reads another \(line)") }

                let comparison = try comparisons[schema] ?? ProjectionComparison(schema: schema)
                comparisons[schema] = comparison
                try comparison.projection.decode(body, into: &record)
                let differences = comparison.differences(record, value, body: body)
                if !differences.isEmpty { Issue.record("the projection of \(name) differs in \(differences)") }
            }
        }
        #expect(known.isEmpty, "not read: \(known.prefix(5))")
        #expect(comparisons.count > 50)
    }

    /// The bodies of a container or a frame, each with its schema.
    static func bodies(of packet: ArraySlice<UInt8>) throws -> [(schema: AvroSchema, body: ArraySlice<UInt8>)] {
        if packet.first == 0 {
            let frame = try ConfluentFrame.parse(packet)
            return [(try rubinSchema(frame.schemaID), frame.body)]
        }
        var bodies: [(schema: AvroSchema, body: ArraySlice<UInt8>)] = []
        var reader = try ContainerReader(packet)
        while let block = try reader.nextBlock() {
            let skipping = try Projection(schema: reader.header.schema, columns: [])
            var record = ProjectedRecord()
            var rest = block.data
            for _ in 0..<block.count {
                let length = try skipping.decodePrefix(rest, into: &record)
                bodies.append((reader.header.schema, rest.prefix(length)))
                rest = rest.dropFirst(length)
            }
            #expect(rest.isEmpty)
        }
        return bodies
    }

    /// A Rubin schema by its number, major * 100 + minor.
    private static func rubinSchema(_ number: UInt32) throws -> AvroSchema {
        let folder = "schema/lsst/\(number / 100)/\(number % 100)"
        let texts = try SharedAlerts.files(below: folder, suffix: ".avsc").map { try SharedAlerts.read($0)[...] }
        return try SchemaSet(texts).schema(named: "lsst.v\(number / 100)_\(number % 100).alert")
    }
}

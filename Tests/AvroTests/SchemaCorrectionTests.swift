import Avro
import Foundation
import TestSupport
import Testing

@Suite("Schema correction") struct SchemaCorrectionTests {
    private func correct(_ json: String) throws -> SchemaCorrection? { SchemaCorrection.of(try AvroSchema.parse(json)) }

    private func text(_ schema: AvroSchema) -> String { String(decoding: schema.json, as: UTF8.self) }

    @Test(
        "what strict readers take stays",
        arguments: [
            #""long""#,
            #"{"type": "record", "name": "a", "fields": [{"name": "x", "type": ["null", "int"], "default": null}]}"#,
            #"{"type": "record", "name": "a", "fields": [{"name": "x", "type": ["int", "null"], "default": 3}]}"#,
            #"{"type": "record", "name": "a", "fields": [{"name": "x", "type": ["int", "null"]}]}"#,
        ]) func sound(json: String) throws
    {
        #expect(try correct(json) == nil)
    }

    @Test("the branch that the default fits goes first, and everything else stays") func reorders() throws {
        let correction = try #require(
            try correct(
                #"{"type":"record","name":"a","version":"3.3","fields":[{"name":"x","doc":"X","#
                    + #""type":["float","string","null"],"default":null,"unit":"mag"}]}"#))
        #expect(
            text(correction.corrected)
                == #"{"type": "record", "name": "a", "version": "3.3", "fields": [{"name": "x", "doc": "X", "#
                + #""type": ["null", "float", "string"], "default": null, "unit": "mag"}]}"#)
        #expect(correction.needsTranscoding)
        for (branch, expected) in [(UInt8(4), UInt8(0)), (2, 4)] {
            let value: [UInt8] = branch == 2 ? [2, 0x61] : []
            var body: [UInt8] = []
            try correction.transcode(([branch] + value)[...], into: &body)
            #expect(body == [expected] + value)
            var back: [UInt8] = []
            try correction.restore(body[...], into: &back)
            #expect(back == [branch] + value)
        }
    }

    @Test(
        "a default that fits nothing is left out, and bodies stay",
        arguments: [
            #"{"name": "x", "type": "int", "default": null}"#,
            #"{"name": "x", "type": ["int", "long"], "default": "none"}"#,
            #"{"name": "x", "type": "float", "default": NaN}"#,
            #"{"name": "x", "type": "int", "default": 3000000000}"#,
        ]) func drops(field: String) throws
    {
        let correction = try #require(
            try correct(#"{"type": "record", "name": "a", "fields": ["# + field + "]}"))
        #expect(!correction.needsTranscoding)
        #expect(!text(correction.corrected).contains("default"))
        #expect(correction.corrected.canonicalForm == correction.original.canonicalForm)
    }

    @Test("a type defined twice becomes a reference, its unions as in the first") func definedTwice() throws {
        let inner =
            #"{"type": "record", "name": "c", "fields": [{"name": "v", "type": ["int", "null"], "default": null}]}"#
        let second = inner.replacing(#", "default": null"#, with: "")
        let correction = try #require(
            try correct(
                #"{"type": "record", "name": "n.a", "fields": [{"name": "x", "type": "# + inner
                    + #"}, {"name": "y", "type": "# + second + "}]}"))
        #expect(text(correction.corrected).hasSuffix(#"{"name": "y", "type": "n.c"}]}"#))
        var body: [UInt8] = []
        try correction.transcode([0, 14, 2], into: &body)
        #expect(body == [2, 14, 0])
    }

    @Test("another type of the same name gets a name of its own, for its references too") func renamesTypes() throws {
        let correction = try #require(
            try correct(
                #"""
                {"type": "record", "name": "a", "fields": [
                  {"name": "x", "type": {"type": "fixed", "name": "f", "size": 1}},
                  {"name": "y", "type": {"type": "fixed", "name": "f", "size": 2}},
                  {"name": "z", "type": "f"}]}
                """#))
        var record = ProjectedRecord()
        try Projection(schema: correction.corrected, columns: ["z"]).decode([1, 2, 3, 4, 5], into: &record)
        #expect(record.columns == [.bytes(offset: 3, count: 2)])
        #expect(!correction.needsTranscoding)
    }

    @Test("names that come twice, or are not allowed, get others") func renamesFields() throws {
        let correction = try #require(
            try correct(
                #"""
                {"type": "record", "name": "a", "fields": [{"name": "sgmag1", "type": "int"},
                 {"name": "sgmag1", "type": "int"}, {"name": "chi/N", "type": "int"}, {"name": "2d", "type": "int"}]}
                """#))
        let names = correction.corrected.root.record?.fields.map(\.name)
        #expect(names == ["sgmag1", "sgmag1_2", "chi_N", "_2d"])
    }

    @Test("bodies that cannot be given back are refused, and leave the output as it was") func refuses() throws {
        let correction = try #require(
            try correct(
                #"{"type": "record", "name": "a", "fields": [{"name": "x", "type": ["int", "null"], "default": null}]}"#
            ))
        var output: [UInt8] = [9]
        for (body, code) in [
            ([0x82, 0x00], .nonMinimalBranch), ([4], .unknownBranch), ([0], .truncated), ([2, 0], .trailingBytes),
            ([], .truncated),
        ] as [([UInt8], AvroError.Code)] {
            let error = #expect(throws: AvroError.self) { try correction.transcode(body[...], into: &output) }
            #expect(error?.code == code)
            #expect(output == [9])
        }
    }

    @Test("several records of a block") func block() throws {
        let correction = try #require(
            try correct(
                #"{"type": "record", "name": "a", "fields": [{"name": "x", "type": ["int", "null"], "default": null}]}"#
            ))
        var output: [UInt8] = []
        try correction.transcode([0, 5, 2, 0, 7], count: 3, into: &output)
        #expect(output == [2, 5, 0, 2, 7])
    }

    @Test(
        "corrected packets are taken by Python's avro and fastavro with the same values, and can be given back",
        .enabled(if: SharedAlerts.areThere, Comment(rawValue: SharedFolder.skipped)),
        .enabled(if: PythonClients.interpreter != nil, "scripts/python-env could not make its environment"))
    func strictReaders() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "nightjar-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var pairs = 0
        var perSchema: [AvroSchema: Int] = [:]
        for name in try SharedAlerts.files(below: "", suffix: ".avro") where !name.hasPrefix("malformed/") {
            let packet = try SharedAlerts.read(name)
            guard packet.starts(with: ContainerHeader.magic) else { continue }
            var reader = try ContainerReader(packet[...])
            let schema = reader.header.schema
            guard perSchema[schema, default: 0] < 2, let correction = SchemaCorrection.of(schema) else { continue }
            perSchema[schema, default: 0] += 1
            let encoder = ContainerEncoder(schema: correction.corrected.json)
            var file = encoder.header
            while let block = try reader.nextBlock() {
                var body: [UInt8] = []
                try correction.transcode(block.data, count: block.count, into: &body)
                var back: [UInt8] = []
                try correction.restore(body[...], count: block.count, into: &back)
                #expect(back == Array(block.data), "\(name) comes back changed")
                try encoder.block(count: block.count, data: body[...], into: &file)
            }
            let pair = folder.appending(path: name.replacing("/", with: "_")).path
            try Data(packet).write(to: URL(filePath: pair + ".original.avro"))
            try Data(file).write(to: URL(filePath: pair + ".corrected.avro"))
            pairs += 1
        }
        #expect(pairs > 20)
        let outcome = try PythonClients.script("strict_avro.py", [folder.path])
        let lines = outcome.output.split(separator: "\n")
        #expect(outcome.status == 0)
        #expect(lines.count == pairs)
        #expect(lines.filter { !$0.hasSuffix("\tok") } == [])
    }
}

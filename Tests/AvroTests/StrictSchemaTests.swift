import Avro
import TestSupport
import Testing

/// What each reader says of each schema was asked of Python's avro 1.12.2 and fastavro 1.13.1: one of them refuses every
/// schema of ``refused``, and both take every one of ``taken``.
@Suite struct StrictSchemaTests {
    private static func record(_ field: String) -> String {
        "{\"type\": \"record\", \"name\": \"r\", \"fields\": [{\"name\": \"a\", \(field)}]}"
    }

    @Test(
        "what strict readers refuse is refused, where no correction mends it",
        arguments: [
            #""type": ["int", "int"]"#,
            #""type": [{"type": "array", "items": "int"}, {"type": "array", "items": "long"}]"#,
            #""type": {"type": "enum", "name": "e", "symbols": ["A", "A"]}"#,
            #""type": {"type": "enum", "name": "e", "symbols": ["a b"]}"#,
            #""type": {"type": "enum", "name": "e", "symbols": ["A"], "default": "B"}"#,
            #""type": "int", "order": "up""#, #""type": "int", "aliases": "b""#,
            #""type": {"type": "record", "name": "int", "fields": []}"#, #""type": {"type": {"type": "int"}}"#,
            #""type": {"type": "bytes", "logicalType": "decimal", "precision": -1}"#,
            #""type": {"type": "bytes", "logicalType": "decimal", "precision": 1000000000000000000}"#,
            #""type": {"type": "fixed", "name": "f", "size": 4, "logicalType": "decimal", "precision": 10}"#,
            #""type": {"type": "fixed", "name": "f", "size": 0, "logicalType": "decimal", "precision": 1}"#,
            #""type": {"type": "fixed", "name": "f", "namespace": 3, "size": 1}"#,
            #""type": {"type": "fixed", "name": "a.", "size": 1}"#, #""type": "int", "default": null"#,
        ])
    func refused(field: String) throws {
        let schema = try AvroSchema.parse(Self.record(field))
        let error = #expect(throws: AvroError.self) { try StrictSchema.check(schema) }
        #expect(error?.code == .invalidSchema)
    }

    @Test(
        "and what they take is taken",
        arguments: [
            #""type": "int""#, #""type": ["null", "r"], "default": null"#, #""type": []"#, #""type": ["int"]"#,
            #""type": {"type": "enum", "name": "e", "symbols": []}"#, #""type": "int", "doc": 3"#,
            #""type": {"type": "string", "logicalType": "date"}"#, #""type": "int", "aliases": ["b c"]"#,
            #""type": {"type": "fixed", "name": "f", "size": 0}"#,
            #""type": {"type": "error", "name": "e", "fields": []}"#,
            #""type": {"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2}"#,
            #""type": {"type": "fixed", "name": "f", "size": 4, "logicalType": "decimal", "precision": 9}"#,
        ])
    func taken(field: String) throws { try StrictSchema.check(AvroSchema.parse(Self.record(field))) }

    @Test("an object with a name twice is no JSON that all read alike") func twice() {
        let error = #expect(throws: AvroError.self) {
            try AvroSchema.parse(Self.record(#""type": "int", "type": "string""#))
        }
        #expect(error?.code == .invalidJSON)
    }

    @Test("types by the thousand of one name get names of their own") func manyOfOneName() throws {
        let fields = (1...3_000).map {
            "{\"name\": \"f\($0)\", \"type\": {\"type\": \"fixed\", \"name\": \"x\", \"size\": \($0)}}"
        }
        let text = "{\"type\": \"record\", \"name\": \"r\", \"fields\": [\(fields.joined(separator: ","))]}"
        let corrected = try #require(SchemaCorrection.of(AvroSchema.parse(text))).corrected
        #expect(String(decoding: corrected.json, as: UTF8.self).contains("x_3000"))
        try StrictSchema.check(corrected)
    }

    @Test(
        "every survey's schema is strict, once corrected",
        .enabled(if: SharedAlerts.areThere, Comment(rawValue: SharedFolder.skipped)))
    func surveys() throws {
        var seen: Set<AvroSchema> = []
        for name in try SharedAlerts.files(below: "", suffix: ".avro") where !name.hasPrefix("malformed/") {
            let packet = try SharedAlerts.read(name)
            guard packet.starts(with: ContainerHeader.magic) else { continue }
            let schema = try ContainerHeader.parse(packet[...]).schema
            guard seen.insert(schema).inserted else { continue }
            #expect(throws: Never.self, "\(name)") {
                try StrictSchema.check(SchemaCorrection.of(schema)?.corrected ?? schema)
            }
        }
        #expect(seen.count > 20)
    }
}

import Avro
import Testing

@Suite("Schemas") struct SchemaTests {
    @Test("every type of the specification, with names, namespaces and attributes") func everyType() throws {
        let schema = try AvroSchema.parse(
            #"""
            {"type": "record", "name": "outer", "namespace": "n.s", "doc": "D", "aliases": ["old"], "fields": [
              {"name": "a", "type": "null"}, {"name": "b", "type": "boolean"}, {"name": "c", "type": "int"},
              {"name": "d", "type": "long", "order": "ignore"}, {"name": "e", "type": "float", "aliases": ["x"]},
              {"name": "f", "type": {"type": "double"}}, {"name": "g", "type": {"type": "bytes",
                 "logicalType": "decimal", "precision": 4, "scale": 2}},
              {"name": "h", "type": "string", "default": "none", "doc": "H"},
              {"name": "i", "type": {"type": "array", "items": "int"}},
              {"name": "j", "type": {"type": "map", "values": "long"}},
              {"name": "k", "type": {"type": "enum", "name": "suit", "symbols": ["A", "B"], "default": "A"}},
              {"name": "l", "type": {"type": "fixed", "name": "other.md5", "size": 16}},
              {"name": "m", "type": ["null", "suit", "other.md5", "outer"]}]}
            """#)
        let record = try #require(schema.root.record)
        #expect(record.fullName == "n.s.outer")
        #expect(record.doc == "D")
        #expect(record.aliases == ["n.s.old"])
        let names = record.fields.map(\.type.name)
        #expect(
            names == [
                "null", "boolean", "int", "long", "float", "double", "bytes", "string", "array", "map", "n.s.suit",
                "other.md5", "union",
            ])
        #expect(record.fields[3].order == .ignore)
        #expect(record.fields[4].aliases == ["x"])
        let decimal = try #require(record.fields[6].type.logicalType)
        #expect(decimal.name == "decimal")
        #expect(decimal.precision == 4)
        #expect(decimal.scale == 2)
        #expect(record.fields[7].defaultValue == .string("none"))
        guard case .union(let branches) = record.fields[12].type.kind else { throw AvroError(.invalidSchema) }
        #expect(branches.map(\.name) == ["null", "n.s.suit", "other.md5", "n.s.outer"])
        #expect(branches[3].record === record)
    }

    // CRC-64-AVRO of "int" is in the Avro project's share/test/data/schema-tests.txt.
    @Test("canonical form and fingerprint of the specification") func canonical() throws {
        #expect(try AvroSchema.parse(#"{"type": "int", "doc": "x"}"#).fingerprint == 8_247_732_601_305_521_295)
        let schema = try AvroSchema.parse(
            #"""
            {"fields": [{"type": {"size": 4, "name": "f", "type": "fixed", "namespace": "m"}, "default": "", "name": "x"},
             {"name": "y", "type": {"items": "m.f", "type": "array"}}], "name": "n.r", "type": "record", "doc": "d"}
            """#)
        #expect(
            String(decoding: schema.canonicalForm, as: UTF8.self)
                == #"{"name":"n.r","type":"record","fields":[{"name":"x","type":{"name":"m.f","type":"fixed","size":4}},"#
                + #"{"name":"y","type":{"type":"array","items":"m.f"}}]}"#)
    }

    @Test("what surveys write against the letter is read: bad defaults, a field and a type twice") func lenient() throws
    {
        let schema = try AvroSchema.parse(
            #"""
            {"type": "record", "name": "a", "fields": [{"name": "x", "type": "int", "default": null},
              {"name": "x", "type": {"type": "fixed", "name": "f", "size": 1}},
              {"name": "y", "type": {"type": "fixed", "name": "f", "size": 2}}, {"name": "z", "type": "f"}]}
            """#)
        #expect(schema.root.record?.fields.map(\.uniqueName) == ["x", "x_2", "y", "z"])
        guard case .fixed(let last)? = schema.root.record?.fields[3].type.kind else { throw AvroError(.invalidSchema) }
        #expect(last.size == 2)  // the later definition holds for what follows
    }

    @Test(
        "what is no schema is refused, with the field",
        arguments: [
            ("{", .invalidJSON, ""), ("", .invalidJSON, ""), ("\"int\" 1", .invalidJSON, ""),
            ("\"no.such\"", .unknownType, ""), ("3", .invalidSchema, ""), ("[[\"int\"]]", .invalidSchema, ""),
            (#"{"type": "array"}"#, .invalidSchema, ""), (#"{"type": "fixed", "name": "f"}"#, .invalidSchema, "f"),
            (#"{"type": "fixed", "name": "f", "size": -1}"#, .invalidSchema, "f"),
            (#"{"type": "enum", "name": "e", "symbols": [1]}"#, .invalidSchema, "e"),
            (#"{"type": "record", "name": "r"}"#, .invalidSchema, "r"),
            (#"{"type": "record", "name": "r", "fields": [{"name": "x", "type": "y"}]}"#, .unknownType, "x"),
            (#"{"type": "record", "name": "r", "fields": [{"type": "int"}]}"#, .invalidSchema, ""),
        ] as [(String, AvroError.Code, String)])
    func refused(json: String, code: AvroError.Code, field: String) {
        let error = #expect(throws: AvroError.self) { try AvroSchema.parse(json) }
        #expect(error?.code == code)
        #expect(error?.field == field)
    }

    @Test("size, depth and fields are bounded") func bounded() {
        let deepJSON = String(repeating: "[", count: 100_000)
        let deepTypes =
            String(repeating: #"{"type": "array", "items": "#, count: 70) + "\"int\""
            + String(repeating: "}", count: 70)
        let field = #"{"name": "x", "type": "int"},"#
        let wide = #"{"type": "record", "name": "r", "fields": ["# + String(repeating: field, count: 20_001) + "1]}"
        let long = "\"" + String(repeating: "a", count: 1 << 20) + "\""
        for (json, code) in [
            (deepJSON, .nestedTooDeep), (deepTypes, .nestedTooDeep), (wide, .schemaTooLarge), (long, .schemaTooLarge),
        ]
            as [(String, AvroError.Code)]
        {
            let error = #expect(throws: AvroError.self) { try AvroSchema.parse(json) }
            #expect(error?.code == code)
        }
    }

    @Test("a text is compiled once") func compiledOnce() throws {
        let text = Array(#"{"type": "record", "name": "once", "fields": []}"#.utf8)
        let first = try AvroSchema.compiled(text[...])
        #expect(try AvroSchema.compiled(([0] + text).dropFirst()) === first)
        #expect(try AvroSchema.parse(text[...]) !== first)
        for number in 0..<40 {
            _ = try AvroSchema.compiled(Array("\"int\"\(String(repeating: " ", count: number))".utf8)[...])
        }
        #expect(try AvroSchema.compiled(text[...]) !== first)  // the cache is bounded: forty others pushed it out
    }

    @Test("JSON strings and numbers keep their text") func json() throws {
        let text = #"{"a": "q\"\\\/\b\f\n\r\té\uD83D\uDE00", "b": [-0.50e+3, 12345678901234567890, true, false, null]}"#
        let value = try JSONValue.parse(ArraySlice(text.utf8))
        #expect(value["a"] == .string("q\"\\/\u{8}\u{C}\n\r\té😀"))
        #expect(value["b"]?.array?.prefix(2) == [.number("-0.50e+3"), .number("12345678901234567890")])
        #expect(try JSONValue.parse(value.text[...]) == value)
        for bad in [#""\uD83D""#, #""\x""#, "01", "1.", "-", "[1,]", "{\"a\" 1}", "tru", "\"\u{1}\"", "\"a"] {
            #expect(throws: AvroError.self) { try JSONValue.parse(ArraySlice(bad.utf8)) }
        }
        #expect(throws: AvroError.self) { try JSONValue.parse([0x22, 0xFF, 0x22]) }
    }
}

@Suite("Sets of schemas") struct SchemaSetTests {
    @Test("types of other texts are put where they are first named") func assembles() throws {
        let texts = [
            #"{"type": "record", "name": "n.alert", "fields": [{"name": "a", "type": "source"}, {"name": "b", "#
                + #""type": ["null", {"type": "array", "items": "n.source"}]}, {"name": "c", "type": "plain"}]}"#,
            #"{"type": "record", "namespace": "n", "name": "source", "fields": [{"name": "id", "type": "long"}]}"#,
            #"{"type": "fixed", "name": "plain", "size": 2}"#,
        ]
        let set = try SchemaSet(texts.map { ArraySlice($0.utf8) })
        #expect(set.names == ["n.alert", "n.source", "plain"])
        let fields = try #require(try set.schema(named: "n.alert").root.record?.fields)
        #expect(fields[0].type.name == "n.source")
        #expect(fields[1].type.nullable?.value.name == "array")
        // Within namespace `n` this would be `n.plain`, which the set has not, so that of no namespace is meant.
        #expect(fields[2].type.name == "plain")
        #expect(throws: AvroError.self) { try set.schema(named: "n.nothing") }
        #expect(try set.schema(named: "n.source").root.record?.fields.map(\.name) == ["id"])
    }

    @Test(
        "every published ZTF and LSST schema",
        .enabled(if: SharedAlerts.areThere, "the shared alert packets are not there"))
    func published() throws {
        var roots = 0
        let names = try SharedAlerts.files(below: "schema", suffix: ".avsc").filter {
            $0.hasPrefix("schema/ztf/") || $0.hasPrefix("schema/lsst/")
        }
        let folders = Dictionary(grouping: names) { $0.split(separator: "/").dropLast().joined(separator: "/") }
        for (folder, files) in folders {
            let set = try SchemaSet(try files.map { try SharedAlerts.read($0)[...] })
            for root in set.names where root.hasSuffix(".alert") || root == "ztf.alert" {
                let schema = try set.schema(named: root)
                #expect((schema.root.record?.fields.count ?? 0) > 5, "\(folder)")
                #expect(try AvroSchema.parse(schema.json[...]).canonicalForm == schema.canonicalForm)
                roots += 1
            }
        }
        #expect(roots >= 28)
    }
}

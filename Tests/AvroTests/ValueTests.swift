import Avro
import Foundation
import Testing

@Suite("Values") struct ValueTests {
    /// A body of the projection tests' schema, whose blocks an encoder would write in one.
    private func sample() throws -> (schema: AvroSchema, body: [UInt8], value: AvroValue) {
        let schema = try AvroSchema.parse(ProjectionTests.schema)
        let body = ProjectionTests.body()
        return (schema, body, try AvroValue.decode(body[...], schema: schema))
    }

    @Test("every type is decoded, and encoded again") func roundTrip() throws {
        let (schema, body, value) = try sample()
        #expect(value["id"] == .long(1_234_567_890_123))
        #expect(value["c"]?["s"] == .string("né"))
        #expect(value["kind"] == .symbol("B"))
        #expect(value["md5"] == .fixed([0xAB, 0xCD]))
        #expect(value["map"] == .map([AvroEntry("k", .int(5))]))
        guard case .array(let rows)? = value["list"] else { throw AvroError(.valueDoesNotFit) }
        #expect(rows.compactMap { $0["x"] } == [.float(1), .float(2), .float(3)])
        let again = try value.encoded(schema: schema)
        #expect(again.count == body.count - 2)  // one block of three items: 1 byte for 3
        #expect(try AvroValue.decode(again[...], schema: schema) == value)
    }

    @Test("JSON of every type") func json() throws {
        let (schema, body, _) = try sample()
        var line: [UInt8] = []
        let length = try AvroJSON.append(body[...], schema: schema, to: &line)
        #expect(length == body.count)
        #expect(
            String(decoding: line, as: UTF8.self)
                == #"{"id":1234567890123,"flag":true,"c":{"x":1.5,"y":2.5,"s":"né","n":null},"list":[{"x":1.0,"y":null,"#
                + #""s":"p","n":3},{"x":2.0,"y":7.0,"s":null,"n":-4},{"x":3.0,"y":8.0,"s":"","n":null}],"#
                + #""cut":{"file":"f.gz","data":"CQgH"},"kind":"B","md5":"q80=","any":"text","map":{"k":5},"end":42}"#)
    }

    /// A double has every whole number up to 2^53, and so have jq, JavaScript and what pandas makes of a column with a null.
    @Test("ids, and whole numbers beyond 2^53, are strings in JSON")
    func ids() throws {
        func json(_ name: String, _ value: Int64, _ type: String = #"["null", "long"]"#) throws -> String {
            let schema = try AvroSchema.parse(
                #"{"type": "record", "name": "r", "fields": [{"name": "\#(name)", "type": \#(type)}]}"#)
            var encoder = BinaryEncoder()
            if type.hasPrefix("[") { encoder.branch(1) }
            encoder.long(value)
            var line: [UInt8] = []
            try AvroJSON.append(encoder.bytes[...], schema: schema, to: &line)
            return String(decoding: line, as: UTF8.self)
        }
        for name in ["candid", "pid", "visit", "objectidps1", "diaSourceId", "diaObjectId", "ssObjectId"] {
            for value in [Int64.max, .min, 1_548_252_010_015_010_003, 0, -999] {
                #expect(try json(name, value) == #"{"\#(name)":"\#(value)"}"#)
            }
        }
        for name in ["fid", "rfid", "programid", "tblid", "midpoint", "nbad"] {
            #expect(try json(name, 1 << 53) == #"{"\#(name)":9007199254740992}"#)
            #expect(try json(name, -(1 << 53)) == #"{"\#(name)":-9007199254740992}"#)
            #expect(try json(name, (1 << 53) + 1) == #"{"\#(name)":"9007199254740993"}"#)
            #expect(try json(name, -(1 << 53) - 1) == #"{"\#(name)":"-9007199254740993"}"#)
        }
        #expect(try json("candid", 5, #""long""#) == #"{"candid":"5"}"#)
        // The items of a list are no ids by its name.
        let list = try AvroSchema.parse(
            #"{"type": "record", "name": "r", "fields": [{"name": "aId", "type": {"type": "array", "items": "long"}}]}"#
        )
        var encoder = BinaryEncoder()
        encoder.arrayStart(count: 2)
        encoder.long(7)
        encoder.long(.max)
        encoder.arrayEnd()
        var line: [UInt8] = []
        try AvroJSON.append(encoder.bytes[...], schema: list, to: &line)
        #expect(String(decoding: line, as: UTF8.self) == #"{"aId":[7,"9223372036854775807"]}"#)
    }

    @Test("JSON of numbers gives the same bits back; what JSON lacks are strings") func numbers() throws {
        let float = try AvroSchema.parse("\"float\"")
        let double = try AvroSchema.parse("\"double\"")
        func json(_ schema: AvroSchema, _ write: (inout BinaryEncoder) -> Void) throws -> String {
            var encoder = BinaryEncoder()
            write(&encoder)
            var line: [UInt8] = []
            try AvroJSON.append(encoder.bytes[...], schema: schema, to: &line)
            return String(decoding: line, as: UTF8.self)
        }
        #expect(try json(float) { $0.float(.nan) } == "\"NaN\"")
        #expect(try json(double) { $0.double(.infinity) } == "\"Infinity\"")
        #expect(try json(double) { $0.double(-.infinity) } == "\"-Infinity\"")
        #expect(try json(float) { $0.float(0.1) } == "0.1")
        for value in [Float.leastNonzeroMagnitude, .greatestFiniteMagnitude, -19.283_45, 1e-7, 16_777_216] {
            #expect(Float(try json(float) { $0.float(value) }) == value)
        }
        for value in [Double.leastNonzeroMagnitude, .greatestFiniteMagnitude, -0.0, 2_460_568.750_001, 1e22] {
            let text = try json(double) { $0.double(value) }
            #expect(Double(text)?.bitPattern == value.bitPattern)
            #expect(throws: Never.self) { try JSONValue.parse(ArraySlice(text.utf8)) }
        }
    }

    @Test("JSON strings are escaped, and a name that comes twice is told apart") func escapes() throws {
        let schema = try AvroSchema.parse(
            #"{"type":"record","name":"r","fields":[{"name":"a","type":"string"},{"name":"a","type":"string"}]}"#)
        var encoder = BinaryEncoder()
        encoder.string("\"\\\n\u{1}/é")
        encoder.string("")
        var line: [UInt8] = []
        try AvroJSON.append(encoder.bytes[...], schema: schema, to: &line)
        #expect(String(decoding: line, as: UTF8.self) == #"{"a":"\"\\\n\u0001/é","a_2":""}"#)
    }

    @Test("a value that does not fit is refused, with its field") func misfit() throws {
        let schema = try AvroSchema.parse(
            #"{"type": "record", "name": "r", "fields": [{"name": "a", "type": {"type": "array", "items": "int"}}]}"#)
        let record = try #require(schema.root.record)
        let wrong = AvroValue.record(AvroRecordValue(record, [.array([.int(1), .string("x")])]))
        let error = #expect(throws: AvroError.self) { try wrong.encoded(schema: schema) }
        #expect(error?.code == .valueDoesNotFit)
        #expect(error?.field == "a[1]")
    }
}

@Suite("Resolution") struct ResolutionTests {
    private func resolve(_ writer: String, _ reader: String, _ body: [UInt8]) throws -> AvroValue {
        try AvroValue.decode(body[...], writer: AvroSchema.parse(writer), reader: AvroSchema.parse(reader))
    }

    // Avro 1.12 specification, "Schema Resolution".
    @Test(
        "promotions of the specification",
        arguments: [
            ("int", "long", [6], .long(3)), ("int", "float", [6], .float(3)), ("int", "double", [6], .double(3)),
            ("long", "float", [6], .float(3)), ("long", "double", [6], .double(3)),
            ("float", "double", [0, 0, 0xC0, 0x3F], .double(1.5)), ("string", "bytes", [2, 0x61], .bytes([0x61])),
            ("bytes", "string", [2, 0x61], .string("a")), ("int", "int", [6], .int(3)),
        ] as [(String, String, [UInt8], AvroValue)])
    func promotes(writer: String, reader: String, body: [UInt8], expected: AvroValue) throws {
        #expect(try resolve("\"\(writer)\"", "\"\(reader)\"", body) == expected)
    }

    @Test("no other type is taken for another", arguments: [("long", "int"), ("double", "float"), ("int", "string")])
    func refuses(writer: String, reader: String) {
        let error = #expect(throws: AvroError.self) {
            try resolve("\"\(writer)\"", "\"\(reader)\"", [0, 0, 0, 0, 0, 0, 0, 0])
        }
        #expect(error?.code == .incompatibleSchemas)
    }

    @Test("fields by name or alias, in any order; defaults for the rest") func records() throws {
        let writer = #"""
            {"type": "record", "name": "n.r", "fields": [{"name": "gone", "type": "string"}, {"name": "a", "type": "int"},
             {"name": "old", "type": "long"}]}
            """#
        let reader = #"""
            {"type": "record", "name": "other.r", "fields": [{"name": "new", "type": "long", "aliases": ["old"]},
             {"name": "a", "type": ["null", "double"]}, {"name": "b", "type": "bytes", "default": "\u00ff"},
             {"name": "c", "type": ["null", "int"], "default": 7}]}
            """#
        let value = try resolve(writer, reader, [2, 0x78, 4, 6])
        guard case .record(let record) = value else { throw AvroError(.valueDoesNotFit) }
        #expect(
            record.values == [
                .long(3), .union(branch: 1, .double(2)), .bytes([0xFF]), .union(branch: 1, .int(7)),
            ])
        let error = #expect(throws: AvroError.self) { try resolve(reader, writer, [6, 0, 0, 0]) }
        #expect(error?.code == .incompatibleSchemas)
        #expect(error?.field == "gone")
    }

    @Test("unions, enums, arrays and maps") func others() throws {
        #expect(try resolve(#"["null", "int"]"#, "\"long\"", [2, 6]) == .long(3))
        #expect(throws: AvroError.self) { try resolve(#"["null", "int"]"#, "\"long\"", [0]) }
        #expect(try resolve("\"int\"", #"["double", "int"]"#, [6]) == .union(branch: 1, .int(3)))
        #expect(try resolve("\"int\"", #"["string", "double"]"#, [6]) == .union(branch: 1, .double(3)))
        let symbols = #"{"type": "enum", "name": "e", "symbols": ["A", "B", "C"]}"#
        let fewer = #"{"type": "enum", "name": "e", "symbols": ["C", "Z"], "default": "Z"}"#
        #expect(try resolve(symbols, fewer, [4]) == .symbol("C"))
        #expect(try resolve(symbols, fewer, [2]) == .symbol("Z"))
        #expect(throws: AvroError.self) { try resolve(symbols, fewer.replacing(#", "default": "Z""#, with: ""), [2]) }
        #expect(
            try resolve(#"{"type": "array", "items": "int"}"#, #"{"type": "array", "items": "long"}"#, [2, 6, 0])
                == .array([.long(3)]))
        #expect(
            try resolve(
                #"{"type": "map", "values": "int"}"#, #"{"type": "map", "values": "long"}"#, [2, 2, 0x6B, 6, 0])
                == .map([AvroEntry("k", .long(3))]))
    }

    @Test(
        "a ZTF 3.3 packet read as 4.02 has the values of the packet, and nulls for what is new",
        .enabled(if: SharedAlerts.areThere, "the shared alert packets are not there"))
    func acrossVersions() throws {
        let texts = try SharedAlerts.files(below: "schema/ztf/4.02", suffix: ".avsc").map {
            try SharedAlerts.read($0)[...]
        }
        let reader = try SchemaSet(texts).schema(named: "ztf.alert")
        let name = try #require(try SharedAlerts.files(below: "ztf/v3.3", suffix: ".avro").first)
        let packet = try SharedAlerts.read(name)
        let (schema, body) = try #require(try DifferentialTests.bodies(of: packet[...]).first)
        let old = try AvroValue.decode(body, schema: schema)
        let new = try AvroValue.decode(body, writer: schema, reader: reader)
        #expect(new["candid"] == old["candid"])
        #expect(new["candidate"]?["magpsf"] == old["candidate"]?["magpsf"])
        #expect(new["cutoutScience"]?["stampData"] == old["cutoutScience"]?["stampData"])
        #expect(new["fp_hists"] == .null)
        let bytes = try new.encoded(schema: reader)
        #expect(try AvroValue.decode(bytes[...], schema: reader) == new)
    }
}

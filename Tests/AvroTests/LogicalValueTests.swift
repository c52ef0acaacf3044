import Avro
import Foundation
import Testing

/// What strict readers make of the values of logical types, found by asking fastavro 1.13.1 and Python's avro 1.12.2 for the
/// least and the greatest that they take: of the same cases, one test asks Nightjar and the other asks them.
@Suite struct LogicalValueTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let type: String
        let body: [UInt8]
        let isTaken: Bool
        var testDescription: String { name }

        init(_ name: String, _ primitive: String, _ logical: String, _ body: [UInt8], isTaken: Bool) {
            self.name = name
            type = "{\"type\": \"\(primitive)\", \"logicalType\": \"\(logical)\"}"
            self.body = body
            self.isTaken = isTaken
        }

        var schema: String {
            "{\"type\": \"record\", \"name\": \"r\", \"fields\": [{\"name\": \"x\", \"type\": \(type)}]}"
        }
    }

    private static func number(_ value: Int64) -> [UInt8] {
        var encoder = BinaryEncoder()
        encoder.long(value)
        return encoder.bytes
    }

    private static func text(_ value: String) -> [UInt8] {
        var encoder = BinaryEncoder()
        encoder.string(value)
        return encoder.bytes
    }

    /// The least and the greatest that are taken, and those next to them.
    private static func bounds(
        _ primitive: String, _ logical: String, _ least: Int64, _ greatest: Int64
    ) -> [Case] {
        [(least, true), (greatest, true), (least - 1, false), (greatest + 1, false), (.min, false), (.max, false)].map {
            Case("\(logical) \($0.0)", primitive, logical, number($0.0), isTaken: $0.1)
        }
    }

    private static func decimal(_ bytes: Int, isTaken: Bool) -> Case {
        Case(
            "decimal of \(bytes) bytes", "bytes", "decimal\", \"precision\": 4, \"scale\": 2, \"doc\": \"",
            number(Int64(bytes)) + [UInt8](repeating: 1, count: bytes), isTaken: isTaken)
    }

    static let cases: [Case] =
        ["timestamp-millis", "local-timestamp-millis"].flatMap {
            bounds("long", $0, -62_135_596_800_000, 253_402_300_799_999)
        }
        + ["timestamp-micros", "local-timestamp-micros"].flatMap {
            bounds("long", $0, -62_135_596_800_000_000, 253_402_300_799_999_999)
        }
        + bounds("int", "date", -719_162, 2_932_896) + bounds("int", "time-millis", 0, 86_399_999)
        + bounds("long", "time-micros", 0, 86_399_999_999)
        + [
            ("6ba7b810-9dad-11d1-80b4-00c04fd430c8", true), ("6BA7B8109DAD11D180B400C04FD430C8", true),
            ("{6ba7b810-9dad-11d1-80b4-00c04fd430c8}", true), ("urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8", true),
            ("", false), ("no", false), ("6ba7b810-9dad-11d1-80b4-00c04fd430c", false),
            ("6ba7b810-9dad-11d1-80b4-00c04fd430cg", false), ("6ba7b810-9dad-11d1-80b4-00c04fd430c8a", false),
        ].enumerated().map { Case("uuid \($0)", "string", "uuid", text($1.0), isTaken: $1.1) }
        // What the specification does not know, or knows of another type, and what no reader turns into anything.
        + ["timestamp-nanos", "local-timestamp-nanos", "date", "time-millis", "nonsense"].map {
            Case("long \($0)", "long", $0, number(.min), isTaken: true)
        }
        + ["timestamp-micros", "time-micros", "nonsense"].map {
            Case("int \($0)", "int", $0, number(.max), isTaken: true)
        }
        + [
            Case("string date", "string", "date", text("yesterday"), isTaken: true),
            Case("bytes uuid", "bytes", "uuid", text("no"), isTaken: true),
            Case(
                "fixed duration", "fixed", "duration\", \"name\": \"f\", \"size\": 12, \"doc\": \"",
                [UInt8](repeating: 255, count: 12), isTaken: true),
        ]

    private static func decode(_ schema: String, _ body: [UInt8], columns: [String]) throws {
        var record = ProjectedRecord()
        try Projection(schema: AvroSchema.parse(schema), columns: columns).decode(body[...], into: &record)
    }

    @Test("a value that strict readers cannot give is refused, wanted or not", arguments: cases)
    func values(of value: Case) throws {
        for columns in [[], ["x"]] {
            for isNullable in [false, true] {
                let type = isNullable ? "[\"null\", \(value.type)]" : value.type
                let schema = value.schema.replacing(value.type, with: type)
                let body = (isNullable ? [2] : []) + value.body
                if value.isTaken {
                    try Self.decode(schema, body, columns: columns)
                } else {
                    let error = #expect(throws: AvroError.self) { try Self.decode(schema, body, columns: columns) }
                    #expect(error?.code == .invalidLogicalValue)
                    #expect(error?.field == "x")
                }
            }
        }
    }

    @Test(
        "fastavro and Python's avro read what is taken, and one of them stops at what is not",
        .enabled(if: PythonClients.interpreter != nil, "scripts/python-env could not make its environment"))
    func readers() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "logical-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let cases = Self.cases + [0, 1, 300].map { Self.decimal($0, isTaken: $0 > 0) }
        for (index, value) in cases.enumerated() {
            let encoder = ContainerEncoder(schema: value.schema.utf8)
            var file = encoder.header
            try encoder.block(count: 1, data: value.body[...], into: &file)
            try Data(file).write(to: folder.appending(path: "\(1_000 + index).avro"))
        }
        let outcome = try PythonClients.script("logical_values.py", [folder.path])
        let lines = outcome.output.split(separator: "\n")
        try #require(outcome.status == 0 && lines.count == cases.count)
        for (value, line) in zip(cases, lines) {
            #expect(line.hasSuffix("\tok\tok") == value.isTaken, "\(value.name): \(line)")
        }
    }

    @Test("a decimal has as many bytes as a reader's can hold")
    func decimals() throws {
        for (bytes, isTaken) in [(0, false), (1, true), (300, true), (415_241, true), (415_242, false)] {
            let value = Self.decimal(bytes, isTaken: isTaken)
            if isTaken {
                try Self.decode(value.schema, value.body, columns: [])
            } else {
                let error = #expect(throws: AvroError.self) { try Self.decode(value.schema, value.body, columns: []) }
                #expect(error?.code == .invalidLogicalValue)
            }
        }
    }

    @Test("a value is found wherever it is, and said with field and byte")
    func places() throws {
        let schema = """
            {"type": "record", "name": "r", "fields": [{"name": "rows", "type": {"type": "array", "items": {"type": "record",
            "name": "row", "fields": [{"name": "t", "type": ["null", {"type": "long", "logicalType": "timestamp-micros"}]}]}}},
            {"name": "table", "type": {"type": "map", "values": ["int", {"type": "string", "logicalType": "uuid"}]}}]}
            """
        let row = [2] + Self.number(.min)
        let rows = #expect(throws: AvroError.self) {
            try Self.decode(schema, [4, 0] + row + [0, 0], columns: [])
        }
        #expect(
            rows?.description == """
                invalidLogicalValue in rows[1].t at byte 3: -9223372036854775808 is not a valid timestamp-micros: strict readers \
                allow -62135596800000000 to 253402300799999999
                """)
        let table = #expect(throws: AvroError.self) {
            try Self.decode(schema, [0, 2, 2, 0x6B, 2, 4, 0x6E, 0x6F, 0], columns: ["table"])
        }
        #expect(
            table?.description
                == "invalidLogicalValue in table[0] at byte 6: \"no\" is not a valid uuid: strict readers allow 32 hexadecimal digits"
        )
    }

    @Test("the end of such a record is found, so that those behind it are read")
    func length() throws {
        let value = try #require(Self.cases.first { !$0.isTaken })
        let projection = try Projection(schema: AvroSchema.parse(value.schema), columns: [])
        #expect(projection.length(of: (value.body + [1, 2, 3])[...]) == value.body.count)
    }

    @Test("a schema without such types has no more steps than before")
    func steps() throws {
        func size(_ type: String) throws -> Int {
            let schema = "{\"type\": \"record\", \"name\": \"r\", \"fields\": [{\"name\": \"x\", \"type\": \(type)}]}"
            return try Projection(schema: AvroSchema.parse(schema), columns: []).bytesInMemory
        }
        let plain = try size(#"["null", "long"]"#)
        #expect(try size(#"["null", {"type": "long", "logicalType": "nonsense"}]"#) == plain)
        #expect(try size(#"["null", {"type": "long", "logicalType": "time-micros"}]"#) > plain)
    }

    @Test("an int beyond 32 bits is read, as fastavro and avro read it: ZUDS packets have such")
    func wideInt() throws {
        let schema = #"{"type": "record", "name": "r", "fields": [{"name": "x", "type": "int"}]}"#
        var record = ProjectedRecord()
        try Projection(schema: AvroSchema.parse(schema), columns: ["x"])
            .decode(Self.number(1 << 40)[...], into: &record)
        #expect(record.columns == [.long(1 << 40)])
    }
}

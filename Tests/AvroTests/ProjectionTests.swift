import Avro
import Testing

@Suite("Projection") struct ProjectionTests {
    static let schema = """
        {"type": "record", "name": "a", "fields": [
          {"name": "id", "type": "long"},
          {"name": "flag", "type": "boolean"},
          {"name": "c", "type": {"type": "record", "name": "c", "fields": [
            {"name": "x", "type": "float"}, {"name": "y", "type": ["double", "null"]},
            {"name": "s", "type": ["null", "string"]}, {"name": "n", "type": ["null", "int"]}]}},
          {"name": "list", "type": ["null", {"type": "array", "items": "c"}]},
          {"name": "cut", "type": ["null", {"type": "record", "name": "cut", "fields": [
            {"name": "file", "type": "string"}, {"name": "data", "type": "bytes"}]}]},
          {"name": "kind", "type": {"type": "enum", "name": "kind", "symbols": ["A", "B"]}},
          {"name": "md5", "type": {"type": "fixed", "name": "md5", "size": 2}},
          {"name": "any", "type": ["int", "string", "null", "c"]},
          {"name": "map", "type": {"type": "map", "values": "int"}},
          {"name": "end", "type": "int"}]}
        """

    /// A body of that schema: `list` in two blocks, the second with its size in bytes.
    static func body() -> [UInt8] {
        var encoder = BinaryEncoder()
        encoder.long(1_234_567_890_123)
        encoder.boolean(true)
        row(1.5, 2.5, "né", nil, &encoder)
        encoder.branch(1)
        encoder.arrayStart(count: 1)
        row(1, nil, "p", 3, &encoder)
        var block = BinaryEncoder()
        row(2, 7, nil, -4, &block)
        row(3, 8, "", nil, &block)
        encoder.long(-2)
        encoder.long(Int64(block.bytes.count))
        encoder.raw(block.bytes)
        encoder.arrayEnd()
        encoder.branch(1)
        encoder.string("f.gz")
        encoder.bytes([9, 8, 7])
        encoder.symbol(1)
        encoder.raw([0xAB, 0xCD])
        encoder.branch(1)
        encoder.string("text")
        encoder.mapStart(count: 1)
        encoder.string("k")
        encoder.int(5)
        encoder.mapEnd()
        encoder.int(42)
        return encoder.bytes
    }

    private static func row(_ x: Float, _ y: Double?, _ s: String?, _ n: Int32?, _ encoder: inout BinaryEncoder) {
        encoder.float(x)
        encoder.branch(y == nil ? 1 : 0)
        if let y { encoder.double(y) }
        encoder.branch(s == nil ? 0 : 1)
        if let s { encoder.string(s) }
        encoder.branch(n == nil ? 0 : 1)
        if let n { encoder.int(n) }
    }

    @Test("every kind of column, list and span") func takes() throws {
        let schema = try AvroSchema.parse(Self.schema)
        let columns = [
            "id", "flag", "c.x", "c.y", "c.s", "c.n", "cut.file", "cut.data", "kind", "md5", "any", "end", "cut.none",
            "none.x", "id.x", "id", "list", "map", "c",
        ]
        let projection = try Projection(
            schema: schema, columns: columns,
            lists: [
                .init(path: "list", columns: ["n", "x", "y", "s", "none", "x"]), .init(path: "none", columns: ["x"]),
            ],
            spans: ["cut", "end", "none"])
        let body = [0xFF] + Self.body() + [0xFF]
        let slice = body.dropFirst().dropLast()
        var record = ProjectedRecord()
        for _ in 0..<2 {  // the second time into used arrays
            try projection.decode(slice, into: &record)
            let value = record.columns
            #expect(value[0] == .long(1_234_567_890_123))
            #expect(value[1...3] == [.boolean(true), .float(1.5), .double(2.5)])
            #expect(value[4].string(in: slice) == "né")
            #expect(value[5] == .null)
            #expect(value[6].string(in: slice) == "f.gz")
            #expect(value[7].slice(of: slice) == [9, 8, 7])
            #expect(value[8] == .symbol(1))
            #expect(value[9].slice(of: slice) == [0xAB, 0xCD])
            #expect(value[10].string(in: slice) == "text")
            #expect(value[11...15] == [.long(42), .absent, .absent, .absent, value[0]])
            #expect(value[16].slice(of: slice)?.first == 2)  // one item in the first block
            #expect(value[17].slice(of: slice) == [2, 2, 0x6B, 10, 0])
            #expect(value[18].slice(of: slice)?.count == 4 + 9 + 5 + 1)

            let list = record.lists[0]
            #expect(list.count == 3)
            #expect(list.presence == .present)
            #expect((0..<3).map { list[$0, 0] } == [.long(3), .long(-4), .null])
            #expect((0..<3).map { list[$0, 1] } == [.float(1), .float(2), .float(3)])
            #expect((0..<3).map { list[$0, 2] } == [.null, .double(7), .double(8)])
            #expect(list[0, 3].string(in: slice) == "p")
            #expect(list[1, 3] == .null)
            #expect(list[2, 3].string(in: slice) == "")
            #expect((0..<3).map { list[$0, 4] } == [.absent, .absent, .absent])
            #expect((0..<3).map { list[$0, 5] } == (0..<3).map { list[$0, 1] })
            #expect(record.lists[1].isAbsent)
            let bytes = Array(slice)
            #expect(Array(bytes[record.spans[0]]) == [2, 8] + Array("f.gz".utf8) + [6, 9, 8, 7])
            #expect(Array(bytes[record.spans[1]]) == [84])
            #expect(record.spans[2].isEmpty)
        }
    }

    @Test("nulls on the way, in either order of a union's branches") func nulls() throws {
        var encoder = BinaryEncoder()
        encoder.long(1)
        encoder.boolean(false)
        Self.row(0, nil, nil, nil, &encoder)
        encoder.branch(0)  // list
        encoder.branch(0)  // cut
        encoder.symbol(0)
        encoder.raw([0, 0])
        encoder.branch(3)
        Self.row(6, nil, nil, 2, &encoder)
        encoder.mapEnd()
        encoder.int(-1)
        let projection = try Projection(
            schema: AvroSchema.parse(Self.schema), columns: ["cut", "cut.file", "c.y", "any", "any.x", "any.n", "end"],
            lists: [.init(path: "list", columns: ["x"])], spans: ["cut"])
        var record = ProjectedRecord()
        try projection.decode(encoder.bytes[...], into: &record)
        #expect(record.columns[0...2] == [.null, .absent, .null])
        #expect(record.columns[3].slice(of: encoder.bytes[...])?.count == 8)
        #expect(record.columns[4...6] == [.float(6), .long(2), .long(-1)])
        #expect(record.lists[0].isNull)
        #expect(record.spans[0].count == 1)
    }

    @Test("a body cut off anywhere, or with a byte too many, is refused at its field") func truncated() throws {
        let body = Self.body()
        let projection = try Projection(
            schema: AvroSchema.parse(Self.schema), columns: ["id", "c.s", "cut.data", "end"])
        var record = ProjectedRecord()
        for count in 0..<body.count {
            let error = #expect(throws: AvroError.self) { try projection.decode(body[..<count], into: &record) }
            #expect(error?.field.isEmpty == false, "cut to \(count) bytes")
            #expect((error?.offset ?? .max) <= count)
        }
        let error = #expect(throws: AvroError.self) { try projection.decode((body + [0])[...], into: &record) }
        #expect(error == AvroError(.trailingBytes, offset: body.count, detail: "1 bytes after the record"))
        #expect(try projection.decodePrefix((body + [0])[...], into: &record) == body.count)
    }

    @Test(
        "errors name the field and the byte",
        arguments: [
            (#""boolean""#, [2], .invalidBoolean, 0), (#""string""#, [1], .negativeLength, 0),
            (#""string""#, [4, 0x61], .lengthExceedsBody, 0), (#""string""#, [2, 0xFF], .invalidUTF8, 1),
            (#""double""#, [1, 2, 3], .truncated, 0), (#"["null", "int"]"#, [4], .unknownBranch, 0),
            (#"["null", "int"]"#, [3], .unknownBranch, 0), (#""long""#, [0x80], .truncated, 0),
            (#""long""#, [UInt8](repeating: 0xFF, count: 10), .varintTooLong, 0),
            (#"{"type": "enum", "name": "e", "symbols": ["A"]}"#, [2], .unknownSymbol, 0),
            (#"{"type": "array", "items": "int"}"#, [0xFE, 0xFF, 0xFF, 0xFF, 0x0F], .tooManyItems, 0),
            (#"{"type": "array", "items": "null"}"#, [0xFE, 0xFF, 0xFF, 0xFF, 0x0F, 0], .tooManyItems, 0),
            (#"{"type": "array", "items": "int"}"#, [1, 4, 2, 0, 0], .blockSizeMismatch, 3),
            (#"{"type": "map", "values": "int"}"#, [2, 2, 0x61], .truncated, 3),
        ] as [(String, [UInt8], AvroError.Code, Int)])
    func faults(type: String, bytes: [UInt8], code: AvroError.Code, offset: Int) throws {
        let schema = try AvroSchema.parse(
            #"{"type": "record", "name": "r", "fields": [{"name": "p", "type": "int"}, {"name": "q", "type": "# + type
                + "}]}")
        var record = ProjectedRecord()
        for columns in [["q"], []] {
            // The text of a string that nobody wants is not looked at.
            if code == .invalidUTF8 && columns.isEmpty { continue }
            let projection = try Projection(schema: schema, columns: columns)
            let error = #expect(throws: AvroError.self) { try projection.decode(([0] + bytes)[...], into: &record) }
            #expect(error?.code == code)
            #expect(error?.field.hasPrefix("q") == true)
            #expect(error?.offset == offset + 1)
        }
    }

    @Test("a branch in more bytes than need be is read") func longBranch() throws {
        let schema = try AvroSchema.parse(
            #"{"type":"record","name":"r","fields":[{"name":"q","type":["null","int"]}]}"#)
        let projection = try Projection(schema: schema, columns: ["q"])
        var record = ProjectedRecord()
        try projection.decode([0x82, 0x00, 6], into: &record)
        #expect(record.columns == [.long(3)])
        try projection.decode([0x80, 0x80, 0x00], into: &record)
        #expect(record.columns == [.null])
    }

    @Test("recursive types are walked, to a bound") func recursive() throws {
        let schema = try AvroSchema.parse(
            #"""
            {"type": "record", "name": "node", "fields": [{"name": "v", "type": "int"},
             {"name": "next", "type": ["null", "node"]}, {"name": "many", "type": {"type": "array", "items": "node"}}]}
            """#)
        let projection = try Projection(schema: schema, columns: ["v", "next.v", "next.next.v"])
        var record = ProjectedRecord()
        let three: [UInt8] = [2, 2, 4, 2, 6, 0, 0, 0, 2, 8, 0, 0, 0]
        try projection.decode(three[...], into: &record)
        #expect(record.columns == [.long(1), .long(2), .long(3)])
        let deep = [UInt8](repeating: 2, count: 100_000)
        let error = #expect(throws: AvroError.self) { try projection.decode(deep[...], into: &record) }
        #expect(error?.code == .nestedTooDeep)
        #expect(throws: AvroError.self) { try AvroValue.decode(deep[...], schema: schema) }
    }

    @Test("records of nothing do not take for ever") func empty() throws {
        // Each record holds the one before it twice: 2^40 records of no bytes.
        var type = #"{"type": "record", "name": "r0", "fields": []}"#
        for level in 1...40 {
            type =
                #"{"type": "record", "name": "r\#(level)", "fields": [{"name": "a", "type": \#(type)}, "#
                + #"{"name": "b", "type": "r\#(level - 1)"}]}"#
        }
        let schema = try AvroSchema.parse(type)
        var record = ProjectedRecord()
        try Projection(schema: schema, columns: ["a.b"]).decode([], into: &record)
        #expect(record.columns == [.encoded(offset: 0, count: 0)])
        let error = #expect(throws: AvroError.self) { try AvroValue.decode([], schema: schema) }
        #expect(error?.code == .tooManyItems)
        #expect(SchemaCorrection.of(schema) == nil)
    }

    @Test("what cannot be wanted is said at once") func impossible() throws {
        let schema = try AvroSchema.parse(Self.schema)
        #expect(throws: AvroError.self) {
            try Projection(schema: schema, columns: [], lists: [.init(path: "id", columns: ["x"])])
        }
        #expect(throws: AvroError.self) {
            try Projection(
                schema: schema, columns: [],
                lists: [.init(path: "list", columns: ["x"]), .init(path: "list", columns: ["y"])])
        }
    }
}

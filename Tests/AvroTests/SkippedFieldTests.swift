import Avro
import Testing

/// What is wrong in a field that nobody wants makes a body as unusable as in one that is wanted: whoever reads the archive
/// reads all of it. What each type allows is said by the Avro 1.12 specification, "Binary encoding"; UTF-8 by RFC 3629.
@Suite struct SkippedFieldTests {
    private static let schema = """
        {"type": "record", "name": "r", "fields": [
        {"name": "wanted", "type": "long"},
        {"name": "text", "type": "string"},
        {"name": "maybe", "type": ["null", "string"]},
        {"name": "rows", "type": {"type": "array", "items": {"type": "record", "name": "row", "fields": [
            {"name": "name", "type": "string"}, {"name": "x", "type": "float"}]}}},
        {"name": "table", "type": {"type": "map", "values": "string"}},
        {"name": "choice", "type": ["null", "long", "string"]},
        {"name": "kind", "type": {"type": "enum", "name": "kind", "symbols": ["a", "b"]}},
        {"name": "flag", "type": "boolean"},
        {"name": "image", "type": "bytes"}]}
        """

    /// A body of which one part may be replaced by other bytes.
    private static func body(_ changed: String = "", _ bytes: [UInt8] = []) -> [UInt8] {
        func text(_ text: String) -> [UInt8] { [UInt8(text.utf8.count * 2)] + text.utf8 }
        let parts: [(String, [UInt8])] = [
            ("wanted", [2]), ("text", text("a survey's file name.fits")), ("maybe", [2] + text("né")),
            ("rows", [4] + text("one") + [0, 0, 0, 0] + text("zwölf") + [0, 0, 0, 0] + [0]),
            ("table", [2] + text("key") + text("value") + [0]), ("choice", [4] + text("x")), ("kind", [2]),
            ("flag", [1]), ("image", [4, 0xFF, 0xFE]),
        ]
        return parts.flatMap { $0.0 == changed ? bytes : $0.1 }
    }

    private static func decode(_ body: [UInt8]) throws -> Int {
        let projection = try Projection(schema: AvroSchema.parse(Self.schema), columns: ["wanted"])
        var record = ProjectedRecord()
        try projection.decode(body[...], into: &record)
        return body.count
    }

    @Test func whatIsSoundIsTaken() throws { #expect(try Self.decode(Self.body()) == Self.body().count) }

    @Test(
        "text that is no UTF-8 is found wherever it is, with field and byte",
        arguments: [
            ("text", [4, 0x61, 0xFF], "text"), ("text", [18] + Array("12345678".utf8) + [0xC3], "text"),
            ("text", [6, 0xED, 0xA0, 0x80], "text"), ("text", [4, 0xC0, 0x80], "text"),
            ("maybe", [2, 2, 0xFE], "maybe"),
            ("rows", [2, 2, 0x80, 0, 0, 0, 0, 0], "rows[0].name"),
            ("table", [2, 2, 0xFF, 2, 0x61, 0], "table[0]"), ("table", [2, 2, 0x61, 2, 0xFF, 0], "table[0]"),
            ("choice", [4, 2, 0xFF], "choice"),
        ] as [(String, [UInt8], String)])
    func text(field: String, bytes: [UInt8], place: String) throws {
        let error = #expect(throws: AvroError.self) { try Self.decode(Self.body(field, bytes)) }
        #expect(error?.code == .invalidUTF8)
        #expect(error?.field == place)
        #expect(error.map { $0.offset > 0 && $0.offset < Self.body().count } == true)
    }

    @Test(
        "so are symbols, branches and booleans that the schema lacks, and negative lengths",
        arguments: [
            ("kind", [4], .unknownSymbol), ("kind", [1], .unknownSymbol), ("choice", [6], .unknownBranch),
            ("choice", [1], .unknownBranch), ("maybe", [4], .unknownBranch), ("flag", [2], .invalidBoolean),
            ("flag", [0xFF], .invalidBoolean), ("text", [1], .negativeLength), ("image", [3], .negativeLength),
            ("image", [0x80, 0x80, 1], .lengthExceedsBody),
        ] as [(String, [UInt8], AvroError.Code)])
    func choices(field: String, bytes: [UInt8], code: AvroError.Code) throws {
        let error = #expect(throws: AvroError.self) { try Self.decode(Self.body(field, bytes)) }
        #expect(error?.code == code)
        #expect(error?.field == field)
    }

    @Test("what was archived before text was looked at is given back all the same") func restores() throws {
        let schema = try AvroSchema.parse(
            """
            {"type": "record", "name": "r", "fields": [{"name": "text", "type": "string"},
            {"name": "x", "type": ["int", "null"], "default": null}]}
            """)
        let correction = try #require(SchemaCorrection.of(schema))
        var (there, back): ([UInt8], [UInt8]) = ([], [])
        try correction.transcode([2, 0xFF, 0, 6], into: &there)
        try correction.restore(there[...], into: &back)
        #expect(there == [2, 0xFF, 2, 6])
        #expect(back == [2, 0xFF, 0, 6])
    }
}

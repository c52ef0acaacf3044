import Avro
import TestSupport
import Testing

/// What hostile schemas and bodies may take of memory. The bounds are those of docs/avro.md.
@Suite struct MemoryBoundTests {
    private static func schema(fields: String) -> String {
        "{\"type\": \"record\", \"name\": \"r\", \"fields\": [\(fields)]}"
    }

    @Test("values push each other out by number and by bytes, those used lately last") func recentValues() {
        var recent = RecentValues<Int>(most: 3, bytes: 100)
        for value in 1...3 { recent.add(value, bytes: 10) }
        #expect(recent.first { $0 == 1 } == 1)
        recent.add(4, bytes: 10)
        #expect(recent.values == [4, 1, 3])
        recent.add(5, bytes: 85)
        #expect(recent.values == [5, 4])
        #expect(recent.bytes == 95)
        recent.add(6, bytes: 101)
        #expect(recent.values == [5, 4])
        #expect(recent.first { $0 == 6 } == nil)
    }

    @Test("a text that would become many times as long in memory is refused", arguments: ["first", "last"])
    func defaults(place: String) throws {
        let list = Array(repeating: "1", count: 100_000).joined(separator: ",")
        let long = "{\"name\": \"a\", \"type\": {\"type\": \"array\", \"items\": \"int\"}, \"default\": [\(list)]}"
        let short = "{\"name\": \"b\", \"type\": \"int\"}"
        let fields = place == "last" ? [short, long] : [long, short]
        let error = #expect(throws: AvroError.self) {
            try AvroSchema.parse(Self.schema(fields: fields.joined(separator: ",")))
        }
        #expect(error?.code == .schemaTooLarge)
        let branches = (0..<70_000).map { _ in "\"int\"" }.joined(separator: ",")
        let union = #expect(throws: AvroError.self) {
            try AvroSchema.parse(Self.schema(fields: "{\"name\": \"a\", \"type\": [\(branches)]}"))
        }
        #expect(union?.code == .schemaTooLarge)
    }

    @Test("a schema with a long text is read, and says what it takes") func documentation() throws {
        let schema = try AvroSchema.parse(
            Self.schema(
                fields: "{\"name\": \"a\", \"type\": \"int\", \"doc\": \"\(String(repeating: "d", count: 900_000))\"}"))
        #expect(schema.bytesInMemory > 1_800_000)
        #expect(schema.bytesInMemory < 2_000_000)
    }

    @Test(
        "the surveys' schemas take an eighth of what is allowed",
        .enabled(if: SharedAlerts.areThere, Comment(rawValue: SharedFolder.skipped)))
    func surveys() throws {
        var largest = 0
        for name in try SharedAlerts.files(below: "", suffix: ".avro") where !name.hasPrefix("malformed/") {
            let packet = try SharedAlerts.read(name)
            guard packet.starts(with: ContainerHeader.magic) else { continue }
            largest = max(largest, try ContainerHeader.parse(packet[...]).schema.bytesInMemory)
        }
        #expect(largest > 50_000)
        #expect(largest < AvroLimits.schemaMemory / 8)
    }

    @Test("short rows that would become wide ones are refused") func rows() throws {
        let schema = try AvroSchema.parse(
            Self.schema(
                fields: """
                    {"name": "rows", "type": {"type": "array", "items": {"type": "record", "name": "row",
                    "fields": [{"name": "a", "type": "boolean"}]}}}
                    """))
        let columns = (0..<32).map { "column\($0)" }
        let projection = try Projection(
            schema: schema, columns: [], lists: [Projection.List(path: "rows", columns: columns)])
        for (rows, isTaken) in [(AvroLimits.listValues / 32, true), (AvroLimits.listValues / 32 + 1, false)] {
            var body = BinaryEncoder()
            body.arrayStart(count: rows)
            body.raw([UInt8](repeating: 1, count: rows))
            body.arrayEnd()
            var record = ProjectedRecord()
            do {
                try projection.decode(body.bytes[...], into: &record)
                #expect(isTaken && record.lists[0].count == rows)
            } catch { #expect(!isTaken && error.code == .tooManyItems) }
        }
    }

    @Test("blocks are bounded by what they become, one by one and together") func blocks() throws {
        let encoder = ContainerEncoder(schema: Array(#""bytes""#.utf8), codec: .deflate)
        var file = encoder.header
        var body = BinaryEncoder()
        body.bytes([UInt8](repeating: 0, count: 1_000))
        for _ in 0..<5 { try encoder.block(count: 1, data: body.bytes[...], into: &file) }
        for (limits, whole) in [
            (ContainerLimits(), 5), (ContainerLimits(decompressedBytes: 1_001), 0),
            (ContainerLimits(totalBytes: 3_100), 3),
        ] {
            var reader = try ContainerReader(file[...], limits: limits)
            var blocks = 0
            do throws(AvroError) {
                while try reader.nextBlock() != nil { blocks += 1 }
                #expect(whole == 5)
            } catch { #expect(error.code == .blockTooLarge) }
            #expect(blocks == whole)
        }
    }

    @Test("a block of more than a megabyte may become a hundred times as long", arguments: [1_000_000, 1_100_000])
    func ratio(bytes: Int) throws {
        let encoder = ContainerEncoder(schema: Array(#""bytes""#.utf8), codec: .deflate)
        var file = encoder.header
        var body = BinaryEncoder()
        body.bytes([UInt8](repeating: 0, count: bytes))
        try encoder.block(count: 1, data: body.bytes[...], into: &file)
        var reader = try ContainerReader(file[...])
        do throws(AvroError) {
            #expect(try reader.nextBlock()?.data.count == bytes + 3)
            #expect(bytes < 1 << 20)
        } catch { #expect(error.code == .blockTooLarge && bytes > 1 << 20) }
    }

    @Test("a container of blocks without records ends soon") func emptyBlocks() throws {
        let encoder = ContainerEncoder(schema: Array(#""int""#.utf8), codec: .null)
        var file = encoder.header
        for _ in 0...AvroLimits.emptyBlocks { try encoder.block(count: 0, data: [], into: &file) }
        var reader = try ContainerReader(file[...])
        for _ in 0..<AvroLimits.emptyBlocks { #expect(try reader.nextBlock()?.count == 0) }
        let error = #expect(throws: AvroError.self) { try reader.nextBlock() }
        #expect(error?.code == .tooManyItems)
    }
}

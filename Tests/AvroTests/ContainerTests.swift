import Avro
import Testing

@Suite("Containers") struct ContainerTests {
    private static let schema = Array(
        #"{"type": "record", "name": "r", "fields": [{"name": "x", "type": "string"}]}"#.utf8)

    /// Two blocks, of two records and of one.
    private static func file(_ codec: ContainerCodec) throws -> [UInt8] {
        let encoder = ContainerEncoder(
            schema: schema, codec: codec, sync: SyncMarker(low: 1, high: 2), metadata: [("survey", [1, 2])])
        var file = encoder.header
        try encoder.block(count: 2, data: [2, 0x61, 4, 0x62, 0x63], into: &file)
        try encoder.block(count: 1, data: [0], into: &file)
        return file
    }

    private static func blocks(_ file: ArraySlice<UInt8>, limits: ContainerLimits = ContainerLimits()) throws
        -> [ContainerBlock]
    {
        var reader = try ContainerReader(file, limits: limits)
        var blocks: [ContainerBlock] = []
        while let block = try reader.nextBlock() { blocks.append(block) }
        return blocks
    }

    @Test("what is written is read, in every codec", arguments: ContainerCodec.allCases)
    func roundTrip(codec: ContainerCodec) throws {
        let file = try Self.file(codec)
        let padded = [7] + file
        let blocks = try Self.blocks(padded.dropFirst())
        #expect(blocks.map(\.count) == [2, 1])
        #expect(blocks.map { Array($0.data) } == [[2, 0x61, 4, 0x62, 0x63], [0]])
        let header = try ContainerHeader.parse(file[...])
        #expect(header.codec == codec)
        #expect(header.sync == SyncMarker(low: 1, high: 2))
        #expect(header.metadata.map(\.key) == ["avro.codec", "avro.schema", "survey"])
        #expect(header.metadata.last?.value == [1, 2])
        #expect(header.schema.json == Self.schema)
        #expect(blocks[0].range.lowerBound == header.length)
        #expect(blocks[1].range == blocks[0].range.upperBound..<file.count)
        if codec == .null { #expect(blocks[0].data.startIndex == blocks[0].storedData.lowerBound + 1) }
        #expect(try Self.blocks(file.prefix(header.length)).isEmpty)
        #expect(try ContainerHeader.parse(file[...]).schema === header.schema)
    }

    @Test("a file cut off anywhere else than between blocks is refused", arguments: ContainerCodec.allCases)
    func truncated(codec: ContainerCodec) throws {
        let file = try Self.file(codec)
        let ends = Set(
            [try ContainerHeader.parse(file[...]).length] + (try Self.blocks(file[...]).map(\.range.upperBound)))
        for count in 0..<file.count where !ends.contains(count) {
            let error = #expect(throws: AvroError.self) { try Self.blocks(file[..<count]) }
            #expect((error?.offset ?? .max) <= count, "cut to \(count)")
            #expect(error?.code == .truncated || error?.code == .lengthExceedsBody)
        }
    }

    @Test("damage to a sync marker, a checksum or a codec is found") func damaged() throws {
        var file = try Self.file(.snappy)
        let blocks = try Self.blocks(file[...])
        file[blocks[0].range.upperBound - 1] ^= 1
        var error = #expect(throws: AvroError.self) { try Self.blocks(file[...]) }
        #expect(error?.code == .syncMismatch)
        #expect(error?.offset == blocks[0].range.upperBound - 16)
        file[blocks[0].range.upperBound - 1] ^= 1
        file[blocks[0].storedData.upperBound - 1] ^= 1
        error = #expect(throws: AvroError.self) { try Self.blocks(file[...]) }
        #expect(error?.code == .corruptBlock)

        let text = Self.schema
        var encoder = BinaryEncoder()
        encoder.raw(ContainerHeader.magic)
        encoder.mapStart(count: 2)
        encoder.string("avro.codec")
        encoder.string("xz")
        encoder.string("avro.schema")
        encoder.bytes(text)
        encoder.mapEnd()
        encoder.raw([UInt8](repeating: 0, count: 16))
        error = #expect(throws: AvroError.self) { try ContainerHeader.parse(encoder.bytes[...]) }
        #expect(error?.code == .unknownCodec)
    }

    @Test(
        "what is no container is refused",
        arguments: [
            ([0x50, 0x4B, 0x03, 0x04], .notAContainer), (Array("Obj\u{2}".utf8), .notAContainer),
            (Array("Obj\u{1}\0".utf8) + [UInt8](repeating: 0, count: 16), .notAContainer),
            (Array("Obj\u{1}".utf8) + [0xFE, 0xFF, 0xFF, 0xFF, 0x0F], .headerTooLarge),
            (Array("Obj\u{1}".utf8) + [2, 2, 0x61, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F], .headerTooLarge),
            (Array("Obj\u{1}".utf8) + [2, 1], .negativeLength), ([], .truncated), (Array("Ob".utf8), .truncated),
        ] as [([UInt8], AvroError.Code)])
    func refused(bytes: [UInt8], code: AvroError.Code) {
        let error = #expect(throws: AvroError.self) { try ContainerReader(bytes[...]) }
        #expect(error?.code == code)
    }

    @Test("blocks larger than allowed are refused before anything is made for them") func limits() throws {
        let file = try Self.file(.deflate)
        for (limits, code) in [
            (ContainerLimits(blockBytes: 3), .blockTooLarge), (ContainerLimits(decompressedBytes: 4), .blockTooLarge),
        ] as [(ContainerLimits, AvroError.Code)] {
            let error = #expect(throws: AvroError.self) { try Self.blocks(file[...], limits: limits) }
            #expect(error?.code == code)
        }
        let encoder = ContainerEncoder(schema: Self.schema, sync: SyncMarker(low: 0, high: 0))
        var many = encoder.header
        try encoder.block(count: 1 << 20, data: [0, 0], into: &many)
        let error = #expect(throws: AvroError.self) { try Self.blocks(many[...]) }
        #expect(error?.code == .tooManyItems)
    }

    @Test("headers of files and blocks that come in pieces") func prefixes() throws {
        let file = try Self.file(.null)
        let header = try #require(try ContainerHeader.parse(prefix: file[...]))
        for count in 0..<header.length { #expect(try ContainerHeader.parse(prefix: file[..<count]) == nil) }
        let rest = file.dropFirst(header.length)
        #expect(try ContainerBlockHeader.parse(prefix: rest.prefix(1)) == nil)
        let block = try #require(try ContainerBlockHeader.parse(prefix: rest.prefix(2)))
        #expect(block.count == 2)
        #expect(block.dataBytes == 5)
        #expect(block.blockBytes == 2 + 5 + 16)
        #expect(throws: AvroError.self) { try ContainerHeader.parse(prefix: [0x50]) }
        #expect(throws: AvroError.self) { try ContainerBlockHeader.parse(prefix: [1, 0]) }
        #expect(throws: AvroError.self) { try ContainerBlockHeader.parse(prefix: [2, 0x80, 0x80, 0x80, 0x80, 0x10]) }
    }

    @Test("Confluent frames") func frames() throws {
        let frame = try ConfluentFrame.parse([0, 0, 0, 2, 0xC6, 5, 6])
        #expect(frame.schemaID == 710)
        #expect(frame.body == [5, 6])
        #expect(frame.bytes == [0, 0, 0, 2, 0xC6, 5, 6])
        #expect(try ConfluentFrame.parse([9, 0, 1, 2, 3, 4].dropFirst()).body.isEmpty)
        #expect(throws: AvroError.self) { try ConfluentFrame.parse([1, 0, 0, 0, 0]) }
        #expect(throws: AvroError.self) { try ConfluentFrame.parse([0, 0, 0, 0]) }
    }
}

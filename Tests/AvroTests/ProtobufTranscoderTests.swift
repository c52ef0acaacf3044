import Avro
import TestSupport
import Testing

/// Records written as protobuf messages. Expected bytes are worked out from protobuf.dev's "Encoding"; real packets are
/// held against google.protobuf where rows for BigQuery are tested.
struct ProtobufTranscoderTests {
    private func transcoder(_ type: String, _ plan: ProtobufPlan) throws -> ProtobufTranscoder {
        let schema = try AvroSchema.parse(
            #"{"type": "record", "name": "r", "fields": [{"name": "f", "type": \#(type)}]}"#)
        return try ProtobufTranscoder(schema: schema, plans: [plan])
    }

    private func message(
        _ type: String, _ plan: ProtobufPlan = .field(1), _ write: (inout BinaryEncoder) -> Void
    ) throws -> [UInt8] {
        var encoder = BinaryEncoder()
        write(&encoder)
        var message: [UInt8] = []
        try transcoder(type, plan).transcode(encoder.bytes[...], into: &message)
        return message
    }

    @Test func scalars() throws {
        #expect(try message(#""int""#) { $0.int(150) } == [0x08, 0x96, 0x01])
        #expect(
            try message(#""long""#) { $0.long(-1) } == [
                0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01,
            ])
        #expect(try message(#""boolean""#) { $0.boolean(true) } == [0x08, 0x01])
        #expect(try message(#""float""#) { $0.float(1) } == [0x0D, 0, 0, 0x80, 0x3F])
        #expect(try message(#""double""#) { $0.double(1) } == [0x09, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F])
        #expect(try message(#""string""#) { $0.string("né") } == [0x0A, 0x03, 0x6E, 0xC3, 0xA9])
        #expect(try message(#""bytes""#, .field(16)) { $0.bytes([7, 8]) } == [0x82, 0x01, 0x02, 7, 8])
        #expect(try message(#"{"type": "fixed", "name": "x", "size": 2}"#) { $0.raw([7, 8]) } == [0x0A, 0x02, 7, 8])
        #expect(
            try message(#"{"type": "enum", "name": "x", "symbols": ["a", "bc"]}"#) { $0.symbol(1) } == [
                0x0A, 0x02, 0x62, 0x63,
            ])
        #expect(
            try message(#"{"type": "long", "logicalType": "timestamp-millis"}"#) { $0.long(3) } == [0x08, 0xB8, 0x17])
        #expect(
            try message(#"{"type": "long", "logicalType": "timestamp-micros"}"#) { $0.long(3) } == [0x08, 0x03])
    }

    @Test("null writes nothing, and neither does a number that is none where null may stand", arguments: [0, 1])
    func nulls(nullBranch: Int) throws {
        let type = nullBranch == 0 ? #"["null", "double"]"# : #"["double", "null"]"#
        #expect(try message(type) { $0.branch(nullBranch) } == [])
        for value in [Double.nan, .infinity, -.infinity] {
            let written = try message(type) { encoder in
                encoder.branch(1 - nullBranch)
                encoder.double(value)
            }
            #expect(written == [])
            #expect(try message(#""double""#) { $0.double(value) }.count == 9)
        }
    }

    @Test("lists are repeated fields without their null items") func lists() throws {
        let ints = try message(#"["null", {"type": "array", "items": ["null", "int"]}]"#) { encoder in
            encoder.branch(1)
            encoder.arrayStart(count: 2)
            encoder.branch(0)
            encoder.branch(1)
            encoder.int(5)
            encoder.arrayEnd()
        }
        #expect(ints == [0x08, 0x05])
        #expect(try message(#"["null", {"type": "array", "items": "int"}]"#) { $0.branch(0) } == [])
        let map = try message(#"{"type": "map", "values": "int"}"#, .entries(1, .field(2))) { encoder in
            encoder.mapStart(count: 1)
            encoder.string("k")
            encoder.int(5)
            encoder.mapEnd()
        }
        #expect(map == [0x0A, 0x05, 0x0A, 0x01, 0x6B, 0x10, 0x05])
    }

    private static let row = #"{"type": "record", "name": "i", "fields": [{"name": "id", "type": ["null", "long"]}]}"#

    @Test("ids are joined by commas, null ones left out, and none give no field") func joined() throws {
        let type = #"{"type": "array", "items": \#(Self.row)}"#
        func joined(_ ids: [Int64?]) throws -> [UInt8] {
            try message(type, .joined(1, field: "id")) { encoder in
                encoder.arrayStart(count: ids.count)
                for id in ids {
                    encoder.branch(id == nil ? 0 : 1)
                    if let id { encoder.long(id) }
                }
                encoder.arrayEnd()
            }
        }
        #expect(try joined([1, nil, -20]) == [0x0A, 0x05] + Array("1,-20".utf8))
        #expect(try joined([.min, .max]).dropFirst(2).elementsEqual("\(Int64.min),\(Int64.max)".utf8))
        #expect(try joined([nil]) == [])
        #expect(try joined([]) == [])
    }

    @Test("a message's length takes as many bytes as it needs", arguments: [1, 127, 128, 16_383, 16_384, 3_000_000])
    func lengths(size: Int) throws {
        let type = #"{"type": "record", "name": "i", "fields": [{"name": "b", "type": "bytes"}]}"#
        let text = [UInt8](repeating: 7, count: size)
        let written = try message(type, .message(1, [.field(1)])) { $0.bytes(text) }
        func varint(_ value: Int) -> [UInt8] {
            value < 128 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7)
        }
        let inner = [0x0A] + varint(size) + text
        #expect(written == [0x0A] + varint(inner.count) + inner)
    }

    @Test("a message that just fits into the room made for it, or just does not, is whole") func room() throws {
        let type = #"""
            {"type": "record", "name": "i", "fields": [{"name": "b", "type": "bytes"}, {"name": "n", "type": "long"},
            {"name": "c", "type": "bytes"}]}
            """#
        let transcoder = try transcoder(type, .message(1, [.field(1), .field(2), .field(3)]))
        for size in 65_400..<65_560 {
            var encoder = BinaryEncoder()
            encoder.bytes([UInt8](repeating: 7, count: size))
            encoder.long(-1)
            encoder.bytes([8, 9])
            var message: [UInt8] = []
            try transcoder.transcode(encoder.bytes[...], into: &message)
            // Two tags with lengths of three bytes, a tag with ten, and a tag with a length of one byte.
            #expect(message.count == 4 + 4 + size + 11 + 2 + 2)
            #expect(message.suffix(2) == [8, 9])
        }
    }

    @Test("a record that holds itself can be left out") func recursive() throws {
        let type = #"""
            {"type": "record", "name": "tree", "fields": [{"name": "left", "type": ["null", "tree"]},
            {"name": "value", "type": ["null", "int", "string", {"type": "map", "values": "tree"}]}]}
            """#
        let written = try message(type, .leftOut) { encoder in
            encoder.branch(1)
            encoder.branch(0)
            encoder.branch(2)
            encoder.string("x")
            encoder.branch(3)
            encoder.mapStart(count: 1)
            encoder.string("key")
            encoder.branch(0)
            encoder.branch(1)
            encoder.int(1)
            encoder.mapEnd()
        }
        #expect(written == [])
    }

    @Test("a plan that does not suit the type is refused with the field") func misfits() {
        for (type, plan) in [
            (#""int""#, ProtobufPlan.message(1, [])), (#"["null", "int", "string"]"#, .field(1)),
            (#"{"type": "map", "values": "int"}"#, .field(1)), (Self.row, .message(1, [])), (#""int""#, .field(0)),
            (#"{"type": "array", "items": "int"}"#, .joined(1, field: "id")),
        ] {
            let error = #expect(throws: AvroError.self) { try transcoder(type, plan) }
            #expect(error?.field.hasPrefix("f") == true, "\(type)")
        }
    }

    @Test("a packet cut or changed anywhere gives an error or a message, never a crash") func damage() throws {
        var packet = SmallPacket(candid: 7)
        packet.past = [SmallPacket.Past(jd: 1, candid: 2, magpsf: 18), SmallPacket.Past(jd: 2)]
        let body = packet.body
        let schema = try AvroSchema.parse(SmallPacket.schema)
        func plans(_ record: AvroRecord) -> [ProtobufPlan] {
            record.fields.enumerated().map { index, field in
                let type = field.type.nullable?.value ?? field.type
                if let inner = type.record { return .message(index + 1, plans(inner)) }
                if case .array(let item) = type.kind, let inner = item.record {
                    return .message(index + 1, plans(inner))
                }
                return .field(index + 1)
            }
        }
        let transcoder = try ProtobufTranscoder(schema: schema, plans: plans(try #require(schema.root.record)))
        var message: [UInt8] = []
        try transcoder.transcode(body[...], into: &message)
        #expect(message.count > 200)
        for length in 0..<body.count {
            let error = #expect(throws: AvroError.self) { try transcoder.transcode(body[..<length], into: &message) }
            #expect(error?.field.isEmpty == false)
        }
        #expect(throws: AvroError.self) { try transcoder.transcode((body + [0])[...], into: &message) }
        var random = SeededGenerator(seed: 11)
        for index in body.indices {
            var damaged = body
            damaged[index] = UInt8.random(in: 0...255, using: &random)
            try? transcoder.transcode(damaged[...], into: &message)
        }
    }
}

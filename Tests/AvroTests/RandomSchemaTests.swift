import Avro
import TestSupport
import Testing

/// Schemas and values made up from a seed: everything that reads a body agrees on it.
@Suite("Random schemas") struct RandomSchemaTests {
    private struct Maker {
        var random: SeededGenerator
        var names = 0

        mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }

        mutating func type(_ depth: Int, inUnion: Bool = false) -> String {
            let plain = ["boolean", "int", "long", "float", "double", "bytes", "string"]
            names += 1
            let name = "t\(names)"
            switch depth > 3 ? number(0..<7) : number(0..<14) {
            case let index where index < 7: return "\"\(plain[index])\""
            case 7: return #"{"type": "array", "items": \#(type(depth + 1))}"#
            case 8: return #"{"type": "map", "values": \#(type(depth + 1))}"#
            case 9: return #"{"type": "fixed", "name": "\#(name)", "size": \#(number(0..<5))}"#
            case 10: return #"{"type": "enum", "name": "\#(name)", "symbols": ["A", "B", "C"]}"#
            case 11, 12: return inUnion ? "\"int\"" : union(depth)
            default: return record(depth, name)
            }
        }

        mutating func union(_ depth: Int) -> String {
            switch number(0..<4) {
            case 0: return "[\"null\", \(type(depth + 1, inUnion: true))]"
            case 1: return "[\(type(depth + 1, inUnion: true)), \"null\"]"
            default:
                return "[\(type(depth + 1, inUnion: true)), \"null\", \(record(depth + 1, "u\(number(0..<1 << 40))"))]"
            }
        }

        mutating func record(_ depth: Int, _ name: String) -> String {
            let fields = (0..<number(0..<7)).map { index in
                let type = type(depth + 1)
                let isNullable = type.hasPrefix("[") && number(0..<2) == 0
                return #"{"name": "f\#(index)", "type": \#(type)\#(isNullable ? ", \"default\": null" : "")}"#
            }
            return #"{"type": "record", "name": "\#(name)", "fields": [\#(fields.joined(separator: ", "))]}"#
        }

        mutating func value(_ type: AvroType) -> AvroValue {
            switch type.kind {
            case .null: return .null
            case .boolean: return .boolean(number(0..<2) == 0)
            case .int: return .int(Int64(Int32(truncatingIfNeeded: random.next() >> UInt64(number(0..<60)))))
            case .long: return .long(Int64(bitPattern: random.next() >> UInt64(number(0..<60))))
            case .float: return .float(Float(number(-9..<9)) / 3)
            case .double: return .double(Double(number(-9..<9)) / 7)
            case .bytes: return .bytes((0..<number(0..<20)).map { UInt8($0) }[...])
            case .string: return .string(String(repeating: "aé😀", count: number(0..<5)))
            case .array(let item): return .array((0..<number(0..<4)).map { _ in value(item) })
            case .map(let item): return .map((0..<number(0..<4)).map { AvroEntry("k\($0)", value(item)) })
            case .union(let branches):
                let branch = number(0..<branches.count)
                return .union(branch: branch, value(branches[branch]))
            case .record(let record): return .record(AvroRecordValue(record, record.fields.map { value($0.type) }))
            case .enumeration(let enumeration): return .symbol(enumeration.symbols[number(0..<3)])
            case .fixed(let fixed): return .fixed(Array(repeating: 7, count: fixed.size)[...])
            }
        }
    }

    @Test("encoded, decoded, projected, corrected and restored", arguments: 0..<8)
    func agree(seed: UInt64) throws {
        var maker = Maker(random: SeededGenerator(seed: seed))
        var corrected = 0
        for _ in 0..<25 {
            let schema = try AvroSchema.parse(maker.record(0, "root"))
            let comparison = try ProjectionComparison(schema: schema)
            let correction = SchemaCorrection.of(schema)
            for _ in 0..<3 {
                let value = maker.value(schema.root)
                let body = try value.encoded(schema: schema)
                #expect(try AvroValue.decode(body[...], schema: schema) == value)
                #expect(try AvroValue.decode(body[...], writer: schema, reader: schema).encoded(schema: schema) == body)
                var record = ProjectedRecord()
                try comparison.projection.decode(body[...], into: &record)
                let decoded = try AvroValue.decode(body[...], schema: schema)
                #expect(comparison.differences(record, decoded, body: body[...]) == [])
                var line: [UInt8] = []
                #expect(try AvroJSON.append(body[...], schema: schema, to: &line) == body.count)
                #expect(throws: Never.self) { try JSONValue.parse(line[...]) }
                try check(correction, body, schema)
                for _ in 0..<10 where !body.isEmpty { try damage(body, schema, comparison, &maker) }
            }
            corrected += correction == nil ? 0 : 1
        }
        #expect(corrected > 0)
    }

    /// A corrected body has the plain values of the original and comes back as it was.
    private func check(_ correction: SchemaCorrection?, _ body: [UInt8], _ schema: AvroSchema) throws {
        guard let correction else { return }
        #expect(SchemaCorrection.of(correction.corrected) == nil)
        var changed: [UInt8] = []
        try correction.transcode(body[...], into: &changed)
        var back: [UInt8] = []
        try correction.restore(changed[...], into: &back)
        #expect(back == body)
        var before: [UInt8] = []
        var after: [UInt8] = []
        try AvroJSON.append(body[...], schema: schema, to: &before)
        try AvroJSON.append(changed[...], schema: correction.corrected, to: &after)
        #expect(before == after)
    }

    /// The fast walk and the careful one refuse the same bodies.
    private func damage(
        _ body: [UInt8], _ schema: AvroSchema, _ comparison: ProjectionComparison, _ maker: inout Maker
    ) throws {
        var damaged = body
        damaged[maker.number(0..<body.count)] ^= 1 << UInt8(maker.number(0..<8))
        var record = ProjectedRecord()
        let tree = Result { try AvroValue.decode(damaged[...], schema: schema) }
        do throws(AvroError) {
            try comparison.projection.decode(damaged[...], into: &record)
            if case .failure(let error as AvroError) = tree { #expect(error.code == .invalidUTF8) }
        } catch {
            #expect(throws: AvroError.self) { try tree.get() }
            #expect(error.code != .tooManyItems || !error.field.isEmpty)
        }
    }
}
